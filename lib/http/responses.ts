/**
 * Answers, and what holds for all of them.
 *
 * @module
 */

/**
 * Scripts and styles come from here alone, nobody else's page may frame or read an answer, and a type
 * is what it is said to be.
 */
const protection = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Gives an answer the headers that protect it; the same answer. */
export function protect(response: Response): Response {
  for (const [name, value] of Object.entries(protection)) response.headers.set(name, value);
  return response;
}

/** An answer of one line for people. */
export function text(body: string, status: number): Response {
  return whole(`${body}\n`, "text/plain; charset=utf-8", status);
}

/** An answer that says how long it is, so that one that was cut short is noticed. */
export function whole(body: string, type: string, status = 200): Response {
  const bytes = new TextEncoder().encode(body);
  const headers = { "content-type": type, "content-length": String(bytes.length) };
  return new Response(bytes, { status, headers });
}

/** The answer to a method that would change something; null where it only reads. */
export function methodRefusal(method: string): Response | null {
  if (method === "GET" || method === "HEAD") return null;
  const refusal = text(`${method} is not allowed here: this is for reading only`, 405);
  refusal.headers.set("allow", "GET, HEAD");
  return refusal;
}

import { type Colour, encodePng } from "./png.ts";

/** The files of a small web site: their paths without a leading slash, and their content. */
export type Site = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** What tells one site from another. */
export interface SiteLook {
  /** The server's name, as people shall read it; letters, digits, spaces and hyphens. */
  readonly name: string;
  readonly colour: Colour;
}

/** The pictures of every site; no two sites' are alike. */
const pictures: Readonly<Record<string, (colour: Colour) => Uint8Array<ArrayBuffer>>> = {
  "images/waves.png": drawWaves,
  "images/rings.png": drawRings,
  "images/grain.png": drawGrain,
};

/** The paths of the pictures, smallest file first. */
export const picturePaths: readonly string[] = Object.keys(pictures);

/**
 * Makes a page with pictures, all in the server's colour.
 *
 * Every site has the same paths, so that over a balancer a page may come from one server and a
 * picture from another; colour and content tell which.
 */
export function makeSite({ name, colour }: SiteLook): Site {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  files.set("index.html", new TextEncoder().encode(writePage({ name, colour })));
  for (const [path, draw] of Object.entries(pictures)) files.set(path, draw(colour));
  return files;
}

/** Writes the files of a site below a directory. */
export async function writeSite(site: Site, directory: string): Promise<void> {
  for (const [path, content] of site) {
    const file = `${directory}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(file, content);
  }
}

/** A few kilobytes: a soft pattern that compresses well. */
function drawWaves(colour: Colour): Uint8Array<ArrayBuffer> {
  return encodePng({ width: 480, height: 270 }, (x, y) => {
    return shade(colour, Math.sin(x / 40 + 2 * Math.sin(y / 50)));
  });
}

/** Tens of kilobytes. */
function drawRings(colour: Colour): Uint8Array<ArrayBuffer> {
  return encodePng({ width: 480, height: 270 }, (x, y) => {
    return shade(colour, Math.cos(Math.hypot(x - 240, y - 135) / 9));
  });
}

/** Hundreds of kilobytes: noise cannot be compressed. */
function drawGrain(colour: Colour): Uint8Array<ArrayBuffer> {
  return encodePng({ width: 480, height: 270 }, () => {
    return shade(colour, 2 * Math.random() - 1);
  });
}

/** A colour made lighter or darker; `tone` is −1 to 1. */
function shade([red, green, blue]: Colour, tone: number): Colour {
  const lift = (channel: number) => channel + 60 * tone;
  return [lift(red), lift(green), lift(blue)];
}

function writePage({ name, colour }: SiteLook): string {
  const images = picturePaths.map((path) => `      <img src="${path}" alt="" width="480">`);
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${name}</title>
    <style>
      :root { color-scheme: light dark; --own: rgb(${colour.join(" ")}); }
      body { margin: 0; font: 1.1rem/1.5 system-ui, sans-serif; }
      header { background: var(--own); color: white; padding: 2.5rem 6vw; }
      h1 { margin: 0; font-size: 2.6rem; }
      main { padding: 1.5rem 6vw; }
      figure { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
      img { max-width: 100%; height: auto; border-radius: .5rem; }
    </style>
  </head>
  <body>
    <header>
      <h1>${name}</h1>
      served this page.
    </header>
    <main>
      <figure>
${images.join("\n")}
      </figure>
      <p>
        Reload: another server may answer. Each connection is handed to the server that can serve it
        best at that moment, so a picture in another colour came from another server.
      </p>
    </main>
  </body>
</html>
`;
}

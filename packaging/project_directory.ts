import { fileURLToPath } from "node:url";

/** The project's directory, which holds deno.json. */
export const projectDirectory: string = fileURLToPath(new URL("..", import.meta.url));

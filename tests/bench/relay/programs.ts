import { programCommand } from "../../network/cluster.ts";

/** The command lines that start the two programs of this project. */
export interface Programs {
  readonly agent: readonly string[];
  readonly frontend: readonly string[];
  /** The file that holds all of the front end's code; null where there is no such file. */
  readonly frontendFile: string | null;
}

/** The compiled programs in a directory. */
export function executables(directory: string): Programs {
  const [agent, frontend] = [`${directory}/lb-agent`, `${directory}/lb-frontend`];
  return { agent: [agent], frontend: [frontend], frontendFile: frontend };
}

/** The programs as they are in the source. */
export function fromSource(): Programs {
  return {
    agent: programCommand("agent"),
    frontend: programCommand("frontend"),
    frontendFile: null,
  };
}

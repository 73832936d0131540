/** A program that is compiled into one executable. */
export interface CompiledProgram {
  readonly name: "lb-agent" | "lb-frontend";
  readonly main: string;
  /** Modules that are only named at run time: those of the workers. */
  readonly workers: readonly string[];
}

/** The programs of this project. */
export const compiledPrograms: readonly CompiledProgram[] = [
  { name: "lb-agent", main: "agent/main.ts", workers: [] },
  { name: "lb-frontend", main: "frontend/main.ts", workers: ["frontend/proxy/worker.ts"] },
];

/** A program that is compiled into one executable. */
export interface CompiledProgram {
  readonly name: "lb-agent" | "lb-frontend";
  readonly main: string;
  /** Modules that are only named at run time: those of the workers. */
  readonly workers: readonly string[];
  /** Flags for V8 (`deno run --v8-flags=--help`). */
  readonly v8Flags: readonly string[];
}

/** The programs of this project. */
export const compiledPrograms: readonly CompiledProgram[] = [
  {
    name: "lb-agent",
    main: "agent/main.ts",
    workers: [],
    // It has a millisecond's work a second: optimising compilers only take memory, 3 MB.
    v8Flags: ["--no-opt", "--no-maglev"],
  },
  {
    name: "lb-frontend",
    main: "frontend/main.ts",
    workers: ["frontend/proxy/worker.ts"],
    // Mebibytes for what is new. Of the usual 16 the garbage fills all before any is collected, which
    // is half of the memory of an idle connection (epoll); with fewer than 8, thousands of connections
    // that wait are looked over too often (deno).
    v8Flags: ["--max-semi-space-size=8"],
  },
];

/** The argument of Deno that gives a program its flags for V8, which its memory is laid out by; or none. */
export function v8Flags(program: CompiledProgram["name"]): string[] {
  const flags = compiledPrograms.find(({ name }) => name === program)?.v8Flags ?? [];
  return flags.length > 0 ? [`--v8-flags=${flags.join(",")}`] : [];
}

import { runCli } from "./run-cli.ts";

export interface RanHere {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** ISO 8601. */
  readonly now?: string;
}

/** The command line in a folder, on a Tuesday morning: its exit code and what it prints. */
export async function runIn(
  cwd: string,
  argv: readonly string[],
  { env = {}, stdin = "", now = "2026-03-03T09:00:00Z" }: RanHere = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = "";
  let err = "";
  const code = await runCli([...argv], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    errIsTerminal: false,
    env,
    cwd,
    now: () => new Date(now),
    readStdin: () => Promise.resolve(stdin),
  });
  return { code, out, err };
}

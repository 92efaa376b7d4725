/** The process as commands see it, so that they can be run inside a test as well. */
export interface CliIo {
  /** The answer, and nothing else. */
  readonly out: (text: string) => void;
  /** Progress, hints and problems. */
  readonly err: (text: string) => void;
  readonly errIsTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => Date;
  readonly readStdin: () => Promise<string>;
}

/**
 * Names come from files and events of others, and a terminal obeys what stands in them: control characters are shown and
 * not sent, but for line ends, tabs and what the progress bar needs to clear its line. JSON has none of them.
 */
export const showControls = (text: string): string =>
  text.replace(/\p{Cc}/gu, (one, at: number) =>
    LINE_ENDS.has(one) || text.startsWith(CLEAR_LINE, at) ? one : spell(one),
  );

const LINE_ENDS: ReadonlySet<string> = new Set(["\n", "\r", "\t"]);
const CLEAR_LINE = "\u001b[2K";
const spell = (one: string): string => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`;

/** The process itself. */
export function ioOfProcess(): CliIo {
  return {
    out: (text) => {
      process.stdout.write(showControls(text));
    },
    err: (text) => {
      process.stderr.write(showControls(text));
    },
    errIsTerminal: process.stderr.isTTY === true,
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    readStdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString("utf8");
    },
  };
}

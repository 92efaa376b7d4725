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

/** The process itself. */
export function ioOfProcess(): CliIo {
  return {
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
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

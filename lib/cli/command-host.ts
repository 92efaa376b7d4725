import type { Command } from "commander";
import type { CliIo } from "./cli-io.ts";

/** What a command gets: where to hang itself, the process, and a way to say with which code it ends. */
export interface CommandHost {
  readonly program: Command;
  readonly io: CliIo;
  readonly endWith: (code: number) => void;
}

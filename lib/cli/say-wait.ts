import type { LiveWait } from "#lib/usecases/live-sources/live-reader.ts";
import type { CliIo } from "./cli-io.ts";

/** A source that is slow looks like a program that hangs, unless somebody says what is waited for. */
export function sayWait(io: CliIo, { place, seconds }: LiveWait): void {
  io.err(`${io.errIsTerminal ? "\r\u001b[2K" : ""}waiting for ${place}, for ${seconds} s\n`);
}

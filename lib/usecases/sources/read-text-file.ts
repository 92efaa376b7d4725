import { readFile } from "node:fs/promises";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";

/** The text of a file that somebody named; `shown` is how they wrote it. */
export async function readTextFile(
  path: string,
  shown: string = path,
): Promise<Result<string, Failure>> {
  try {
    return ok(await readFile(path, "utf8"));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return err({
      code: "unreadable-file",
      message: code === "ENOENT" ? `there is no file ${shown}` : `${shown} cannot be read: ${code}`,
    });
  }
}

import type { Result } from "#lib/kit/result.ts";
import { err } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { readTextFile } from "../sources/read-text-file.ts";
import type { FaultlineConfig } from "./faultline-config.ts";
import { parseConfig } from "./faultline-config.ts";

/** Reads a faultline.yaml. */
export async function readConfig(path: string): Promise<Result<FaultlineConfig, Failure>> {
  const text = await readTextFile(path);
  if (!text.ok) return text;
  const config = parseConfig(path, text.value);
  if (config.ok) return config;
  const { code, message, next } = config.error;
  return err({ code, message: `${path}: ${message}`, ...(next === undefined ? {} : { next }) });
}

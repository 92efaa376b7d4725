import { parse } from "yaml";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { DEFAULT_NAMES, namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { faultlineConfigSchema } from "../config/faultline-config.ts";
import { readConfig } from "../config/read-config.ts";
import type { Failure } from "../failure.ts";
import { readTextFile } from "./read-text-file.ts";

/** Reads how names meet over borders: a file that holds nothing else, or the section `names` of a faultline.yaml. */
export async function readNames(path: string): Promise<Result<NamesConfig, Failure>> {
  const text = await readTextFile(path);
  if (!text.ok) return text;
  const value = parseYaml(text.value);
  if (isConfig(value)) {
    const config = await readConfig(path);
    return config.ok ? ok(config.value.names ?? DEFAULT_NAMES) : config;
  }
  const parsed = namesConfigSchema.safeParse(value ?? {});
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const at = issue?.path.map(String).join(".");
  return err({
    code: "wrong-shape",
    message: `${path}: ${at ? `${at}: ` : ""}${issue?.message ?? "has a wrong shape"}`,
  });
}

/** Whether a file of names is a whole faultline.yaml. What cannot be read is none; whoever reads it says why. */
export async function isConfigFile(path: string): Promise<boolean> {
  const text = await readTextFile(path);
  return text.ok && isConfig(parseYaml(text.value));
}

const isConfig = (value: unknown): boolean =>
  isRecord(value) && Object.keys(value).some((key) => key in faultlineConfigSchema.shape);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** What is no YAML has no shape either, and is reported as such by whoever checks the shape. */
function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: "silent" });
  } catch {
    return text;
  }
}

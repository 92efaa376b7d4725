import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "./failure.ts";
import type { FaultlineConfig } from "./faultline-config.ts";
import { parseConfig } from "./faultline-config.ts";

/** Reads a faultline.yaml. */
export async function readConfig(path: string): Promise<Result<FaultlineConfig, Failure>> {
  const text = await readText(path);
  if (!text.ok) return text;
  const config = parseConfig(path, text.value);
  if (config.ok) return config;
  const { code, message, next } = config.error;
  return err({ code, message: `${path}: ${message}`, ...(next === undefined ? {} : { next }) });
}

/** Reads how names meet over borders: a file that holds nothing else, or the section `names` of a faultline.yaml. */
export async function readNames(path: string): Promise<Result<NamesConfig | undefined, Failure>> {
  const text = await readText(path);
  if (!text.ok) return text;
  const value = parseYaml(text.value);
  if (isRecord(value) && ("names" in value || "sources" in value || "version" in value)) {
    const config = await readConfig(path);
    return config.ok ? ok(config.value.names) : config;
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

async function readText(path: string): Promise<Result<string, Failure>> {
  try {
    return ok(await readFile(path, "utf8"));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return err({
      code: "unreadable-file",
      message: code === "ENOENT" ? `there is no file ${path}` : `${path} cannot be read: ${code}`,
    });
  }
}

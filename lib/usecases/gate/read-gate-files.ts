import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { z } from "zod";
import type { Policy } from "#lib/impact/policy.ts";
import { parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { DEFAULT_GATE, type GatePolicy, gatePolicySchema } from "#lib/review/gate-policy.ts";
import { checkTerms, type Waiver, waiversSchema } from "#lib/review/waiver.ts";
import { policyOf } from "#lib/review/weights.ts";
import type { Failure } from "../failure.ts";
import { readTextFile } from "../sources/read-text-file.ts";

export const POLICY_FILE = "faultline.policy.yaml";
const WAIVERS_FILE = "faultline.waivers.yaml";

export interface GateFiles {
  readonly policy: GatePolicy;
  readonly waivers: readonly Waiver[];
}

export interface GateFilesInput {
  readonly cwd: string;
  /** Where nothing is named, the files of the usual names are taken if they are there. */
  readonly policy?: string | undefined;
  readonly waivers?: string | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/** Policy and waivers of a repository; unknown keys, and waivers that never end, are errors. */
export async function readGateFiles(input: GateFilesInput): Promise<Result<GateFiles, Failure>> {
  const file = fileOf(input.cwd, input.policy, POLICY_FILE);
  const policy = file === undefined ? ok(DEFAULT_GATE) : await readYaml(file, gatePolicySchema);
  if (!policy.ok) return policy;
  const folder = file === undefined ? input.cwd : dirname(file);
  const said = input.waivers ?? (policy.value.waivers && join(folder, policy.value.waivers));
  const waivers = await readWaivers(fileOf(folder, said, WAIVERS_FILE), input.now);
  return waivers.ok ? ok({ policy: policy.value, waivers: waivers.value }) : waivers;
}

/** How much things count by the policy of a folder; undefined: it says nothing of that, or there is none. */
export async function readWeights(cwd: string): Promise<Result<Policy | undefined, Failure>> {
  const file = fileOf(cwd, undefined, POLICY_FILE);
  if (file === undefined) return ok(undefined);
  const policy = await readYaml(file, gatePolicySchema);
  if (!policy.ok) return policy;
  return ok(policy.value.weights === undefined ? undefined : policyOf(policy.value));
}

function fileOf(folder: string, said: string | undefined, usual: string): string | undefined {
  if (said !== undefined) return resolve(folder, said);
  const path = join(folder, usual);
  return existsSync(path) ? path : undefined;
}

async function readWaivers(
  file: string | undefined,
  now: string,
): Promise<Result<readonly Waiver[], Failure>> {
  if (file === undefined) return ok([]);
  const read = await readYaml(file, waiversSchema);
  if (!read.ok) return read;
  const { waivers } = read.value;
  const terms = checkTerms(waivers, now);
  if (terms.ok) return ok(waivers);
  return err({
    code: "wrong-shape",
    message: `${file}: ${terms.error}`,
    next: "Give an earlier `expires`; extend it when it ends.",
  });
}

async function readYaml<S extends z.ZodType>(
  file: string,
  schema: S,
): Promise<Result<z.output<S>, Failure>> {
  const text = await readTextFile(file, file);
  if (!text.ok) return text;
  const yaml = parseYamlText(file, text.value);
  if (!yaml.ok) return err({ code: yaml.error.code, message: `${file}: ${yaml.error.message}` });
  const parsed = schema.safeParse(yaml.value ?? {});
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  return err({
    code: "wrong-shape",
    message: `${file}: ${where === "" ? "" : `\`${where}\`: `}${issue?.message ?? "not understood"}`,
    next: "docs/check.md lists the keys.",
  });
}

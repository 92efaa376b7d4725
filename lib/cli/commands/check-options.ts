import { resolve } from "node:path";
import type { Command } from "commander";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { GateFiles } from "#lib/usecases/gate/read-gate-files.ts";
import type { ServerOptions } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import { CHECK_FORMATS, type CheckFormat } from "../render/check.ts";

export interface CheckOptions extends ServerOptions {
  readonly base?: string;
  readonly head?: string;
  readonly policy?: string;
  readonly waivers?: string;
  readonly failOn?: string;
  readonly minCertainty?: string;
  readonly minTier?: string;
  readonly rename?: readonly string[];
  readonly dialect?: string;
  readonly names?: string;
  readonly materialize?: string;
  readonly fullRefresh?: boolean;
  readonly verify?: string | true;
  readonly onCall?: string;
  readonly selectOut?: string;
  readonly propose?: boolean;
  readonly proposeAs?: string;
  readonly record?: boolean;
  readonly cache?: string | boolean;
  readonly format: string;
}

export const addCheckOptions = (command: Command): Command =>
  command
    .option("--base <path>", "what is there: a dbt target, DDL, a graph file, store, store@TIME")
    .option("--head <path>", "what is to come: the same, or a file of migrations over --base store")
    .option("--policy <file>", "default: faultline.policy.yaml, if it is there")
    .option("--waivers <file>", "default: faultline.waivers.yaml beside the policy")
    .option("--fail-on <level>", "loud, silent (and loud), degraded (and both), none; blocks")
    .option("--min-certainty <certainty>", "certain, likely or possible")
    .option("--min-tier <tier>", "1 to 4: only what is at least so important counts")
    .option("--rename <old=new...>", "confirms a rename: orders.amount=total")
    .option("--dialect <dialect>", "of SQL that does not say")
    .option("--names <file>", "how names meet over borders (default: names in faultline.yaml)")
    .option("--materialize <as>", "table: judge as if every model were a table")
    .option("--full-refresh", "the next build is a `dbt build --full-refresh`")
    .option(
      "--verify [where]",
      "have an engine try the statements of both: DuckDB, samples=FOLDER, postgres://…",
    )
    .option("--on-call <who>", "is there when it goes wrong: asked for shortly before days off")
    .option("--select-out <file>", "writes what has to be built again, as dbt's --select takes it")
    .option("--propose", "makes a change review of what changed, in the store or on the server")
    .option("--propose-as <key>", "the review's key, default the pull request: the same is edited")
    .option(
      "--cache <folder>",
      "where analyses are kept for the next run, default .faultline-cache",
    )
    .option("--no-cache", "analyses everything anew and keeps nothing")
    .option("--record", "keeps this run on the server; in a store runs are kept without asking")
    .option("--no-record", "keeps no record of this run")
    .option("--format <format>", CHECK_FORMATS.join(", "), "text");

export interface CheckCall {
  readonly options: CheckOptions & { readonly base: string; readonly head: string };
  readonly format: CheckFormat;
  readonly files: GateFiles;
  readonly renames: readonly {
    readonly asset: string;
    readonly from: string;
    readonly to: string;
  }[];
}

export async function readCall(
  io: CliIo,
  options: CheckOptions,
): Promise<Result<CheckCall, Failure>> {
  const { base, head } = options;
  if (base === undefined || head === undefined)
    return usage("check compares two states: give --base and --head");
  const format = CHECK_FORMATS.find((name) => name === options.format);
  if (format === undefined)
    return usage(`--format ${options.format} is not one of ${CHECK_FORMATS.join(", ")}`);
  if (options.materialize !== undefined && options.materialize !== "table")
    return usage(`--materialize ${options.materialize}: only "table" is known`);
  const renames = readRenames(options.rename ?? []);
  if (!renames.ok) return renames;
  const files = await readPolicy(io, options);
  if (!files.ok) return files;
  return ok({
    options: { ...options, base, head },
    format,
    files: files.value,
    renames: renames.value,
  });
}

/** What the command line says of the policy. */
export type PolicyChoice = Pick<
  CheckOptions,
  "policy" | "waivers" | "failOn" | "minCertainty" | "minTier"
>;

/** The policy and the waivers that are meant, with what the command line says over them. */
export async function readPolicy(
  io: CliIo,
  options: PolicyChoice,
): Promise<Result<GateFiles, Failure>> {
  const { readGateFiles } = await import("#lib/usecases/gate/read-gate-files.ts");
  const { CERTAINTIES, FAIL_LEVELS, overridePolicy } = await import("#lib/review/gate-policy.ts");
  const failOn = FAIL_LEVELS.find((level) => level === options.failOn);
  if (options.failOn !== undefined && failOn === undefined)
    return usage(`--fail-on ${options.failOn} is not one of ${FAIL_LEVELS.join(", ")}`);
  const minCertainty = CERTAINTIES.find((certainty) => certainty === options.minCertainty);
  if (options.minCertainty !== undefined && minCertainty === undefined)
    return usage(`--min-certainty ${options.minCertainty} is not one of ${CERTAINTIES.join(", ")}`);
  const minTier = TIERS.find((tier) => String(tier) === options.minTier);
  if (options.minTier !== undefined && minTier === undefined)
    return usage(`--min-tier ${options.minTier} is not 1, 2, 3 or 4`);
  const files = await readGateFiles({
    cwd: io.cwd,
    policy: options.policy && resolve(io.cwd, options.policy),
    waivers: options.waivers && resolve(io.cwd, options.waivers),
    now: io.now().toISOString(),
  });
  if (!files.ok) return files;
  const policy = overridePolicy(files.value.policy, {
    ...(failOn ? { failOn } : {}),
    ...(minCertainty ? { minCertainty } : {}),
    ...(minTier ? { minTier } : {}),
  });
  return ok({ ...files.value, policy });
}

const TIERS = [1, 2, 3, 4] as const;

function readRenames(texts: readonly string[]): Result<CheckCall["renames"], Failure> {
  const renames: CheckCall["renames"][number][] = [];
  for (const text of texts) {
    const found = /^(.+)\.([^.=]+)=(?:.+\.)?([^.=]+)$/.exec(text);
    if (!found) return usage(`--rename ${text}: write it as orders.amount=total`);
    const [, asset = "", from = "", to = ""] = found;
    renames.push({ asset, from, to });
  }
  return ok(renames);
}

const usage = (message: string): Result<never, Failure> => err({ code: "bad-usage", message });

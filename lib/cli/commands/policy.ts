import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import { isDate } from "#lib/review/review-days.ts";
import type { KnownDomain } from "#lib/review/starter-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { HistoryPlace } from "#lib/usecases/gate/artefact-history.ts";
import { addStoreOption, hasStore, type StoreOptions, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { renderBacktest } from "../render/backtest.ts";
import { renderUnused } from "../render/unused.ts";
import { reportFailure } from "../report-failure.ts";
import { cacheOf } from "./check.ts";
import { type PolicyChoice, readPolicy } from "./check-options.ts";
import { readChosenNames } from "./ingest.ts";

interface PolicyOptions extends StoreOptions {
  readonly out?: string;
  readonly force?: boolean;
}

interface BacktestOptions extends PolicyChoice {
  readonly repo?: string;
  readonly path?: string;
  readonly folder?: string;
  readonly since?: string;
  readonly max: string;
  readonly names?: string;
  readonly dialect?: string;
  readonly cache?: string | boolean;
  readonly format: string;
}

interface UnusedOptions extends StoreOptions, PolicyChoice {
  readonly repo?: string;
  readonly codeowners?: string;
  readonly format: string;
}

/** `policy init`: a first policy, from the domains that the store knows; `policy backtest`: what one would have done. */
export function addPolicyCommand({ program, io, endWith }: CommandHost): void {
  const policy = program.command("policy").description("what the gate does with what it finds");
  addStoreOption(policy.command("init"))
    .description("write a first faultline.policy.yaml, with the domains that the store knows")
    .option("--out <file>", "default: faultline.policy.yaml")
    .option("--force", "write over a file that is there")
    .action(async (options: PolicyOptions) => {
      const done = await writePolicy(io, options);
      if (!done.ok) return endWith(reportFailure(io, done.error));
      io.out(`${done.value}\n`);
      endWith(EXIT.ok);
    });
  addStoreOption(policy.command("unused"))
    .description("lines of CODEOWNERS, waivers and pragmas in SQL that no longer do anything")
    .option("--repo <folder>", "the repository, default the current folder")
    .option("--codeowners <file>", "default: of faultline.yaml, or of the usual places")
    .option("--policy <file>", "default: faultline.policy.yaml, if it is there")
    .option("--waivers <file>", "default: faultline.waivers.yaml beside the policy")
    .option("--format <format>", "text, json", "text")
    .action(async (options: UnusedOptions) => {
      const done = await tellUnused(io, options);
      if (!done.ok) return endWith(reportFailure(io, done.error));
      io.out(done.value);
      endWith(EXIT.ok);
    });
  policy
    .command("backtest")
    .description("replay the policy over a history of artefacts: what it would have stopped")
    .option("--repo <folder>", "a git repository, default the current folder; with --path")
    .option("--path <path>", "where its commits hold a dbt target, DDL or a graph file")
    .option("--folder <folder>", "instead: a folder of snapshots, each named by its date")
    .option("--since <date>", "nothing older, such as 2026-01-31")
    .option("--max <pairs>", "the newest so many steps, 1 to 1000", "50")
    .option("--policy <file>", "default: faultline.policy.yaml, if it is there")
    .option("--waivers <file>", "default: faultline.waivers.yaml beside the policy")
    .option("--fail-on <level>", "loud, silent (and loud), degraded (and both), none; blocks")
    .option("--min-certainty <certainty>", "certain, likely or possible")
    .option("--min-tier <tier>", "1 to 4: only what is at least so important counts")
    .option("--dialect <dialect>", "of SQL that does not say")
    .option("--names <file>", "how names meet over borders (default: names in faultline.yaml)")
    .option("--cache <folder>", "where analyses are kept, default .faultline-cache")
    .option("--no-cache", "analyses everything anew and keeps nothing")
    .option("--format <format>", "text, json", "text")
    .action(async (options: BacktestOptions) => {
      const done = await backtest(io, options);
      if (!done.ok) return endWith(reportFailure(io, done.error));
      io.out(done.value);
      endWith(EXIT.ok);
    });
}

async function backtest(io: CliIo, options: BacktestOptions): Promise<Result<string, Failure>> {
  const { since, format, dialect } = options;
  const place = readPlace(io, options);
  if (!place.ok) return place;
  const most = Number(options.max);
  if (!Number.isInteger(most) || most < 1 || most > 1000)
    return usage(`--max ${options.max} is no number from 1 to 1000`);
  if (format !== "text" && format !== "json")
    return usage(`--format ${format} is not one of text, json`);
  if (since !== undefined && !isMoment(since))
    return usage(`--since ${since} is no date such as 2026-01-31`);
  const files = await readPolicy(io, options);
  if (!files.ok) return files;
  const names = await readChosenNames(io, { file: options.names, paths: [place.value.folder] });
  if (!names.ok) return names;
  const cache = cacheOf(io, options);
  const { backtestPolicy } = await import("#lib/usecases/gate/backtest-policy.ts");
  const answer = await backtestPolicy({
    ...files.value,
    place: place.value,
    most,
    ...(since === undefined ? {} : { since }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(names.value ? { names: names.value } : {}),
    ...(cache ? { cache } : {}),
  });
  if (!answer.ok) return answer;
  const isJson = format === "json";
  return ok(isJson ? `${JSON.stringify(answer.value, null, 2)}\n` : renderBacktest(answer.value));
}

async function tellUnused(io: CliIo, options: UnusedOptions): Promise<Result<string, Failure>> {
  const { repo, codeowners, format } = options;
  if (format !== "text" && format !== "json")
    return usage(`--format ${format} is not one of text, json`);
  const root = resolve(io.cwd, repo ?? ".");
  if (!existsSync(root)) return usage(`there is no folder ${root}`);
  const files = await readPolicy(io, options);
  if (!files.ok) return files;
  const { listUnused } = await import("#lib/usecases/gate/list-unused.ts");
  const call = {
    root,
    waivers: files.value.waivers,
    policy: files.value.policy,
    now: io.now().toISOString(),
    ...(codeowners === undefined ? {} : { codeowners: resolve(io.cwd, codeowners) }),
  };
  const answer = (await hasStore(io, options))
    ? await withStore({ io, options, mustExist: true }, (store) => listUnused({ ...call, store }))
    : await listUnused(call);
  if (!answer.ok) return answer;
  const isJson = format === "json";
  return ok(isJson ? `${JSON.stringify(answer.value, null, 2)}\n` : renderUnused(answer.value));
}

function readPlace(
  io: CliIo,
  { repo, path, folder }: BacktestOptions,
): Result<HistoryPlace, Failure> {
  if (folder !== undefined) {
    if (repo !== undefined || path !== undefined)
      return usage("give --folder, or --path with --repo, not both");
    return ok({ kind: "folder", folder: resolve(io.cwd, folder) });
  }
  if (path === undefined) return usage("give --path of the artefacts in a repository, or --folder");
  if (path.startsWith("-")) return usage(`--path ${path}: write it as ./${path}`);
  return ok({ kind: "repository", folder: resolve(io.cwd, repo ?? "."), path });
}

const usage = (message: string): Result<never, Failure> => err({ code: "bad-usage", message });

async function writePolicy(io: CliIo, options: PolicyOptions): Promise<Result<string, Failure>> {
  const { POLICY_FILE } = await import("#lib/usecases/gate/read-gate-files.ts");
  const shown = options.out ?? POLICY_FILE;
  const path = resolve(io.cwd, shown);
  if (existsSync(path) && options.force !== true) {
    return err({ code: "bad-usage", message: `${shown} is there already`, next: "give --force" });
  }
  const domains = (await hasStore(io, options))
    ? await withStore({ io, options, mustExist: true }, knownDomains)
    : ok([]);
  if (!domains.ok) return domains;
  const { writeStarterPolicy } = await import("#lib/review/starter-policy.ts");
  const version = io.now().toISOString().slice(0, 10);
  await writeFile(path, writeStarterPolicy(domains.value, version));
  return ok(`wrote ${shown}: it observes; set mode: block where owners agree`);
}

async function knownDomains(store: LineageStore): Promise<Result<readonly KnownDomain[], Failure>> {
  const { loadGraphView } = await import("#lib/usecases/graph/load-graph-view.ts");
  const view = await loadGraphView(store);
  if (!view.ok) return view;
  const domains = new Map<string, Partial<Record<1 | 2 | 3 | 4, number>>>();
  for (const { kind, attributes } of view.value.graph.assets.values()) {
    const { domain, tier } = attributes;
    if (domain === undefined) continue;
    const tiers = domains.get(domain) ?? {};
    domains.set(domain, tiers);
    if (tier !== undefined && isConsumerKind(kind)) tiers[tier] = (tiers[tier] ?? 0) + 1;
  }
  return ok([...domains].map(([name, tiers]) => ({ name, tiers })));
}

/** A date or a time of the calendar and the clock. */
function isMoment(text: string): boolean {
  const [date = "", time = "00:00"] = text.trim().split(/[T ]/i);
  return (
    isDate(date) &&
    hoursSinceEpoch(text) !== undefined &&
    /^(?:[01]\d|2[0-3]):[0-5]\d(?!:[6-9])/.test(time)
  );
}

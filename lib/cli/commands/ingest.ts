import { resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { assetNameOf } from "#lib/model/asset-id.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import type { DetectedChange } from "#lib/usecases/history/detect-changes.ts";
import { parseLiveAddress, placeFrom } from "#lib/usecases/live-sources/live-address.ts";
import type { IngestReport } from "#lib/usecases/sources/ingest-report.ts";
import type { OnlyNulls } from "#lib/usecases/sources/watch-nulls.ts";
import { VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { callServer } from "../call-server.ts";
import type { ChosenConfig } from "../choose-config.ts";
import { chooseConfig, configuredSource } from "../choose-config.ts";
import type { ServerOptions } from "../choose-store.ts";
import { addServerOption, serverUrlOf, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure, reportProblems } from "../report-failure.ts";
import { sayWait } from "../say-wait.ts";
import { showProgress } from "../show-progress.ts";

export interface IngestOptions extends ServerOptions {
  readonly as?: string;
  readonly dialect?: string;
  readonly domain?: string;
  readonly names?: string;
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly format: string;
}

/** `ingest`: reads files and folders into the store. */
export function addIngestCommand({ program, io, endWith }: CommandHost): void {
  addServerOption(program.command("ingest"))
    .description("read lineage from files and folders: dbt, OpenLineage, SQL, exports, graph files")
    .argument("<path...>", "files, folders, or live sources such as postgres://user@host/database")
    .option("--as <kind>", "what the files are, when their content does not tell")
    .option("--dialect <dialect>", "of SQL that does not say")
    .option("--domain <domain>", "whose they are, where they do not say")
    .option("--names <file>", "how names meet over borders (default: names in faultline.yaml)")
    .option("--config <file>", "rules and names (default: the nearest faultline.yaml)")
    .option("--dry-run", "read and analyse, write nothing")
    .option("--format <format>", "text or json", "text")
    .action(async (paths: readonly string[], options: IngestOptions) => {
      const report = await ingest({ io, paths, options });
      if (!report.ok) return endWith(reportFailure(io, report.error));
      endWith(writeReport({ io, report: report.value, options }));
    });
}

/** Exit 0 if anything was kept, or is known to have nothing in it; else the input was no good. */
function writeReport({
  io,
  report,
  options,
}: {
  readonly io: CliIo;
  readonly report: IngestReport;
  readonly options: IngestOptions;
}): number {
  if (options.format === "json") io.out(`${JSON.stringify(report, null, 2)}\n`);
  else {
    reportProblems(
      io,
      report.problems.filter(({ severity }) => severity !== "info"),
    );
    const skipped = report.problems.filter(({ code }) => code === "not-recognised").length;
    if (skipped > 0) io.err(`${skipped} files are nothing that is read here, and were skipped.\n`);
    io.out(`${summaryOf(report)}\n`);
    for (const one of report.onlyNulls ?? []) io.out(`${alarmOf(one)}\n`);
    for (const one of report.changes ?? []) io.out(`${sayChange(one)}\n`);
  }
  const isEmpty =
    report.sources.length > 0 && report.problems.every(({ severity }) => severity !== "error");
  if (report.assets > 0 || isEmpty) return EXIT.ok;
  const isUnreachable = report.problems.some(({ code }) => code === "unreachable-source");
  return isUnreachable ? EXIT.unreachable : EXIT.usage;
}

function summaryOf(report: IngestReport): string {
  const counts = `${report.assets} assets, ${report.columns} columns, ${report.edges} edges`;
  const unresolved = report.unresolved === 0 ? "" : `, ${report.unresolved} names unresolved`;
  if (report.dryRun) return `Would read ${counts}${unresolved}. Nothing was written.`;
  const written = report.written === 0 ? "nothing new" : `${report.written} written`;
  const stale = report.madeStale === 0 ? "" : `, ${report.madeStale} no longer said`;
  return `${counts}${unresolved}; ${written}${stale}. Version ${report.version}.`;
}

/** `! shop.orders is not what it was before: drop_column note`. */
function sayChange({ asset, changes }: DetectedChange): string {
  const said = changes.map(({ kind, column }) => [kind, column].filter(Boolean).join(" "));
  return `! ${assetNameOf(asset).name} is not what it was before: ${said.join(", ")}`;
}

const SHOWN_CONSUMERS = 3;

/** `crm.customers.band held only nulls in 120 rows, which is allowed: churn_train breaks silently (risk)`. */
function alarmOf({ asset, column, nullable, rows, consumers }: OnlyNulls): string {
  const seen = rows === undefined ? "" : ` in ${rows.toLocaleString("en")} rows`;
  const declared = nullable ? "nothing forbids it" : "it is declared not null";
  const shown = consumers
    .slice(0, SHOWN_CONSUMERS)
    .map(
      ({ name, owner, verdict }) =>
        `${name} (${[VERDICT_WORDS[verdict], owner].filter(Boolean).join(", ")})`,
    );
  const more = consumers.length - shown.length;
  const others = more > 0 ? ` and ${more} more` : "";
  return `! ${asset.name}.${column} held only nulls${seen}, and ${declared}: ${shown.join(", ")}${others}`;
}

async function ingest({
  io,
  paths,
  options,
}: {
  readonly io: CliIo;
  readonly paths: readonly string[];
  readonly options: IngestOptions;
}): Promise<Result<IngestReport, Failure>> {
  if (options.format !== "text" && options.format !== "json") {
    return err({
      code: "bad-usage",
      message: `--format ${options.format}: text and json are known here`,
    });
  }
  const { checkDialect } = await import("#lib/usecases/gate/check-dialect.ts");
  const dialect = checkDialect(options.dialect);
  if (!dialect.ok) return dialect;
  const missing = await listMissing(io, paths);
  if (missing.length === paths.length) {
    return err({
      code: "unreadable-file",
      message: `there is no file or folder ${missing.join(", ")}`,
    });
  }
  const server = serverUrlOf(io, options);
  return server === undefined
    ? ingestHere({ io, paths, options })
    : sendTo({ io, paths, options, server });
}

/** Some that are not there are problems of the report; what is there is read. */
async function listMissing(io: CliIo, paths: readonly string[]): Promise<readonly string[]> {
  const { access } = await import("node:fs/promises");
  const missing: string[] = [];
  for (const path of paths) {
    if (parseLiveAddress(path) !== undefined) continue;
    try {
      await access(resolve(io.cwd, path));
    } catch {
      missing.push(path);
    }
  }
  return missing;
}

interface IngestCall {
  readonly io: CliIo;
  readonly paths: readonly string[];
  readonly options: IngestOptions;
}

async function ingestHere({
  io,
  paths,
  options,
}: IngestCall): Promise<Result<IngestReport, Failure>> {
  const { parseFileKind, FILE_KINDS } = await import("#lib/model/source-kind.ts");
  const kind = options.as === undefined ? undefined : parseFileKind(options.as);
  if (options.as !== undefined && kind === undefined) {
    return err({
      code: "unknown-kind",
      message: `--as ${options.as} is nothing that is read here`,
      candidates: FILE_KINDS,
    });
  }
  const chosen = await chooseConfig(io, { file: await configFileOf(io, options), paths });
  if (!chosen.ok) return chosen;
  const names = await namesOf(io, { options, chosen: chosen.value });
  if (!names.ok) return names;
  // Below a configuration, sources are called by their paths from its folder, wherever the command runs.
  const cwd = chosen.value?.root ?? io.cwd;
  const full = paths.map((path) => placeFrom(io.cwd, path));
  const said = chosen.value === undefined ? undefined : configuredSource(chosen.value, full);
  const as = kind ?? said?.as;
  const dialect = options.dialect ?? said?.dialect;
  const domain = options.domain ?? said?.domain;
  const progress = showProgress(io);
  const [{ ingestPaths }, { loadSqlParser }] = await Promise.all([
    import("#lib/usecases/sources/ingest-sources.ts"),
    import("#lib/usecases/sources/load-sql-parser.ts"),
  ]);
  const parser = await loadSqlParser();
  const build = process.env["FAULTLINE_BUILD"];
  const report = await withStore({ io, options }, async (store) => {
    const ingested = await ingestPaths({
      paths: full,
      cwd,
      store,
      parser,
      now: io.now().toISOString(),
      env: io.env,
      dryRun: options.dryRun === true,
      ...(build === undefined ? {} : { build }),
      onProgress: ({ stage, done, total }) => progress.step(STAGES[stage], done, total),
      onWait: (wait) => sayWait(io, wait),
      ...(as === undefined ? {} : { as }),
      ...(dialect === undefined ? {} : { dialect }),
      ...(domain === undefined ? {} : { domain }),
      ...(names.value ? { names: names.value } : {}),
    });
    if (!ingested.ok) return err(failureOfStore(ingested.error));
    if (ingested.value.changes) {
      const { judgeInStore } = await import("#lib/usecases/history/judge-detected.ts");
      const judged = await judgeInStore(store, io.now);
      if (!judged.ok) return judged;
    }
    return options.dryRun || chosen.value === undefined
      ? ok(ingested.value)
      : addRules({ io, store, chosen: chosen.value, report: ingested.value });
  });
  progress.end();
  return report;
}

/** `--names` may name a whole configuration; then its rules hold as well. */
async function configFileOf(
  io: CliIo,
  { config, names }: IngestOptions,
): Promise<string | undefined> {
  if (config !== undefined || names === undefined) return config;
  const { isConfigFile } = await import("#lib/usecases/sources/read-names.ts");
  return (await isConfigFile(resolve(io.cwd, names))) ? names : undefined;
}

async function namesOf(
  io: CliIo,
  {
    options,
    chosen,
  }: { readonly options: IngestOptions; readonly chosen: ChosenConfig | undefined },
): Promise<Result<Names | undefined, Failure>> {
  return options.names === undefined
    ? ok(chosen?.config.names)
    : readChosenNames(io, { file: options.names });
}

/** Rules are about all that is in the store now, not only about what was read. */
async function addRules({
  io,
  store,
  chosen: { config, root },
  report,
}: {
  readonly io: CliIo;
  readonly store: LineageStore;
  readonly chosen: ChosenConfig;
  readonly report: IngestReport;
}): Promise<Result<IngestReport, Failure>> {
  const { applyConfig } = await import("#lib/usecases/sources/apply-config.ts");
  const said = await applyConfig({ store, config, root, now: io.now().toISOString() });
  if (!said.ok) return said;
  const version = await store.version();
  return version.ok
    ? ok({ ...report, version: version.value.version })
    : err(failureOfStore(version.error));
}

const STAGES = { read: "reading", analyse: "analysing queries", write: "writing" } as const;

type Names = import("#lib/ingest/names/names-config.ts").NamesConfig;

/** The file that is named, else the section of the nearest faultline.yaml, else none. */
export async function readChosenNames(
  io: CliIo,
  { file, paths }: { readonly file?: string | undefined; readonly paths?: readonly string[] },
): Promise<Result<Names | undefined, Failure>> {
  if (file === undefined) {
    const chosen = await chooseConfig(io, paths === undefined ? {} : { paths });
    return chosen.ok ? ok(chosen.value?.config.names) : chosen;
  }
  const { readNames } = await import("#lib/usecases/sources/read-names.ts");
  return readNames(resolve(io.cwd, file));
}

async function sendTo({
  io,
  paths,
  options,
  server,
}: IngestCall & { readonly server: string }): Promise<Result<IngestReport, Failure>> {
  const { readPlaces } = await import("#lib/usecases/sources/read-paths.ts");
  const names =
    options.names === undefined
      ? ok(undefined)
      : await readChosenNames(io, { file: options.names });
  if (!names.ok) return names;
  const read = await readPlaces(
    paths.map((path) => placeFrom(io.cwd, path)),
    { cwd: io.cwd, env: io.env, now: io.now().toISOString() },
  );
  if (read.files.length === 0) {
    return err({
      code: "unreadable-file",
      message: "nothing there could be read",
      problems: read.problems,
    });
  }
  const body = {
    files: read.files,
    ...(options.as === undefined ? {} : { as: options.as }),
    ...(options.dialect === undefined ? {} : { dialect: options.dialect }),
    ...(options.domain === undefined ? {} : { domain: options.domain }),
    ...(names.value ? { names: names.value } : {}),
    ...(options.dryRun ? { dryRun: true } : {}),
  };
  const answer = await callServer(io, { server, method: "POST", path: "/api/v1/ingest", body });
  if (!answer.ok) return answer;
  const report = JSON.parse(answer.value) as IngestReport;
  return ok({ ...report, problems: [...read.problems, ...report.problems] });
}

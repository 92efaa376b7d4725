import { existsSync } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { FaultlineConfig } from "#lib/usecases/config/faultline-config.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import type { IngestReport } from "#lib/usecases/sources/ingest-report.ts";
import type { LookAboutAnswer } from "#lib/usecases/sources/look-about.ts";
import type { StoreOptions } from "../choose-store.ts";
import { absoluteStoreUrl, addStoreOption, withStore } from "../choose-store.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandHost } from "../command-host.ts";
import { EXIT } from "../exit-codes.ts";
import { reportFailure, reportProblems } from "../report-failure.ts";
import { showProgress } from "../show-progress.ts";

/** `init`: looks about, writes faultline.yaml, ingests, and says what is known and what to connect next. */
export function addInitCommand({ program, io, endWith }: CommandHost): void {
  addStoreOption(program.command("init"))
    .description("look about, write faultline.yaml, ingest, and say what to connect next")
    .argument("[path]", "where to look", ".")
    .option("--format <format>", "text or json", "text")
    .action(async (path: string, options: InitOptions) => {
      endWith(await runInit({ io, root: resolve(io.cwd, path), options }));
    });
}

interface InitOptions extends StoreOptions {
  readonly format: string;
}

interface InitCall {
  readonly io: CliIo;
  readonly root: string;
  readonly options: InitOptions;
}

async function runInit({ io, root, options }: InitCall): Promise<number> {
  if (options.format !== "text" && options.format !== "json") {
    return reportFailure(io, {
      code: "bad-usage",
      message: `--format ${options.format}: text and json are known here`,
    });
  }
  if (!(await isFolder(root))) {
    return reportFailure(io, { code: "unreadable-file", message: `there is no folder ${root}` });
  }
  const config = await chooseInitConfig(io, root);
  if (!config.ok) return reportFailure(io, config.error);
  if (config.value.sources.length === 0) return reportFailure(io, nothingFound(root, config.value));
  const done = await ingestAll({ io, root, options, config: config.value });
  if (!done.ok) return reportFailure(io, done.error);
  const { view, report } = done.value;
  reportProblems(
    io,
    report.problems.filter(({ severity }) => severity === "error"),
  );
  const { describeKnown } = await import("#lib/usecases/sources/describe-known.ts");
  const known = describeKnown(view, report.problems);
  if (options.format === "json") {
    const { problems, version, sources } = report;
    io.out(`${JSON.stringify({ ...known, sources, problems, version }, null, 2)}\n`);
  } else {
    const { renderKnown } = await import("../render/known.ts");
    const below = relative(io.cwd, root);
    io.out(renderKnown(known, below === "" ? {} : { folder: below }));
  }
  return EXIT.ok;
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

interface InitConfig extends FaultlineConfig {
  /** What would make something here readable. */
  readonly next?: string;
}

const nothingFound = (root: string, { next }: InitConfig): Failure => ({
  code: "bad-usage",
  message: `nothing to read was found: no dbt target, OpenLineage events, export, SQL or graph file lies below ${root}`,
  next:
    next ??
    "name a path with `faultline ingest PATH`, or look at a demo with `faultline serve --demo`",
});

/** A configuration that is there is used and left alone. */
async function chooseInitConfig(io: CliIo, root: string): Promise<Result<InitConfig, Failure>> {
  const path = join(root, "faultline.yaml");
  if (existsSync(path)) {
    const { readConfig } = await import("#lib/usecases/config/read-config.ts");
    io.err("faultline.yaml is there already and stays as it is.\n");
    const config = await readConfig(path);
    if (!config.ok || config.value.sources.length > 0) return config;
  }
  const { lookAbout } = await import("#lib/usecases/sources/look-about.ts");
  const found = await lookAbout({ root, env: io.env });
  reportFound(io, found);
  const next = found.hints[0] ?? found.databaseVariables.map(nextOfDatabase)[0];
  if (existsSync(path) || found.sources.length === 0)
    return ok({ ...found.config, ...(next === undefined ? {} : { next }) });
  const { renderConfig } = await import("#lib/usecases/config/faultline-config.ts");
  try {
    await writeFile(path, renderConfig(found.config), { flag: "wx" });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return err({ code: "unreadable-file", message: `faultline.yaml cannot be written: ${code}` });
  }
  io.err("Wrote faultline.yaml.\n");
  return ok(found.config);
}

function reportFound(io: CliIo, found: LookAboutAnswer): void {
  for (const { what } of found.sources) io.err(`Found ${what}\n`);
  if (found.codeowners !== undefined) io.err(`Found owners in ${found.codeowners}\n`);
  for (const { name, where, kind } of found.databaseVariables) {
    const next = nextOfDatabase({ name, kind });
    io.err(`Found the address of a ${kind} in ${name} (${where}): ${next}\n`);
  }
  for (const hint of found.hints) io.err(`Hint: ${hint}\n`);
  if (found.isPartial)
    io.err("There are more files than were looked at; name folders with `faultline ingest`.\n");
}

/** PostgreSQL is read itself; of other databases their DDL is. */
const nextOfDatabase = ({
  name,
  kind,
}: {
  readonly name: string;
  readonly kind: string;
}): string =>
  kind.startsWith("postgres")
    ? `\`faultline ingest "$${name}"\` reads its tables and views, \`faultline profile "$${name}"\` counts its rows and nulls`
    : "write its DDL down in a .sql file, which is read";

interface Ingested {
  readonly view: GraphView;
  readonly report: IngestReport;
}

/** All sources are read first and written together, so that each is resolved in the light of all others once. */
async function ingestAll({
  io,
  root,
  options,
  config,
}: InitCall & { readonly config: FaultlineConfig }): Promise<Result<Ingested, Failure>> {
  const { loadSqlParser } = await import("#lib/usecases/sources/load-sql-parser.ts");
  const { ingestConfigured } = await import("#lib/usecases/sources/ingest-configured.ts");
  const progress = showProgress(io);
  const ingested = await withStore(
    { io, options: storeOf({ io, root, options, config }) },
    async (store) => {
      const now = io.now().toISOString();
      const report = await ingestConfigured({
        config,
        root,
        store,
        parser: await loadSqlParser(),
        now,
        onProgress: ({ stage, done, total }) => progress.step(STAGES[stage], done, total),
      });
      if (!report.ok) return report;
      const { loadGraphView } = await import("#lib/usecases/graph/load-graph-view.ts");
      const view = await loadGraphView(store);
      return view.ok ? ok({ view: view.value, report: report.value }) : view;
    },
  );
  progress.end();
  return ingested;
}

const STAGES = { read: "reading", analyse: "analysing queries", write: "writing" } as const;

/** What is said for this run counts before what the configuration says. */
function storeOf({
  io,
  root,
  options,
  config,
}: InitCall & { readonly config: FaultlineConfig }): StoreOptions {
  if (options.store !== undefined || io.env["FAULTLINE_STORE"]) return options;
  return { store: absoluteStoreUrl(config.store ?? "file:.faultline", root) };
}

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { failureOfStore } from "#lib/usecases/failure.ts";
import type { FaultlineConfig } from "#lib/usecases/faultline-config.ts";
import type { LookAboutAnswer } from "#lib/usecases/look-about.ts";
import type { StoreOptions } from "../choose-store.ts";
import { addStoreOption, withStore } from "../choose-store.ts";
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
    .action(async (path: string, options: StoreOptions) => {
      endWith(await runInit({ io, root: resolve(io.cwd, path), options }));
    });
}

interface InitCall {
  readonly io: CliIo;
  readonly root: string;
  readonly options: StoreOptions;
}

async function runInit({ io, root, options }: InitCall): Promise<number> {
  if (!existsSync(root)) {
    return reportFailure(io, { code: "unreadable-file", message: `there is no folder ${root}` });
  }
  const config = await chooseConfig(io, root);
  if (!config.ok) return reportFailure(io, config.error);
  if (config.value.sources.length === 0) {
    io.err("Nothing to read was found here.\n");
    return reportFailure(io, {
      code: "bad-usage",
      message:
        "no dbt target, OpenLineage events, export, SQL or graph file lies below this folder",
      next: "name a path with `faultline ingest PATH`, or look at a demo with `faultline serve --demo`",
    });
  }
  const summary = await ingestAll({ io, root, options, config: config.value });
  if (!summary.ok) return reportFailure(io, summary.error);
  io.out(summary.value);
  return EXIT.ok;
}

/** A configuration that is there is used and left alone. */
async function chooseConfig(io: CliIo, root: string): Promise<Result<FaultlineConfig, Failure>> {
  const path = join(root, "faultline.yaml");
  if (existsSync(path)) {
    const { readConfig } = await import("#lib/usecases/read-config.ts");
    io.err(`faultline.yaml is there already and stays as it is.\n`);
    const config = await readConfig(path);
    if (!config.ok || config.value.sources.length > 0) return config;
  }
  const { lookAbout } = await import("#lib/usecases/look-about.ts");
  const found = await lookAbout({ root, env: io.env });
  reportFound(io, found);
  if (existsSync(path) || found.sources.length === 0) return ok(found.config);
  const { renderConfig } = await import("#lib/usecases/faultline-config.ts");
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
    io.err(`Found the address of a ${kind} in ${name} (${where}); databases are not read yet\n`);
  }
  for (const hint of found.hints) io.err(`Hint: ${hint}\n`);
  if (found.isPartial)
    io.err("There are more files than were looked at; name folders with `faultline ingest`.\n");
}

async function ingestAll({
  io,
  root,
  options,
  config,
}: InitCall & { readonly config: FaultlineConfig }): Promise<Result<string, Failure>> {
  const isChosen = options.store !== undefined || config.store === undefined;
  const store = isChosen ? options : { store: storeBelow(root, config.store ?? "") };
  return withStore({ io, options: store }, async (opened) => {
    const problems: Problem[] = [];
    const { sayByRules } = await import("#lib/usecases/say-by-rules.ts");
    for (const source of config.sources) {
      const read = await ingestOne({ io, root, config, source, store: opened });
      if (!read.ok) return read;
      problems.push(...read.value);
    }
    const ruled = await sayByRules({ store: opened, config, root, now: io.now().toISOString() });
    if (!ruled.ok) return ruled;
    reportProblems(
      io,
      problems.filter(({ severity }) => severity === "error"),
    );
    const { loadGraphView } = await import("#lib/usecases/load-graph-view.ts");
    const view = await loadGraphView(opened);
    if (!view.ok) return view;
    const { renderKnown } = await import("../render/known.ts");
    return ok(renderKnown(view.value, problems));
  });
}

async function ingestOne({
  io,
  root,
  config,
  source,
  store,
}: {
  readonly io: CliIo;
  readonly root: string;
  readonly config: FaultlineConfig;
  readonly source: FaultlineConfig["sources"][number];
  readonly store: LineageStore;
}): Promise<Result<readonly Problem[], Failure>> {
  const [{ ingestPaths }, { loadSqlParser }] = await Promise.all([
    import("#lib/usecases/ingest-sources.ts"),
    import("#lib/usecases/load-sql-parser.ts"),
  ]);
  const { path, as, dialect, domain } = source;
  const progress = showProgress(io);
  const ingested = await ingestPaths({
    paths: [join(root, path)],
    cwd: root,
    store,
    parser: await loadSqlParser(),
    now: io.now().toISOString(),
    onProgress: ({ done, total }) => progress.step(path, done, total),
    ...(as === undefined ? {} : { as }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(domain === undefined ? {} : { domain }),
    ...(config.names === undefined ? {} : { names: config.names }),
  });
  progress.end();
  return ingested.ok ? ok(ingested.value.problems) : err(failureOfStore(ingested.error));
}

const storeBelow = (root: string, url: string): string =>
  url.startsWith("file:") && !url.startsWith("file:/")
    ? `file:${join(root, url.slice("file:".length))}`
    : url;

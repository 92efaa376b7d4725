// `npm run truth`: makes changes to the demo, runs it on DuckDB, and compares what happened with the verdicts.
// `npm run truth -- <folder…>`: the same for folders with a dbt project's artefacts and a `truth.json`, and for folders with
// a project that is only SQL (`sources.sql`, `models.sql`, `consumers.csv`; ten stand in scripts/truth/projects).
//
//   --every N        takes every Nth change of the demo or of a project that is only SQL
//   --kind drop,unit  takes these kinds of change only
//   --profiles       counts the tables of a project that is only SQL first, as `faultline profile` does, and reads that too
//   --single         tells a project as one dbt project even where several teams tell it (`teams.json`)
//   --sample N       takes at most N changes of each kind, drawn in the same way in every run
//   --engine postgres  runs the demo's steps and queries on a PostgreSQL of its own (Debian's package `postgresql`)
//   --engine spark   runs them on Spark 3.5 (PySpark is installed once below ~/.cache/faultline; Java 17 has to be there)
//                    without ANSI mode, its default, or with it: --engine spark-ansi. Ten changes of each kind where no
//                    other sample is asked for, and two kinds more: as_text, narrow. --record writes down what happened
//                    (scripts/truth/runs), which tests hold the verdicts to without Spark
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { findPostgresPrograms, startPostgres } from "#lib/usecases/profile/postgres-for-tests.ts";
import { pyspark } from "../acceptance/pyspark.mjs";
import { MUTATIONS, TYPE_MUTATIONS } from "../demo/mutate-table.mjs";
import type { ExecutedChange } from "./executed-change.ts";
import { type Judged, judgeExecuted } from "./judge.ts";
import { printFigures } from "./print-figures.ts";
import { readExecuted, readFolder } from "./read-folder.ts";
import { isWrittenProject } from "./read-written.ts";
import { recordRun, writeRecorded } from "./recorded-run.ts";
import type { ChangesTaken } from "./run-changes.ts";
import { type DemoReady, readDemo, runDemo } from "./run-demo.ts";
import { judgeWritten } from "./run-written.ts";
import { writeDisagreements } from "./write-disagreements.ts";

const NOW = "2026-01-01T00:00:00Z";
const RUNS = join(import.meta.dirname, "runs");
const OUT = join(import.meta.dirname, "..", "..", "dist", "truth");

const { values, positionals } = parseArgs({
  options: {
    every: { type: "string" },
    kind: { type: "string" },
    sample: { type: "string" },
    record: { type: "boolean" },
    engine: { type: "string" },
    profiles: { type: "boolean" },
    single: { type: "boolean" },
  },
  allowPositionals: true,
});
mkdirSync(OUT, { recursive: true });
const taken: ChangesTaken = {
  every: Number(values.every ?? 1),
  ...(values.kind === undefined ? {} : { kinds: values.kind.split(",") }),
  ...(values.sample === undefined ? {} : { ofEachKind: Number(values.sample) }),
};
const ENGINES: Readonly<Record<string, () => Promise<void>>> = {
  duckdb: judgeOnDuckdb,
  postgres: judgeOnPostgres,
  spark: () => judgeOnSpark({ ansi: false }),
  "spark-ansi": () => judgeOnSpark({ ansi: true }),
};
const onEngine = ENGINES[values.engine ?? "duckdb"];
if (onEngine === undefined)
  throw new Error(`the demo runs on ${Object.keys(ENGINES).join(", ")}, not on ${values.engine}`);
if (positionals.length === 0) await onEngine();
const folders: Judged[] = [];
for (const folder of positionals) {
  const path = resolve(folder);
  const judged = await (isWrittenProject(path)
    ? judgeWritten(path, {
        now: NOW,
        ...taken,
        profiles: values.profiles === true,
        single: values.single === true,
      })
    : judgeFolder(path));
  report(basename(path), judged);
  folders.push(judged);
}
if (folders.length > 1) process.stdout.write(printFigures("all folders", together(folders)));

async function judgeOnDuckdb(): Promise<void> {
  const view = await readDemo(NOW);
  report("demo", await judgeExecuted(view, runDemo(view.graph, taken)));
}

/** Everything is said to stand on PostgreSQL; what it does not run as it is written is left out and named. */
async function judgeOnPostgres(): Promise<void> {
  const programs = findPostgresPrograms();
  if (programs === undefined) throw new Error("there is no PostgreSQL here: install it first");
  const view = await readDemo(NOW, "postgres");
  const server = await startPostgres(programs);
  try {
    const run = { ...taken, postgres: server.url, onReady: printReady };
    report("demo-postgres", await judgeExecuted(view, runDemo(view.graph, run)));
  } finally {
    server.stop();
  }
}

/** The same on Spark: what means the same is put into its words, and what it does not take is left out and named. */
async function judgeOnSpark({ ansi }: { readonly ansi: boolean }): Promise<void> {
  const missing = await pyspark.install();
  if (missing !== undefined) throw new Error(`Spark cannot run here: ${missing}`);
  const view = await readDemo(NOW, "spark");
  const run = {
    ofEachKind: 10,
    kinds: [...MUTATIONS, ...TYPE_MUTATIONS],
    ...taken,
    spark: { python: pyspark.python, ansi },
    onReady: printReady,
  };
  const name = ansi ? "demo-spark-ansi" : "demo-spark";
  const executed: ExecutedChange[] = [];
  for await (const change of runDemo(view.graph, run)) executed.push(change);
  if (values.record === true)
    writeFileSync(join(RUNS, `${name}.ndjson`), writeRecorded(recordRun(name, executed)));
  report(name, await judgeExecuted(view, executed));
}

function printReady({ steps, consumers, reworded, leftOut }: DemoReady): void {
  const words = reworded === 0 ? "" : `, ${reworded} statements in the engine's own words`;
  process.stdout.write(`${steps} tables and views and ${consumers} consumers run there${words}\n`);
  for (const reason of leftOut) process.stdout.write(`left out: ${reason}\n`);
}

async function judgeFolder(path: string): Promise<Judged> {
  const view = await readFolder(path, NOW);
  return judgeExecuted(view, readExecuted(path, view.graph), { materialize: "table" });
}

function report(name: string, judged: Judged): void {
  const file = join(OUT, `${name}.md`);
  writeFileSync(file, writeDisagreements(name, judged.cells));
  process.stdout.write(`${printFigures(name, judged)}\nDisagreements: ${file}\n\n`);
}

function together(each: readonly Judged[]): Judged {
  return {
    cells: each.flatMap((one) => one.cells),
    refused: each.flatMap((one) => one.refused),
    changes: each.reduce((sum, one) => sum + one.changes, 0),
  };
}

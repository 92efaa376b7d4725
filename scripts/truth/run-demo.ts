import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { parseConfig } from "#lib/usecases/config/faultline-config.ts";
import { assembleGraph } from "#lib/usecases/graph/assemble-graph.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { postgresTarget } from "../demo/postgres-target.mjs";
import { readCompany } from "../demo/read-company.mjs";
import { openCompany } from "../demo/run-company.mjs";
import { isReworded } from "../demo/spark-sql.mjs";
import { sparkTarget } from "../demo/spark-target.mjs";
import type { ExecutedChange } from "./executed-change.ts";
import { type ChangesTaken, type Company, runChanges } from "./run-changes.ts";

const COMPANY = join(import.meta.dirname, "..", "..", "graph-seed", "company");

/**
 * The demo as the product reads it: its sources, with its own configuration of names. `engine`: all of it said to stand on
 * that one, whatever the sources say.
 */
export async function readDemo(now: string, engine?: "postgres" | "spark"): Promise<GraphView> {
  const file = join(COMPANY, "faultline.yaml");
  const config = parseConfig(file, readFileSync(file, "utf8"));
  if (!config.ok) throw new Error(config.error.message);
  const { graph } = await assembleGraph({
    paths: [join(COMPANY, "sources")],
    ...(config.value.names === undefined ? {} : { names: config.value.names }),
    parser: await loadSqlParser(),
    now,
  });
  const told = engine === undefined ? graph : onEngine(graph, engine);
  return { graph: told, snapshot: buildSnapshot(told), asOf: { version: told.version, at: now } };
}

function onEngine(graph: MergedGraph, dialect: string): MergedGraph {
  const assets = new Map(
    [...graph.assets].map(([id, asset]) => [
      id,
      {
        ...asset,
        attributes: { ...asset.attributes, dialect },
        queries: asset.queries.map((query) => ({ ...query, dialect })),
      },
    ]),
  );
  return { ...graph, assets };
}

interface DemoRun extends ChangesTaken {
  /** Address of a PostgreSQL that runs the steps and queries in DuckDB's place; a database is made there. */
  readonly postgres?: string;
  /** A Python with PySpark, which runs them in its place. */
  readonly spark?: { readonly python: string; readonly ansi: boolean };
  /** Is told what of the company runs on the engine, before the changes. */
  readonly onReady?: (ready: DemoReady) => void;
}

export interface DemoReady {
  /** What the engine does not run, and why. */
  readonly leftOut: readonly string[];
  readonly steps: number;
  readonly consumers: number;
  /** Of those that run, how many are told in other words than they are written in. */
  readonly reworded: number;
}

/** Builds the company, makes one change after another and runs everything below it. */
export async function* runDemo(
  graph: MergedGraph,
  { postgres, spark, onReady, ...taken }: DemoRun = {},
): AsyncGenerator<ExecutedChange> {
  const company = readCompany(COMPANY);
  const words = sparkWords(company);
  const running = await openCompany(company, {
    ...(postgres === undefined ? {} : { engine: postgresTarget(postgres, company.database) }),
    ...(spark === undefined ? {} : { engine: sparkTarget(spark, words) }),
  });
  const { steps, consumers }: Company = running.company;
  const texts = [
    ...steps.flatMap(({ sql }) => sql ?? []),
    ...consumers.flatMap(({ queries }) => queries.map(({ sql }) => sql)),
  ];
  const reworded = spark === undefined ? 0 : texts.filter((sql) => isReworded(sql, words)).length;
  const { leftOut } = running;
  onReady?.({ leftOut, steps: steps.length, consumers: consumers.length, reworded });
  try {
    yield* runChanges({ graph, company: running.company, running, ...taken });
  } finally {
    await running.close();
  }
}

const sparkWords = ({ database, bases, steps }: Company) => ({
  database,
  relations: new Set([...bases, ...steps.map(({ relation }) => relation)]),
});

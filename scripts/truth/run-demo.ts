import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { parseConfig } from "#lib/usecases/config/faultline-config.ts";
import { assembleGraph } from "#lib/usecases/graph/assemble-graph.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { readCompany } from "../demo/read-company.mjs";
import { openCompany } from "../demo/run-company.mjs";
import type { ExecutedChange } from "./executed-change.ts";
import { type ChangesTaken, runChanges } from "./run-changes.ts";

const COMPANY = join(import.meta.dirname, "..", "..", "graph-seed", "company");

/** The demo as the product reads it: its sources, with its own configuration of names. */
export async function readDemo(now: string): Promise<GraphView> {
  const file = join(COMPANY, "faultline.yaml");
  const config = parseConfig(file, readFileSync(file, "utf8"));
  if (!config.ok) throw new Error(config.error.message);
  const { graph } = await assembleGraph({
    paths: [join(COMPANY, "sources")],
    ...(config.value.names === undefined ? {} : { names: config.value.names }),
    parser: await loadSqlParser(),
    now,
  });
  return { graph, snapshot: buildSnapshot(graph), asOf: { version: graph.version, at: now } };
}

/** Builds the company on DuckDB, makes one change after another and runs everything below it. */
export async function* runDemo(
  graph: MergedGraph,
  taken: ChangesTaken = {},
): AsyncGenerator<ExecutedChange> {
  const company = readCompany(COMPANY);
  const running = await openCompany(company);
  try {
    yield* runChanges({ graph, company, running, ...taken });
  } finally {
    running.close();
  }
}

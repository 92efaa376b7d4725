/*
 * How long does it take to judge every change that may happen to every column of a project?
 *
 *   npm run bench -- every-change [folder with manifest.json and catalog.json … , default: the demo]
 *
 * Each column of each table meets each kind of change, in one process, as `impact` answers it: effects, verdicts and the
 * reasons of every asset that is reached. Times are of the processor; the slowest changes are named. Reading the sources
 * is told apart from judging.
 */

import { join } from "node:path";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import { CHANGE_KINDS, type ChangeInput } from "#lib/impact/change.ts";
import { DATASET_KINDS } from "#lib/model/asset.ts";
import { answerImpact } from "#lib/usecases/ask/answer-impact.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { readFolder } from "../scripts/truth/read-folder.ts";
import { readDemo } from "../scripts/truth/run-demo.ts";
import { processorMs } from "./power-law-mesh.ts";

const NOW = "2026-01-01T00:00:00Z";

/** Kinds that are about a table and not about one of its columns. */
const OF_TABLES: ReadonlySet<string> = new Set([
  "granularity_changed",
  "column_order_changed",
  "late_freshness",
  "row_count_drop",
  "table_dropped_or_renamed",
  "filter_changed",
  "grain_changed",
  "join_changed",
  "materialization_changed",
]);

const typesOf = (kind: string, type: string | undefined): Partial<ChangeInput> =>
  kind.startsWith("type_") ? { fromType: type ?? "INTEGER", toType: "VARCHAR" } : {};

function* changesOf({ namespace, name, columns }: MergedAsset): Generator<ChangeInput> {
  const asset = { namespace, name };
  const names = columns.map((column) => column.name);
  for (const kind of CHANGE_KINDS)
    if (OF_TABLES.has(kind)) yield { kind, asset, columns: [...names].reverse() };
    else
      for (const column of columns) {
        const to = `${column.name}_new`;
        yield { kind, asset, column: column.name, to, ...typesOf(kind, column.type) };
      }
}

interface Timed {
  readonly label: string;
  readonly milliseconds: number;
}

function judge(view: GraphView): { readonly times: Timed[]; readonly refused: number } {
  const times: Timed[] = [];
  let refused = 0;
  for (const asset of view.graph.assets.values()) {
    if (!DATASET_KINDS.has(asset.kind)) continue;
    for (const change of changesOf(asset)) {
      const started = processorMs();
      const answer = answerImpact(view, { changes: [change] });
      const milliseconds = processorMs() - started;
      if (!answer.ok || "results" in answer.value || isChangeError(answer.value)) refused += 1;
      times.push({ label: `${change.kind} ${asset.name}.${change.column ?? ""}`, milliseconds });
    }
  }
  return { times, refused };
}

async function report(name: string, read: () => Promise<GraphView>): Promise<void> {
  const started = processorMs();
  const view = await read();
  const reading = processorMs() - started;
  const tables = [...view.graph.assets.values()].filter(({ kind }) => DATASET_KINDS.has(kind));
  const columns = tables.reduce((sum, { columns: own }) => sum + own.length, 0);
  const { times, refused } = judge(view);
  const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const slowest = times.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, 3);
  process.stdout.write(
    [
      `${name}: ${tables.length} tables, ${columns} columns, ${view.graph.assets.size} assets; read in ${seconds(reading)}`,
      `  ${times.length} changes in ${seconds(total)} of the processor, ${(total / times.length).toFixed(2)} ms each, ${refused} refused`,
      `  for 1,160 columns: ${seconds((total / columns) * 1160)}`,
      ...slowest.map(({ label, milliseconds }) => `  ${milliseconds.toFixed(0)} ms  ${label}`),
      "",
    ].join("\n"),
  );
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

const folders = process.argv.slice(2);
if (folders.length === 0) await report("demo", () => readDemo(NOW));
for (const folder of folders)
  await report(folder.split("/").at(-1) ?? folder, () => readFolder(join(folder), NOW));

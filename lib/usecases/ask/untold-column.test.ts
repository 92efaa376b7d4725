import { expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { dataset, input, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import { assembleSources } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";

const RAW = "shop.raw.orders";
const CLEAN = "shop.clean.orders";
const MART = "shop.mart.orders";
const passedOn = (table: string, field: string) => ({
  inputFields: [input(table, field, "DIRECT", "IDENTITY")],
});

/** Spark says nothing of `best`, a scalar subquery over `amount`; two tables are made of what it wrote. */
const EVENTS = [
  runEvent({
    job: "clean",
    inputs: [dataset(RAW, { schema: schema("id BIGINT", "amount DOUBLE") })],
    outputs: [
      dataset(CLEAN, {
        schema: schema("id BIGINT", "best DOUBLE"),
        columnLineage: { fields: { id: passedOn(RAW, "id") } },
      }),
    ],
  }),
  ...["id", "best"].map((column) =>
    runEvent({
      job: `mart_${column}`,
      inputs: [dataset(CLEAN)],
      outputs: [
        dataset(`${MART}_${column}`, {
          schema: schema(`${column} DOUBLE`),
          columnLineage: { fields: { [column]: passedOn(CLEAN, column) } },
        }),
      ],
    }),
  ),
];

const parser = await loadSqlParser();
const text = EVENTS.map((event) => JSON.stringify(event)).join("\n");
const read = readSources({
  files: [{ path: "events.ndjson", root: "events.ndjson", text }],
  parser,
  at: "2026-03-03T00:00:00Z",
});
const { graph } = await assembleSources({ parser }, read);
const snapshot = buildSnapshot(graph);

function judge(change: Omit<ChangeInput, "asset">): Record<string, string> {
  const found = assessChanges({
    graph,
    snapshot,
    changes: [{ ...change, asset: RAW } as ChangeInput],
  });
  if (isChangeError(found)) throw new Error(found.error.message);
  return Object.fromEntries(
    found.verdicts.map(({ asset, verdict, certainty }) => [
      asset.name,
      certainty === null ? verdict : `${verdict} ${certainty}`,
    ]),
  );
}

it("a column that its lineage leaves out is not known, and so is who reads it; who does not stays unaffected", () => {
  expect(judge({ kind: "unit_or_meaning_changed", column: "amount" })).toEqual({
    [CLEAN]: "unknown",
    [`${MART}_best`]: "unknown",
    [`${MART}_id`]: "unaffected",
  });
});

it("a column that comes is none of those that such a column was made of", () => {
  expect(judge({ kind: "add_nullable_column", column: "note" })[CLEAN]).toBe("unaffected");
});

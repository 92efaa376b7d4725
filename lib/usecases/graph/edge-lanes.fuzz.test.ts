import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type AssembleSource, assembleClaims } from "#lib/ingest/assemble-claims.ts";
import { DEFAULT_NAMES } from "#lib/ingest/names/names-config.ts";
import { dataset, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import { readOpenLineageEvents } from "#lib/ingest/openlineage/read-open-lineage-events.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { claimLanes, factLanes } from "#lib/model/edge-lanes.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { encodeClaim } from "#lib/store/encode-claim.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { createQueryAnalyzer } from "../sources/sql-analyzer.ts";

const NAMESPACE = "postgres://db:5432";
const name = fc.constantFrom(
  "shop.raw.orders",
  "shop.clean.orders",
  "SHOP.RAW.ORDERS",
  "board",
  "agg",
);
const field = fc.constantFrom("id", "ID", "amt", "addr.zip", "addr", "gone");
const odd = fc.constantFrom<unknown>(null, 7, "text", [], {}, [[]], [null], [{ type: 5 }], "");

const transformation = fc.record(
  {
    type: fc.constantFrom<unknown>("DIRECT", "INDIRECT", "direct", "NEW", 3),
    subtype: fc.constantFrom<unknown>(
      "IDENTITY",
      "AGGREGATION",
      "JOIN",
      "FILTER",
      "GROUP BY",
      null,
    ),
    masking: fc.boolean(),
    description: fc.constantFrom<unknown>("sum(x)", "", 4),
  },
  { requiredKeys: ["type"] },
);

const anInput = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record(
      {
        namespace: fc.constantFrom<unknown>(NAMESPACE, NAMESPACE, NAMESPACE, "s3://lake", 9),
        name,
        field,
        type: fc.constantFrom("JOB", "DATASET"),
        transformations: fc.oneof(fc.array(transformation, { maxLength: 3 }), odd),
      },
      { requiredKeys: ["namespace", "name"] },
    ),
  },
  { weight: 1, arbitrary: odd },
);

const entry = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record(
      {
        inputFields: fc.array(anInput, { maxLength: 16 }),
        transformationType: fc.constantFrom("IDENTITY", "MASKED"),
      },
      { requiredKeys: ["inputFields"] },
    ),
  },
  { weight: 1, arbitrary: odd },
);

const lineage = fc.record(
  { fields: fc.dictionary(field, entry), dataset: fc.array(anInput, { maxLength: 4 }) },
  { requiredKeys: ["fields"] },
);

const output = fc
  .record({
    name,
    fields: fc.option(fc.uniqueArray(field, { minLength: 1 }), { nil: undefined }),
    lineage: fc.option(lineage, { nil: undefined }),
  })
  .map((one) =>
    dataset(one.name, {
      ...(one.fields ? { schema: schema(...one.fields.map((each) => `${each} INT`)) } : {}),
      ...(one.lineage ? { columnLineage: one.lineage } : {}),
    }),
  );

const event = fc
  .record({
    time: fc.integer({ min: 0, max: 5 }).map((second) => `2026-03-02T02:00:0${second}.5Z`),
    job: fc.constantFrom("load", "train_x"),
    jobFacets: fc.constantFrom({}, {}, { sql: { query: "select id, amt from shop.raw.orders" } }),
    inputs: fc.array(
      name.map((each) => dataset(each)),
      { maxLength: 2 },
    ),
    outputs: fc.array(output, { maxLength: 3 }),
  })
  .map(runEvent);

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const sourceOf = (facts: readonly AssetFact[]): AssembleSource => ({
  source: { id: "openlineage:spark", kind: "openlineage", label: "events" },
  facts,
  at: "2026-03-02T03:00:00Z",
  complete: false,
  problems: [],
});

const assemble = (facts: readonly AssetFact[]) =>
  assembleClaims({
    sources: [sourceOf(facts)],
    names: DEFAULT_NAMES,
    analyzer: createQueryAnalyzer(parser),
  });

test("edges that stay lists come to the same claims, problems and texts as edges that are objects (seed 20261123)", async () => {
  let listed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 4 }), async (events) => {
      const raw = events.map((value, at) => ({ value, provenance: { event: `e${at}` } }));
      const { facts } = readOpenLineageEvents(raw);
      listed += facts.filter((fact) => factLanes(fact) !== undefined).length;
      const plain = facts.map((fact): AssetFact => ({ ...fact }));
      expect(plain.every((fact) => factLanes(fact) === undefined)).toBe(true);
      const [quick, slow] = [await assemble(facts), await assemble(plain)];
      expect(quick.unresolved).toBe(slow.unresolved);
      for (const [at, { claims, problems }] of quick.batches.entries()) {
        const other = slow.batches[at];
        expect(problems).toEqual(other?.problems);
        // Before `edges` is looked at, and the text once more after it.
        const texts = claims.map(encodeClaim);
        expect(texts).toEqual(other?.claims.map(encodeClaim));
        expect(claims).toEqual(other?.claims);
        expect(claims.map((claim) => encodeClaim({ ...claim }))).toEqual(texts);
        listed += claims.filter((claim) => claimLanes(claim) !== undefined).length;
      }
    }),
    { seed: 20261123, numRuns: 150 },
  );
  // Else the property would say nothing.
  expect(listed).toBeGreaterThan(250);
});

/** What a lineage facet says, the obvious way: each input by each of its transformations. */
function obviousEdges(fields: Readonly<Record<string, readonly Said[]>>): readonly string[] {
  const found = new Set<string>();
  for (const [to, inputs] of Object.entries(fields)) {
    for (const { name: from, field: column, uses } of inputs) {
      const silent = inputs.length === 1 ? "IDENTITY" : "ARITH";
      for (const use of uses.length > 0 ? uses : [silent]) {
        const into = use === "FILTER" || use === "SORT" ? "" : to;
        found.add(`${from}.${column} -${use}> ${into}`);
      }
    }
  }
  return [...found].sort();
}

interface Said {
  readonly name: string;
  readonly field: string;
  readonly uses: readonly ("IDENTITY" | "FILTER" | "SORT" | "WINDOW" | "AGG_SUM")[];
}

const TYPES = {
  IDENTITY: { type: "DIRECT", subtype: "IDENTITY" },
  AGG_SUM: { type: "DIRECT", subtype: "AGGREGATION" },
  FILTER: { type: "INDIRECT", subtype: "FILTER" },
  SORT: { type: "INDIRECT", subtype: "SORT" },
  WINDOW: { type: "INDIRECT", subtype: "WINDOW" },
} as const;

test("a facet of any width gives each of its edges once", () => {
  const said: fc.Arbitrary<Said> = fc.record({
    name: fc.constantFrom("shop.a", "shop.b", "shop.c"),
    field: fc.constantFrom("x", "y", "z", "w"),
    uses: fc.array(fc.constantFrom("IDENTITY", "FILTER", "SORT", "WINDOW", "AGG_SUM"), {
      maxLength: 2,
    }),
  });
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("m", "n", "o"), fc.array(said, { maxLength: 60 })),
      (fields) => {
        const facet = Object.fromEntries(
          Object.entries(fields).map(([to, inputs]) => [
            to,
            {
              inputFields: inputs.map(({ uses, ...input }) => ({
                namespace: NAMESPACE,
                ...input,
                transformations: uses.map((use) => TYPES[use]),
              })),
            },
          ]),
        );
        const value = runEvent({
          outputs: [dataset("shop.mart", { columnLineage: { fields: facet } })],
        });
        const { facts } = readOpenLineageEvents([{ value, provenance: { event: "e" } }]);
        const mart = facts.find((fact) => fact.name.name === "shop.mart");
        const found = mart?.edges.map(
          ({ from, use, toColumn }) =>
            `${from.name.name}.${from.column} -${use}> ${toColumn ?? ""}`,
        );
        expect([...(found ?? [])].sort()).toEqual(obviousEdges(fields));
      },
    ),
    { numRuns: 200 },
  );
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMarquez } from "#lib/ingest/marquez/read-marquez.ts";
import { readOpenLineageEvents } from "#lib/ingest/openlineage/read-open-lineage-events.ts";
import type { AssetFact } from "#lib/model/fact.ts";

const NAMESPACE = "postgres://db.shop.example:5432";

function read(...answers: readonly unknown[]) {
  const files = answers.map((answer, index) => ({
    path: `marquez-${index}.json`,
    text: JSON.stringify(answer),
  }));
  const { events, problems } = readMarquez(files);
  const facts = readOpenLineageEvents(events);
  return { facts: facts.facts, problems: [...problems, ...facts.problems] };
}

const edgesOf = (facts: readonly AssetFact[], name: string): string[] =>
  (facts.find((fact) => fact.name.name === name)?.edges ?? []).map(
    ({ from, toColumn, use, cap, via }) =>
      [`${from.name.name}.${from.column ?? "*"}`, toColumn ?? "*", use, cap, via?.name]
        .filter(Boolean)
        .join(" "),
  );

const dataset = (name: string, fields: readonly string[], more: object = {}) => ({
  id: { namespace: NAMESPACE, name },
  type: "DB_TABLE",
  name,
  physicalName: name,
  namespace: NAMESPACE,
  sourceName: "shop",
  createdAt: "2026-11-01T00:00:00Z",
  updatedAt: "2026-11-20T00:00:00Z",
  fields: fields.map((field) => ({ name: field, type: "VARCHAR", tags: [], description: null })),
  tags: [],
  facets: {},
  deleted: false,
  ...more,
});

const input = (name: string, field: string, more: object = {}) => ({
  namespace: NAMESPACE,
  dataset: name,
  field,
  ...more,
});

const job = (
  name: string,
  inputs: readonly string[],
  outputs: readonly string[],
  more: object = {},
) => ({
  id: { namespace: "etl", name },
  type: "BATCH",
  name,
  simpleName: name,
  namespace: "etl",
  createdAt: "2026-11-01T00:00:00Z",
  updatedAt: "2026-11-20T00:00:00Z",
  inputs: inputs.map((one) => ({ namespace: NAMESPACE, name: one })),
  outputs: outputs.map((one) => ({ namespace: NAMESPACE, name: one })),
  latestRun: {
    id: "6f2f9ae0-6f4d-4a4e-8f62-0d5ae8e3a0aa",
    state: "FAILED",
    startedAt: "2026-11-20T00:00:00Z",
    endedAt: "2026-11-20T00:01:00Z",
  },
  facets: {},
  ...more,
});

describe("what a Marquez keeps", () => {
  const datasets = {
    totalCount: 2,
    datasets: [
      dataset("shop.raw.orders", ["id", "amount"], {
        description: "Orders as they came",
        tags: ["PII"],
        fields: [
          { name: "id", type: "BIGINT", tags: ["KEY"], description: "Number of the order" },
          { name: "amount", type: "NUMERIC", tags: [] },
        ],
      }),
      dataset("shop.mart.revenue", ["cents"], {
        columnLineage: [
          {
            name: "cents",
            inputFields: [input("shop.raw.orders", "amount", { transformationType: "IDENTITY" })],
            transformationType: "IDENTITY",
          },
        ],
      }),
    ],
  };
  const jobs = {
    totalCount: 1,
    jobs: [job("load_revenue", ["shop.raw.orders"], ["shop.mart.revenue"])],
  };

  it("gives datasets with their columns, and the column's edge through the job that moves it", () => {
    const { facts, problems } = read(datasets, jobs);
    expect(problems).toEqual([]);
    expect(facts.find((fact) => fact.name.name === "shop.raw.orders")).toMatchObject({
      name: { namespace: NAMESPACE },
      path: ["shop", "raw", "orders"],
      columnsComplete: true,
      attributes: { description: "Orders as they came", tags: ["PII"] },
      columns: [
        { name: "id", type: "BIGINT", description: "Number of the order" },
        { name: "amount", type: "NUMERIC" },
      ],
    });
    expect(edgesOf(facts, "shop.mart.revenue")).toEqual([
      "shop.raw.orders.amount cents IDENTITY load_revenue",
    ]);
  });

  it("knows how the last run of a job ended", () => {
    const { facts } = read(datasets, jobs);
    const runs = facts.flatMap(({ attributes }) => attributes.lastRun ?? []);
    expect(runs).toContainEqual({
      at: expect.stringContaining("2026-11-20T00:01:00"),
      state: "failed",
    });
  });

  it("takes the lineage and column lineage graphs for the same", () => {
    const node = (type: string, data: object) => ({
      id: `${type}:x`,
      type,
      data,
      inEdges: [],
      outEdges: [],
    });
    const { facts, problems } = read(
      {
        graph: [
          ...datasets.datasets.map(({ columnLineage: _, ...one }: Record<string, unknown>) =>
            node("DATASET", one),
          ),
          node("JOB", jobs.jobs[0] ?? {}),
        ],
      },
      {
        graph: [
          node("DATASET_FIELD", {
            namespace: NAMESPACE,
            dataset: "shop.mart.revenue",
            field: "cents",
            fieldType: "VARCHAR",
            inputFields: [input("shop.raw.orders", "amount"), input("shop.raw.orders", "id")],
          }),
          node("DATASET_FIELD", {
            namespace: NAMESPACE,
            dataset: "shop.raw.orders",
            field: "amount",
            inputFields: [],
          }),
        ],
      },
    );
    expect(problems).toEqual([]);
    expect(edgesOf(facts, "shop.mart.revenue").sort()).toEqual([
      "shop.raw.orders.amount cents ARITH likely load_revenue",
      "shop.raw.orders.id cents ARITH likely load_revenue",
    ]);
  });

  it("the facet that was sent says how a column is used, and what it leaves out is there as well", () => {
    const facet = {
      fields: {
        cents: {
          inputFields: [
            {
              namespace: NAMESPACE,
              name: "shop.raw.orders",
              field: "amount",
              transformations: [{ type: "DIRECT", subtype: "AGGREGATION" }],
            },
          ],
        },
      },
      dataset: [
        {
          namespace: NAMESPACE,
          name: "shop.raw.orders",
          field: "id",
          transformations: [{ type: "INDIRECT", subtype: "FILTER" }],
        },
      ],
    };
    const { facts } = read(
      {
        datasets: [
          dataset("shop.mart.revenue", ["cents"], {
            facets: { columnLineage: facet },
            columnLineage: [
              {
                name: "cents",
                inputFields: [input("shop.raw.orders", "amount"), input("shop.raw.rates", "rate")],
              },
            ],
          }),
        ],
      },
      jobs,
    );
    expect(edgesOf(facts, "shop.mart.revenue").sort()).toEqual([
      "shop.raw.orders.amount cents AGG_SUM likely load_revenue",
      "shop.raw.orders.id * FILTER load_revenue",
      "shop.raw.rates.rate cents ARITH likely load_revenue",
    ]);
  });

  it("leaves out what was deleted, and tells of what is no answer of Marquez", () => {
    const { facts, problems } = read(
      { datasets: [dataset("shop.raw.gone", ["id"], { deleted: true })] },
      { hello: 1 },
    );
    expect(facts).toEqual([]);
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ["wrong-shape", "marquez-1.json"],
    ]);
  });

  it("every column edge that Marquez stores is here, whoever writes the table", () => {
    const name = fc.constantFrom("shop.a", "shop.b", "shop.c", "shop.d");
    const column = fc.constantFrom("x", "y", "z");
    const lineage = fc.uniqueArray(
      fc
        .record({ from: name, column, to: name, into: column })
        .filter(({ from, to }) => from !== to),
      { selector: (one) => JSON.stringify(one), maxLength: 20 },
    );
    const writers = fc.array(fc.tuple(fc.array(name, { maxLength: 3 }), name), { maxLength: 5 });
    fc.assert(
      fc.property(lineage, writers, (edges, movers) => {
        const targets = [...new Set(edges.map(({ to }) => to))];
        const { facts } = read(
          {
            datasets: targets.map((target) =>
              dataset(target, ["x", "y", "z"], {
                columnLineage: ["x", "y", "z"].map((into) => ({
                  name: into,
                  inputFields: edges
                    .filter((edge) => edge.to === target && edge.into === into)
                    .map((edge) => input(edge.from, edge.column)),
                })),
              }),
            ),
          },
          {
            totalCount: movers.length,
            jobs: movers.map(([from, to], at) => job(`job ${at}`, from, [to])),
          },
        );
        for (const { from, column: of, to, into } of edges) {
          expect(edgesOf(facts, to).map((edge) => edge.split(" ").slice(0, 2).join(" "))).toContain(
            `${from}.${of} ${into}`,
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it("answers of any shape are read without an exception", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5 }),
        fc.constantFrom("datasets", "jobs", "graph"),
        (value, key) => {
          read(
            value,
            { [key]: value },
            { [key]: [value, { id: value, fields: value, inputs: value }] },
          );
          readMarquez([{ path: "x", text: `${JSON.stringify(value)}]` }]);
        },
      ),
    );
  });
});

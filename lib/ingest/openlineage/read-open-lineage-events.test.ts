import { describe, expect, it } from "vitest";
import type { AssetFact, EdgeFact } from "#lib/model/fact.ts";
import { dataset, input, runEvent, schema } from "./event.fixture.ts";
import { readOpenLineageEvents, readOpenLineageFiles } from "./read-open-lineage-events.ts";

const read = (...values: readonly unknown[]) =>
  readOpenLineageEvents(
    values.map((value, index) => ({
      value,
      provenance: { file: "events.ndjson", line: index + 1 },
    })),
  );

const factOf = (facts: readonly AssetFact[], name: string): AssetFact => {
  const fact = facts.find((one) => one.name.name === name);
  if (fact === undefined) throw new Error(`no fact ${name}`);
  return fact;
};

const shown = (edge: EdgeFact): string =>
  `${edge.from.name.name}${edge.from.column === undefined ? "" : `.${edge.from.column}`} -> ${edge.toColumn ?? "*"} ${edge.use}${edge.cap === undefined ? "" : ` ${edge.cap}`}`;

const RAW = "shop.raw.orders";
const CLEAN = "shop.clean.orders";

describe("column lineage of events", () => {
  const uses: readonly (readonly [string, string | undefined, boolean, string])[] = [
    ["DIRECT", "IDENTITY", false, "-> total IDENTITY"],
    ["DIRECT", "TRANSFORMATION", false, "-> total ARITH likely"],
    ["DIRECT", "AGGREGATION", false, "-> total AGG_SUM likely"],
    ["DIRECT", "AGGREGATION", true, "-> total AGG_COUNT likely"],
    ["INDIRECT", "JOIN", false, "-> * JOIN_INNER likely"],
    ["INDIRECT", "FILTER", false, "-> * FILTER"],
    ["INDIRECT", "GROUP_BY", false, "-> * GROUP_BY"],
    ["INDIRECT", "SORT", false, "-> * SORT"],
    ["INDIRECT", "WINDOW", false, "-> total WINDOW"],
    ["INDIRECT", "CONDITIONAL", false, "-> total CONDITIONAL"],
    ["INDIRECT", "GUESSWORK", false, "-> total UNKNOWN"],
  ];
  it.each(uses)("%s/%s with masking %s reads as %s", (type, subtype, masking, expected) => {
    const columnLineage = {
      fields: { total: { inputFields: [input(RAW, "amt", type, subtype, masking)] } },
    };
    const { facts } = read(
      runEvent({ inputs: [dataset(RAW)], outputs: [dataset(CLEAN, { columnLineage })] }),
    );
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([`${RAW}.amt ${expected}`]);
  });

  it("a filter of the whole dataset touches the rows, a bare direct use of it only possibly", () => {
    const columnLineage = {
      fields: {},
      dataset: [
        input(RAW, "amt", "INDIRECT", "FILTER"),
        input(RAW, "country", "DIRECT", "TRANSFORMATION"),
      ],
    };
    const { facts } = read(runEvent({ outputs: [dataset(CLEAN, { columnLineage })] }));
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([
      `${RAW}.amt -> * FILTER`,
      `${RAW}.country -> * FILTER possible`,
    ]);
  });

  it("inputs without transformations are passed on, likely; several of them are computed with", () => {
    const columnLineage = {
      fields: {
        id: { inputFields: [input(RAW, "id")] },
        full_name: { inputFields: [input(RAW, "first"), input(RAW, "last")] },
      },
    };
    const { facts } = read(runEvent({ outputs: [dataset(CLEAN, { columnLineage })] }));
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([
      `${RAW}.first -> full_name ARITH likely`,
      `${RAW}.last -> full_name ARITH likely`,
      `${RAW}.id -> id IDENTITY likely`,
    ]);
  });

  it("the SQL speaks where the lineage only lists columns, and not where it says how they are used", () => {
    const sql = { query: "select id from shop.raw.orders", dialect: "postgres" };
    const coarse = { fields: { id: { inputFields: [input(RAW, "id")] } } };
    const fine = { fields: { id: { inputFields: [input(RAW, "id", "DIRECT", "IDENTITY")] } } };
    const queries = (columnLineage: unknown): number =>
      factOf(
        read(runEvent({ jobFacets: { sql }, outputs: [dataset(CLEAN, { columnLineage })] })).facts,
        CLEAN,
      ).queries.length;
    expect([queries(coarse), queries(fine)]).toEqual([1, 0]);
  });

  it("an input that no lineage accounts for is read in an unknown way", () => {
    const columnLineage = {
      fields: { id: { inputFields: [input(RAW, "id", "DIRECT", "IDENTITY")] } },
    };
    const { facts } = read(
      runEvent({
        inputs: [dataset(RAW), dataset("shop.raw.blocked")],
        outputs: [dataset(CLEAN, { columnLineage })],
      }),
    );
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([
      `${RAW}.id -> id IDENTITY`,
      "shop.raw.blocked -> * UNKNOWN",
    ]);
  });

  it("a source that only the lineage names exists, as a placeholder with its path", () => {
    const columnLineage = {
      fields: { id: { inputFields: [input("shop.seed.countries", "id", "DIRECT", "IDENTITY")] } },
    };
    const { facts } = read(runEvent({ outputs: [dataset(CLEAN, { columnLineage })] }));
    expect(factOf(facts, "shop.seed.countries")).toMatchObject({
      placeholder: true,
      kind: "table",
      path: ["shop", "seed", "countries"],
    });
  });

  it("a CTE that a producer takes for a dataset becomes an unknown read of the job's inputs", () => {
    const sql = {
      query: "with agg as (select count(*) n from shop.raw.orders) select n from agg",
      dialect: "duckdb",
    };
    const columnLineage = { fields: { n: { inputFields: [input("agg", "n")] } } };
    const { facts } = read(
      runEvent({
        jobFacets: { sql },
        inputs: [dataset(RAW)],
        outputs: [dataset(CLEAN, { columnLineage })],
      }),
    );
    expect(facts.map((fact) => fact.name.name)).not.toContain("agg");
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([`${RAW} -> * UNKNOWN`]);
  });

  it("a job that merges a table into itself gives no loop, and says so", () => {
    const columnLineage = {
      fields: { id: { inputFields: [input(CLEAN, "id", "DIRECT", "IDENTITY")] } },
    };
    const { facts, problems } = read(
      runEvent({ inputs: [dataset(CLEAN)], outputs: [dataset(CLEAN, { columnLineage })] }),
    );
    expect(factOf(facts, CLEAN).edges).toEqual([]);
    expect(problems.map((problem) => [problem.code, problem.severity])).toEqual([
      ["self-loop", "info"],
    ]);
  });

  it("two inserts of one job from different places both keep their lineage", () => {
    const from = (name: string) => ({
      columnLineage: { fields: { id: { inputFields: [input(name, "id", "DIRECT", "IDENTITY")] } } },
    });
    const { facts } = read(
      runEvent({
        runId: "a",
        outputs: [dataset(CLEAN, from("shop.a.t"))],
        time: "2026-03-02T02:00:00Z",
      }),
      runEvent({
        runId: "b",
        outputs: [dataset(CLEAN, from("shop.b.t"))],
        time: "2026-03-02T03:00:00Z",
      }),
    );
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([
      "shop.a.t.id -> id IDENTITY",
      "shop.b.t.id -> id IDENTITY",
    ]);
  });

  it("the explicit lineage facet of a job says the same as column lineage of its output", () => {
    const entry = {
      namespace: "postgres://db:5432",
      name: CLEAN,
      type: "DATASET",
      fields: {
        id: {
          inputs: [{ ...input(RAW, "id", "DIRECT", "IDENTITY"), type: "DATASET" }, { type: "JOB" }],
        },
      },
    };
    const { facts, problems } = read(runEvent({ jobFacets: { lineage: { entries: [entry] } } }));
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([`${RAW}.id -> id IDENTITY`]);
    expect(problems).toEqual([]);
  });
});

describe("runs", () => {
  it("what START knows survives a COMPLETE that does not repeat it", () => {
    const columnLineage = {
      fields: { id: { inputFields: [input(RAW, "id", "DIRECT", "IDENTITY")] } },
    };
    const { facts } = read(
      runEvent({
        state: "START",
        inputs: [dataset(RAW)],
        outputs: [dataset(CLEAN, { columnLineage, schema: schema("id BIGINT") })],
        time: "2026-03-02T02:00:00.10Z",
      }),
      runEvent({ state: "COMPLETE", outputs: [dataset(CLEAN)], time: "2026-03-02T02:00:01Z" }),
    );
    const clean = factOf(facts, CLEAN);
    expect(clean.edges.map(shown)).toEqual([`${RAW}.id -> id IDENTITY`]);
    expect(clean.columns).toEqual([{ name: "id", type: "BIGINT" }]);
    expect(clean.attributes.lastRun).toEqual({ at: "2026-03-02T02:00:01.000Z", state: "ok" });
  });

  it("a failed run says so at the job and at what it was to write", () => {
    const runFacets = { errorMessage: { message: "column amt does not exist" } };
    const { facts } = read(runEvent({ state: "FAIL", runFacets, outputs: [dataset(CLEAN)] }));
    expect(factOf(facts, CLEAN).attributes.lastRun?.state).toBe("failed");
    expect(factOf(facts, "load_orders").attributes.extra).toMatchObject({
      error: "column amt does not exist",
    });
  });

  it("a job without outputs is a reader of unknown manner; dbt's tests are no readers at all", () => {
    const { facts } = read(
      runEvent({ job: "send_mails", inputs: [dataset(RAW)] }),
      runEvent({
        job: "orders.test",
        jobFacets: { jobType: { integration: "DBT", jobType: "TEST" } },
        inputs: [
          {
            ...dataset(RAW),
            inputFacets: {
              dataQualityAssertions: {
                assertions: [{ assertion: "not_null", column: "id", success: true }],
              },
            },
          },
        ],
      }),
    );
    expect(factOf(facts, "send_mails")).toMatchObject({ kind: "job", edges: [{ use: "UNKNOWN" }] });
    expect(facts.map((fact) => fact.name.name)).not.toContain("orders.test");
    expect(factOf(facts, RAW).columns).toEqual([{ name: "id", nullable: false }]);
  });

  it.each([
    ["train_churn", {}, "ml_job"],
    ["constrained_load", {}, "job"],
    ["nightly", { jobType: { jobType: "TRAINING", integration: "CUSTOM" } }, "ml_job"],
    ["daily_model", { jobType: { jobType: "MODEL", integration: "DBT" } }, "job"],
  ])("the job %s is of kind %3$s only where its source says so", (job, jobFacets, kind) => {
    const { facts } = read(runEvent({ job, jobFacets, inputs: [dataset(RAW)] }));
    expect(factOf(facts, job).kind).toBe(kind);
  });

  it("Spark's look at file footers reads no rows and is no job of anyone's", () => {
    const { facts, problems } = read(
      runEvent({
        job: "app.map_partitions_parallel_collection",
        jobFacets: { jobType: { integration: "SPARK", jobType: "RDD_JOB" } },
        inputs: [dataset("/lake/orders", {}, "file")],
      }),
    );
    expect(facts.map((fact) => fact.name.name)).toEqual(["/lake/orders"]);
    expect(problems.map((problem) => problem.severity)).toEqual(["info"]);
  });
});

describe("datasets", () => {
  it.each([
    ["kafka://broker:9092", "orders", {}, "topic", undefined],
    ["s3://lake", "orders/day=2026-01-01", {}, "file", undefined],
    [
      "file",
      "/w/t",
      {
        symlinks: {
          identifiers: [{ namespace: "hive://m", name: "spark_catalog.shop.t", type: "TABLE" }],
        },
      },
      "table",
      ["shop", "t"],
    ],
    [
      "duckdb://shop",
      "shop.main.v",
      { datasetType: { datasetType: "VIEW" } },
      "view",
      ["shop", "main", "v"],
    ],
    ["arn:aws:glue:eu-west-1:1", "table/shop/t", {}, "table", ["shop", "t"]],
    [
      "warehouse://x",
      "a.b",
      {
        hierarchy: {
          hierarchy: [
            { type: "DATABASE", name: "a.x" },
            { type: "TABLE", name: "b" },
          ],
        },
      },
      "table",
      ["a.x", "b"],
    ],
  ])("%s %s is known for what it is", (namespace, name, facets, kind, path) => {
    const { facts } = read(runEvent({ outputs: [dataset(name, facets, namespace)] }));
    const fact = facts.find((one) => one.kind !== "job");
    expect([fact?.kind, fact?.path]).toEqual([kind, path]);
  });

  it("a staging folder and a partition are the dataset itself, under the name as sent too", () => {
    const { facts } = read(
      runEvent({ outputs: [dataset("/lake/orders/.spark-staging-77/day=1", {}, "file")] }),
      runEvent({ outputs: [dataset("/lake/orders/day=2", {}, "file")] }),
    );
    const orders = factOf(facts, "/lake/orders");
    expect(orders.aliases?.map((alias) => alias.name)).toEqual([
      "/lake/orders/.spark-staging-77/day=1",
      "/lake/orders/day=2",
    ]);
  });

  it("nested fields are told in the type of their column, and lineage into them ends at the column", () => {
    const columnLineage = {
      fields: { "addr.zip": { inputFields: [input(RAW, "place.zip", "DIRECT", "IDENTITY")] } },
    };
    const nested = {
      fields: [{ name: "addr", type: "STRUCT", fields: [{ name: "zip", type: "VARCHAR" }] }],
    };
    const { facts } = read(
      runEvent({
        inputs: [dataset(RAW, { schema: schema("place JSON") })],
        outputs: [dataset(CLEAN, { schema: nested, columnLineage })],
      }),
    );
    expect(factOf(facts, CLEAN).columns).toEqual([{ name: "addr", type: "STRUCT(zip VARCHAR)" }]);
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([`${RAW}.place -> addr IDENTITY`]);
  });

  it("a writer's schema is complete, a reader's is not, and lineage that names more opens it", () => {
    const columnLineage = {
      fields: { late: { inputFields: [input(RAW, "x", "DIRECT", "IDENTITY")] } },
    };
    const written = read(
      runEvent({
        inputs: [dataset(RAW, { schema: schema("a INT") })],
        outputs: [dataset(CLEAN, { schema: schema("a INT") })],
      }),
    ).facts;
    const opened = read(
      runEvent({ outputs: [dataset(CLEAN, { schema: schema("a INT"), columnLineage })] }),
    ).facts;
    expect([factOf(written, CLEAN).columnsComplete, factOf(written, RAW).columnsComplete]).toEqual([
      true,
      false,
    ]);
    expect([
      factOf(opened, CLEAN).columnsComplete,
      factOf(opened, CLEAN).columns?.map((column) => column.name),
    ]).toEqual([false, ["a", "late"]]);
  });

  it("profiles, owners, tags and the life of a table are kept", () => {
    const facets = {
      dataQualityMetrics: {
        rowCount: 200,
        columnMetrics: { amt: { nullCount: 50, distinctCount: 9, min: 1, max: 7 } },
      },
      ownership: {
        owners: [
          { name: "team:b", type: "MAINTAINER" },
          { name: "team:a", type: "OWNER" },
        ],
      },
      tags: {
        tags: [
          { key: "domain", value: "sales" },
          { key: "tier", value: "2" },
          { key: "gold", value: "true" },
        ],
      },
      lifecycleStateChange: {
        lifecycleStateChange: "RENAME",
        previousIdentifier: { namespace: "postgres://db:5432", name: RAW },
      },
    };
    const { facts } = read(runEvent({ outputs: [dataset(CLEAN, facets)] }));
    expect(factOf(facts, CLEAN)).toMatchObject({
      columns: [
        { name: "amt", profile: { nullShare: 0.25, distinct: 9, rows: 200, min: 1, max: 7 } },
      ],
      attributes: { owner: "team:a", domain: "sales", tier: 2, tags: ["gold"], rows: 200 },
    });
    expect(factOf(facts, RAW).attributes.extra).toMatchObject({
      lifecycle: { state: "RENAMED_AWAY", renamedTo: { name: CLEAN } },
    });
  });

  it("dbt's exposures become consumers of which only the tables are known", () => {
    const exposures = [{ name: "board", type: "dashboard", unique_id: "exposure.shop.board" }];
    const { facts } = read(
      runEvent({
        outputs: [dataset(CLEAN, { dbt_exposures: { exposures } })],
        inputs: [dataset(RAW, { dbt_exposures: { exposures } })],
      }),
    );
    const board = factOf(facts, "board");
    expect([board.kind, board.name.namespace, board.edges.map(shown)]).toEqual([
      "dashboard",
      "dbt.shop",
      [`${CLEAN} -> * UNKNOWN`, `${RAW} -> * UNKNOWN`],
    ]);
  });
});

describe("what is not as it should be", () => {
  it.each([
    ["no time", { ...runEvent({}), eventTime: undefined }, /eventTime/],
    ["a time that is none", { ...runEvent({}), eventTime: "yesterday" }, /yesterday/],
    ["no run id", { ...runEvent({}), run: {} }, /runId/],
    ["no job", { ...runEvent({}), job: undefined }, /job\.namespace/],
    ["nothing it speaks of", { eventTime: "2026-03-02T02:00:00Z" }, /dataset/],
    ["a list for an event", [], /JSON object/],
    ["null", null, /JSON object/],
  ])(
    "an event with %s is refused with the reason, and the others are read",
    (_what, value, reason) => {
      const { facts, problems } = read(value, runEvent({ outputs: [dataset(CLEAN)] }));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({
        severity: "error",
        line: 1,
        message: expect.stringMatching(reason),
      });
      expect(facts.map((fact) => fact.name.name)).toContain(CLEAN);
    },
  );

  it("a facet of a wrong shape costs itself and nothing more", () => {
    const columnLineage = {
      fields: {
        a: { inputFields: "x" },
        id: { inputFields: [input(RAW, "id", "DIRECT", "IDENTITY"), 7] },
      },
    };
    const facets = {
      schema: { fields: [{ name: "id" }, { type: "INT" }, null] },
      ownership: [],
      tags: 3,
      columnLineage,
      dataQualityMetrics: "good",
    };
    const { facts, problems } = read(
      runEvent({ outputs: [dataset(CLEAN, facets), { name: "nameless" }, 4] }),
    );
    expect(factOf(facts, CLEAN).edges.map(shown)).toEqual([
      `${RAW}.id -> id IDENTITY`,
      `${RAW} -> id UNKNOWN possible`,
    ]);
    expect(factOf(facts, CLEAN).columns?.map((column) => column.name)).toEqual(["id", "a"]);
    expect(problems.map((problem) => problem.message).join("\n")).toMatch(
      /outputs\[1\][\s\S]*inputFields[\s\S]*field 2 of the schema/,
    );
    expect(problems.every((problem) => problem.severity === "warning" && problem.line === 1)).toBe(
      true,
    );
  });

  it("a hundred thousand columns with lineage take no time to speak of", () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `c${index}`);
    const columnLineage = {
      fields: Object.fromEntries(
        names.map((name) => [name, { inputFields: [input(RAW, name, "DIRECT", "IDENTITY")] }]),
      ),
    };
    const before = process.cpuUsage();
    const { facts } = read(
      runEvent({
        inputs: [dataset(RAW, { schema: schema(...names) })],
        outputs: [dataset(CLEAN, { schema: schema(...names), columnLineage })],
      }),
    );
    const { user, system } = process.cpuUsage(before);
    expect(factOf(facts, CLEAN).edges).toHaveLength(100_000);
    // Time on a processor, in seconds: how busy the machine is says nothing. With each column looked for in all, minutes.
    expect((user + system) / 1e6).toBeLessThan(15);
  }, 180_000);

  it("names made to exhaust a pattern are read like any other", () => {
    const slashes = `${"/".repeat(8000)}x`;
    const sql = { query: `${"/* */ ".repeat(20_000)}${"a(".repeat(20_000)}`, dialect: "duckdb" };
    const { facts } = read(
      runEvent({
        jobFacets: { sql },
        outputs: [
          dataset(
            slashes,
            { columnLineage: { fields: { x: { inputFields: [input("a", "x")] } } } },
            "file",
          ),
        ],
      }),
    );
    expect(facts.length).toBeGreaterThan(0);
  }, 10_000);

  it("a file that was cut off gives what came before the cut, with the line", () => {
    const text = `${JSON.stringify(runEvent({ outputs: [dataset(CLEAN)] }))}\n{"eventTime": "2026-`;
    const { facts, problems } = readOpenLineageFiles([{ path: "e.ndjson", text }]);
    expect(facts.map((fact) => fact.name.name)).toContain(CLEAN);
    expect(problems).toMatchObject([{ code: "bad-json", file: "e.ndjson", line: 2 }]);
  });

  it("a list of events and one event over many lines are files of events too", () => {
    const event = runEvent({ outputs: [dataset(CLEAN)] });
    const names = (text: string): readonly string[] =>
      readOpenLineageFiles([{ path: "e.json", text }]).facts.map((fact) => fact.name.name);
    expect(names(JSON.stringify([event, event]))).toEqual(names(JSON.stringify(event, null, 2)));
    expect(names("")).toEqual([]);
  });
});

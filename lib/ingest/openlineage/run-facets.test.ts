import { describe, expect, it } from "vitest";
import { dataset, runEvent, schema } from "./event.fixture.ts";
import { readOpenLineageEvents } from "./read-open-lineage-events.ts";

const read = (...events: readonly Record<string, unknown>[]) =>
  readOpenLineageEvents(
    events.map((value, at) => ({ value, provenance: { file: "events.ndjson", line: at + 1 } })),
  );

const job = (name: string) => ({ job: { namespace: "etl", name } });

describe("what runs say of a job beside its data", () => {
  it("is kept: what it waits for and starts, what it is a part of, what ran it", () => {
    const { facts } = read(
      runEvent({
        outputs: [dataset("shop.raw.orders", { schema: schema("id BIGINT") })],
        runFacets: {
          jobDependencies: {
            upstream: [{ ...job("extract"), dependency_type: "DIRECT_INVOCATION" }, { run: {} }],
            downstream: [job("publish")],
          },
          parent: {
            ...job("nightly"),
            run: { runId: "r" },
            root: { ...job("night"), run: { runId: "s" } },
          },
          processing_engine: { name: "spark", version: "3.5.9" },
          dbt_version: { version: "1.11.16" },
          dbt_run: { project_name: "meshshop", invocation_id: "i" },
        },
      }),
    );
    expect(facts.find(({ name }) => name.name === "load_orders")?.attributes.extra).toMatchObject({
      waitsFor: [{ namespace: "etl", name: "extract" }],
      starts: [{ namespace: "etl", name: "publish" }],
      parent: { namespace: "etl", name: "nightly" },
      root: { namespace: "etl", name: "night" },
      engine: "spark 3.5.9",
      dbtVersion: "1.11.16",
      dbtProject: "meshshop",
    });
  });

  it("is kept as Airflow's provider says it: group, operator, the tasks before and after, and which failed", () => {
    const task = {
      task_id: "report.by_zone",
      operator_class: "SQLExecuteQueryOperator",
      task_group: { group_id: "report", upstream_task_ids: "['load.clean']" },
      upstream_task_ids: "['load.clean', 'load.check']",
      downstream_task_ids: "[]",
    };
    const { facts } = read(
      runEvent({
        outputs: [dataset("shop.raw.orders", { schema: schema("id BIGINT") })],
        runFacets: {
          airflow: { dag: { dag_id: "fares" }, task },
          airflowState: { tasksState: { "load.clean": "success", "report.refunds": "failed" } },
        },
      }),
    );
    const job = facts.find(({ kind }) => kind === "job");
    const namespace = job?.name.namespace;
    expect(job?.attributes.extra).toEqual({
      outputs: 1,
      taskGroup: "report",
      operator: "SQLExecuteQueryOperator",
      waitsFor: [
        { namespace, name: "fares.load.clean" },
        { namespace, name: "fares.load.check" },
      ],
      failedTasks: ["report.refunds"],
    });
  });

  it("of control flow alone makes no lineage", () => {
    const { facts } = read(
      runEvent({ runFacets: { jobDependencies: { upstream: [job("extract")] } } }),
    );
    expect(facts.flatMap(({ edges }) => edges)).toEqual([]);
  });

  it("that the client could not extract all of is told with its reason", () => {
    const { problems } = read(
      runEvent({
        outputs: [dataset("shop.raw.orders")],
        runFacets: {
          extractionError: {
            totalTasks: 3,
            failedTasks: 1,
            errors: [{ errorMessage: "syntax error at line 2", task: "select" }],
          },
        },
      }),
    );
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        "sql-not-understood",
        "load_orders: its client could not extract the lineage of 1 of 3 parts: syntax error at line 2",
      ],
    ]);
  });

  it("of a code that is SQL is analysed like SQL", () => {
    const { facts } = read(
      runEvent({
        inputs: [dataset("shop.raw.orders", { schema: schema("id BIGINT") })],
        jobFacets: {
          sourceCode: { language: "SQL", sourceCode: "select id from shop.raw.orders" },
        },
      }),
    );
    expect(
      facts.find(({ name }) => name.name === "load_orders")?.queries.map(({ sql }) => sql),
    ).toEqual(["select id from shop.raw.orders"]);
  });

  it("in any shape does no harm", () => {
    for (const value of [
      null,
      1,
      "x",
      [],
      {},
      { upstream: 1 },
      { upstream: [1, null, { job: {} }] },
    ])
      expect(() =>
        read(
          runEvent({
            runFacets: {
              jobDependencies: value,
              parent: value,
              processing_engine: value,
              extractionError: value,
              dbt_run: value,
            },
            jobFacets: { sourceCode: value },
          }),
        ),
      ).not.toThrow();
  });
});

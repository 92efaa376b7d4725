import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAlerts } from "./read-alerts.ts";
import { signalKey } from "./signal.ts";

const NOW = "2026-03-03T06:00:00.000Z";
const read = (body: unknown, manifest?: unknown) => readAlerts({ body, now: NOW, manifest });

describe("what monitoring tools send", () => {
  it("Alertmanager: each alert with the table of its labels, firing or over, since when", () => {
    const { tool, signals } = read({
      version: "4",
      status: "firing",
      receiver: "data",
      alerts: [
        {
          status: "firing",
          labels: {
            alertname: "TableStale",
            schema: "finance",
            table: "revenue",
            severity: "page",
          },
          annotations: { summary: "revenue is 9 h old" },
          startsAt: "2026-03-03T02:00:00.123456789+01:00",
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "https://prometheus.example/graph",
        },
        {
          status: "resolved",
          labels: { alertname: "NullShare", dataset: "shop.orders", column: "amount" },
          annotations: {},
          startsAt: "2026-03-03T01:00:00Z",
          endsAt: "2026-03-03T03:00:00Z",
        },
      ],
    });
    expect(tool).toBe("Alertmanager");
    expect(signals[0]).toMatchObject({
      refs: ["finance.revenue", "revenue"],
      check: "TableStale",
      shows: "stale",
      isOver: false,
      at: "2026-03-03T01:00:00.123Z",
      seen: "revenue is 9 h old",
    });
    expect(signals[1]).toMatchObject({
      column: "amount",
      isOver: true,
      at: "2026-03-03T03:00:00.000Z",
    });
  });

  it("a label that is called as a field of the alert says nothing of the alert itself", () => {
    const { signals } = read({
      alerts: [
        {
          status: "firing",
          labels: { alertname: "TasksLow", table: "raw.customers", status: "success" },
          annotations: {},
          startsAt: "2026-03-03T05:00:00Z",
        },
        {
          status: "resolved",
          labels: { alertname: "TasksLow", table: "raw.orders", state: "failed" },
          annotations: {},
          startsAt: "2026-03-03T05:00:00Z",
          endsAt: "2026-03-03T05:30:00Z",
        },
      ],
    });
    expect(signals.map(({ isOver }) => isOver)).toEqual([false, true]);
  });

  it("labels of PostgreSQL's exporter and Monte Carlo's names are tables", () => {
    const { signals, problems } = read({
      alerts: [
        {
          status: "firing",
          labels: {
            alertname: "Quiet",
            schemaname: "metering",
            relname: "readings",
            datname: "volta",
          },
          startsAt: "2026-03-03T05:00:00Z",
        },
      ],
    });
    expect(signals[0]?.refs).toEqual(["volta.metering.readings", "metering.readings", "readings"]);
    expect(problems).toEqual([]);
    const told = read({
      type: "x",
      payload: { event_list: [{ table_name: "volta:metering.readings" }] },
    });
    expect(told.signals[0]?.refs).toEqual(["volta.metering.readings"]);
  });

  it("times and states that cannot be are said, and the alert is kept", () => {
    const { signals, problems } = read([
      { table: "a", check: "c", status: "failed", at: "2031-01-01T00:00:00Z" },
      { table: "b", check: "c", status: "weird" },
      { table: "c", check: "c", status: "failed", at: "garbage" },
      { table: "d", check: "c", status: "failed", at: "2026-03-03T06:10:00Z" },
      {
        table: "e",
        check: "c",
        status: "resolved",
        resolved_at: "soon",
        at: "2026-03-03T05:00:00Z",
      },
    ]);
    expect(signals.map(({ at }) => at)).toEqual([
      NOW,
      NOW,
      NOW,
      "2026-03-03T06:10:00.000Z",
      "2026-03-03T05:00:00.000Z",
    ]);
    expect(problems).toEqual([
      'the alert c has the time "2031-01-01T00:00:00Z", which is to come: taken as now',
      'the alert c has the status "weird": taken as broken',
      'the alert c has the time "garbage", which cannot be read',
      'the alert c has the time "soon", which cannot be read',
    ]);
  });

  it("a check of data that failed found something; a run that failed, or a check that could not be run, did not", () => {
    const { signals } = read({
      alerts: [
        { table: "orders", column: "amount", name: "not_null_orders_amount", status: "failed" },
        { table: "orders", test_name: "amount_is_sane", status: "fail" },
        { table: "orders", name: "not_null_orders_amount", status: "error" },
        { table: "orders", name: "load_orders", status: "failed" },
      ],
    });
    expect(signals.map(({ shows, found }) => [shows, found])).toEqual([
      ["wrong", "nulls"],
      ["wrong", undefined],
      ["fails", undefined],
      ["fails", undefined],
    ]);
  });

  it("Great Expectations: what failed by column, and what holds again, of 0.x and of 1.x", () => {
    const old = {
      success: false,
      results: [
        {
          success: false,
          expectation_config: {
            expectation_type: "expect_column_values_to_not_be_null",
            kwargs: { column: "amount", batch_id: "1" },
          },
          result: { element_count: 100, unexpected_count: 12 },
        },
        {
          success: true,
          expectation_config: {
            expectation_type: "expect_table_row_count_to_be_between",
            kwargs: {},
          },
          result: { observed_value: 100 },
        },
      ],
      meta: {
        run_id: { run_name: "nightly", run_time: "2026-03-03T02:00:00.000000+00:00" },
        batch_spec: { schema_name: "finance", table_name: "revenue" },
      },
    };
    const { tool, signals } = read({
      run_results: { "ValidationResultIdentifier::x": { validation_result: old } },
    });
    expect(tool).toBe("Great Expectations");
    expect(signals).toMatchObject([
      {
        refs: ["finance.revenue", "revenue"],
        column: "amount",
        isOver: false,
        seen: "expect_column_values_to_not_be_null: 12 of 100 are unexpected",
      },
      { check: "expect_table_row_count_to_be_between", isOver: true },
    ]);
    const [one] = read({
      success: false,
      suite_name: "orders",
      results: [
        {
          success: false,
          expectation_config: {
            type: "expect_column_max_to_be_between",
            kwargs: { column: "age" },
          },
          result: { observed_value: 310 },
        },
      ],
      meta: { active_batch_definition: { data_asset_name: "people" } },
    }).signals;
    expect(one).toMatchObject({
      refs: ["people", "orders"],
      check: "expect_column_max_to_be_between",
      at: NOW,
    });
  });

  it("Elementary and Monte Carlo: rows of alerts, and one alert over several tables", () => {
    const elementary = read([
      {
        model_unique_id: "model.shop.orders",
        database_name: "prod",
        schema_name: "core",
        table_name: "orders",
        column_name: "amount",
        test_name: "column_anomalies",
        alert_description: "null share 40%, expected 0 to 2%",
        detected_at: "2026-03-03 02:10:00",
        status: "fail",
      },
    ]);
    expect(elementary.tool).toBe("Elementary");
    expect(elementary.signals[0]).toMatchObject({
      refs: ["prod.core.orders", "core.orders", "orders"],
      column: "amount",
      check: "column_anomalies",
      shows: "wrong",
      at: "2026-03-03T02:10:00.000Z",
    });
    const carlo = read({
      version: "2",
      type: "freshness_anomaly",
      payload: {
        url: "https://getmontecarlo.example/incidents/1",
        created_time: "2026-03-03T02:10:00Z",
        tables: [{ full_table_id: "prod:core.orders" }, { full_table_id: "prod:core.payments" }],
      },
    });
    expect(carlo.tool).toBe("Monte Carlo");
    expect(carlo.signals.map(({ refs, shows }) => [refs[0], shows])).toEqual([
      ["prod.core.orders", "stale"],
      ["prod.core.payments", "stale"],
    ]);
  });

  it("dbt: models that fail, tests with the model they are about, sources that are late; not what was skipped", () => {
    const results = {
      metadata: {
        dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json",
        generated_at: "2026-03-03T02:00:00.000000Z",
      },
      results: [
        {
          unique_id: "model.shop.revenue",
          status: "error",
          message: "Database Error",
          relation_name: '"prod"."core"."revenue"',
        },
        { unique_id: "model.shop.board", status: "skipped" },
        {
          unique_id: "test.shop.not_null_orders_amount.abc",
          status: "fail",
          message: "Got 12 results",
          failures: 12,
        },
        { unique_id: "model.shop.orders", status: "success" },
      ],
    };
    const manifest = {
      nodes: {
        "test.shop.not_null_orders_amount.abc": {
          attached_node: "model.shop.orders",
          column_name: "amount",
          depends_on: { nodes: ["model.shop.orders"] },
        },
      },
    };
    expect(read(results, manifest).signals).toMatchObject([
      { refs: ["prod.core.revenue", "revenue"], shows: "fails", check: "run" },
      { refs: ["orders"], column: "amount", check: "not_null_orders_amount", shows: "wrong" },
      { refs: ["orders"], isOver: true },
    ]);
  });

  it("alerts that name nothing are kept under their own name and told; what is no alert is none; nothing throws", () => {
    const { signals, problems } = read({
      alerts: [{ labels: { alertname: "Disk" }, status: "firing" }],
    });
    expect(signals[0]?.refs).toEqual(["Disk"]);
    expect(problems).toEqual(["the alert Disk names nothing"]);
    expect(read({ hello: 1 }).tool).toBeUndefined();
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        for (const key of ["alerts", "results", "payload", "metadata"])
          read({ [key]: body, type: "x", table: body, labels: body });
        read(body);
      }),
    );
  });

  it("Great Expectations: one expectation of two conditions or two pairs of columns is two", () => {
    const one = (success: boolean, kwargs: object) => ({
      success,
      expectation_config: { type: "expect_column_values_to_not_be_null", kwargs },
      result: {},
    });
    const { signals } = read({
      results: [
        one(false, { column: "country", row_condition: 'region == "DE"' }),
        one(true, { column: "country", row_condition: 'region == "FR"' }),
        one(false, { column_A: "delivered_at", column_B: "booked_at" }),
        one(true, { column_A: "price", column_B: "weight" }),
        one(false, { column: "id", mostly: 0.9 }),
        one(true, { column: "id", mostly: 0.5 }),
      ],
      meta: { active_batch_definition: { data_asset_name: "shipments" } },
    });
    expect(new Set(signals.map(signalKey)).size).toBe(5);
    expect(signals.filter(({ isOver }) => !isOver)).toHaveLength(3);
    expect(signals.find(({ column, isOver }) => column === "id" && isOver)).toBeUndefined();
  });

  it("OpenLineage: of two assertions of one name the one that fails is told", () => {
    const assertions = [false, true].map((success) => ({
      assertion: "expression_is_true",
      success,
    }));
    const facet = { _producer: "https://p.example", _schemaURL: "https://s.example", assertions };
    const { signals } = read({
      eventTime: "2026-03-03T05:00:00Z",
      producer: "https://p.example",
      schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
      dataset: { namespace: "db", name: "shop.orders", facets: { dataQualityAssertions: facet } },
    });
    expect(signals.map(({ isOver }) => isOver)).toEqual([false]);
  });

  it("dbt: a version of a model and the model of a unit test are found by name", () => {
    const results = (...ids: readonly string[]) => ({
      metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json" },
      results: ids.map((unique_id) => ({ unique_id, status: "fail", message: "3 rows" })),
    });
    const test = "test.shop.unique_fct_orders_id.0a1b";
    const { signals } = read(
      results(test, "model.shop.fct_orders.v2", "unit_test.shop.scorecard.test_avg"),
      { nodes: { [test]: { attached_node: "model.shop.fct_orders.v2" } } },
    );
    expect(signals.map(({ refs, check }) => [refs, check])).toEqual([
      [["fct_orders_v2", "fct_orders"], "unique_fct_orders_id"],
      [["fct_orders_v2", "fct_orders"], "run"],
      [["scorecard"], "test_avg"],
    ]);
    const [elementary] = read({
      model_unique_id: "model.shop.fct_orders.v2",
      status: "fail",
    }).signals;
    expect(elementary?.refs).toEqual(["fct_orders_v2", "fct_orders"]);
  });

  it("no tool tells of a time to come: what a wrong clock says counts as told now, and is said", () => {
    const dbt = {
      metadata: {
        dbt_schema_version: "https://schemas.getdbt.com/dbt/run-results/v6.json",
        generated_at: "2027-03-01T00:00:00Z",
      },
      results: [{ unique_id: "model.shop.orders", status: "success" }],
    };
    const run = {
      eventType: "COMPLETE",
      eventTime: "2027-03-01T00:00:00Z",
      run: { runId: "01941f29-7c00-7000-8000-000000000001" },
      job: { namespace: "etl", name: "load_orders" },
    };
    for (const body of [dbt, run]) {
      const { signals, problems } = read(body);
      expect(signals).toMatchObject([{ isOver: true, at: NOW }]);
      expect(problems).toEqual(["the time 2027-03-01T00:00:00.000Z is to come: taken as now"]);
    }
    const slow = { ...run, eventTime: "2026-03-03T06:10:00Z" };
    expect(read(slow).signals).toMatchObject([{ at: "2026-03-03T06:10:00.000Z" }]);
  });

  it("Monte Carlo: what an event says of its kind counts before the kind of the payload", () => {
    const { signals } = read({
      type: "anomalies",
      payload: {
        event_list: [
          { event_type: "fresh_anom", full_table_id: "prod:core.orders" },
          { event_type: "size_anom", full_table_id: "prod:core.orders" },
        ],
      },
    });
    expect(signals.map(({ check, shows }) => [check, shows])).toEqual([
      ["fresh_anom", "stale"],
      ["size_anom", "wrong"],
    ]);
    expect(new Set(signals.map(signalKey)).size).toBe(2);
  });

  it("dbt: a source that could not be read is not late but not there, or fails, with what the engine said", () => {
    const late = (error?: string) =>
      read({
        metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/sources/v3.json" },
        results: [
          {
            unique_id: "source.shop.raw.orders",
            status: error === undefined ? "error" : "runtime error",
            ...(error === undefined ? {} : { error }),
          },
        ],
      }).signals.map(({ shows, seen }) => [shows, seen]);
    const gone = 'Database Error: relation "raw.orders" does not exist';
    expect(late(gone)).toEqual([["gone", gone]]);
    expect(late("connection refused")).toEqual([["fails", "connection refused"]]);
    expect(late()).toEqual([["stale", "failed"]]);
  });

  it("Great Expectations: what could not be checked found nothing in data; what a checkpoint describes is read", () => {
    const raised = (exception_info: object) =>
      read({
        results: [
          {
            success: false,
            expectation_config: {
              type: "expect_column_values_to_be_unique",
              kwargs: { column: "id", batch_id: "pg-core.orders" },
            },
            result: {},
            exception_info,
          },
        ],
      }).signals[0];
    const exception = { raised_exception: true, exception_message: 'column "id" does not exist' };
    for (const info of [exception, { "('column_values.unique', 'abc', ())": exception }]) {
      expect(raised(info)).toMatchObject({
        shows: "gone",
        column: "id",
        seen: 'expect_column_values_to_be_unique: column "id" does not exist',
      });
      expect(raised(info)?.found).toBeUndefined();
    }
    expect(raised({ ...exception, exception_message: "timeout" })?.shows).toBe("fails");
    expect(raised({ raised_exception: false })).toMatchObject({
      shows: "wrong",
      found: "duplicates",
    });
    const described = read({
      success: false,
      validation_results: [
        {
          success: false,
          expectations: [
            {
              expectation_type: "expect_column_values_to_not_be_null",
              success: false,
              kwargs: { batch_id: "my-pg-core.orders", column: "amount" },
              result: { element_count: 10, unexpected_count: 9 },
            },
          ],
        },
      ],
    });
    expect(described.tool).toBe("Great Expectations");
    expect(described.signals).toMatchObject([
      { refs: ["pg-core.orders", "core.orders"], column: "amount", found: "nulls", isOver: false },
    ]);
  });

  it("a name of any length is not echoed whole", () => {
    const { problems } = read({ alerts: [{ labels: { alertname: "x".repeat(100_000) } }] });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.length).toBeLessThan(1_000);
  });
});

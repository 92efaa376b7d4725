import { describe, expect, test } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { PlanRelation } from "#lib/model/query-plan.ts";
import { type AssessOptions, assessChanges, assessEach, isChangeError } from "./assess-change.ts";
import type { Assessment, AssetVerdict } from "./assessment.ts";
import type { ChangeInput } from "./change.ts";

interface Question {
  readonly edges?: string;
  readonly notes?: Readonly<Record<string, AssetNote>>;
  readonly options?: AssessOptions;
}

function assess(
  changes: readonly ChangeInput[],
  { edges = "", notes = {}, options }: Question,
): Assessment {
  const graph = graphOf(edges, notes);
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes,
    ...(options === undefined ? {} : { options }),
  });
  if (!("verdicts" in answer)) throw new Error(answer.error.message);
  return answer;
}

const of = (answer: Assessment, name: string): AssetVerdict => {
  const found = answer.verdicts.find((verdict) => verdict.asset.name === name);
  if (found === undefined) throw new Error(`${name} is not in the answer`);
  return found;
};

const brief = ({ verdict, certainty, run }: AssetVerdict): string =>
  `${verdict} ${certainty} ${run}`;

const query = (relations: readonly PlanRelation[], name = "q"): AssetQuery => ({
  name,
  sql: "",
  dialect: "duckdb",
  plan: { relations },
  provenance: { file: "q.sql", line: 10 },
});

const col = (name: string) => ({ name });

/** `select o.id, sum(p.amount) as paid from orders o left join (payments where ok) p on p.order_id = o.id group by 1` */
const PAID = query([
  {
    label: "payments where",
    columns: [col("order_id"), col("amount")],
    inputs: [{ asset: idOf("payments"), rows: "each" }],
    edges: [
      { input: 0, column: "ok", use: "FILTER", detail: "bool" },
      { input: 0, column: "order_id", to: 0, use: "IDENTITY", detail: "carry" },
      { input: 0, column: "amount", to: 1, use: "IDENTITY", detail: "carry" },
    ],
  },
  {
    label: "left join p",
    columns: [col("amount")],
    inputs: [
      { relation: 0, rows: "each" },
      { asset: idOf("orders"), rows: "exists" },
    ],
    edges: [
      { input: 0, column: "order_id", use: "JOIN_LEFT" },
      { input: 1, column: "id", use: "JOIN_LEFT" },
      { input: 0, column: "amount", to: 0, use: "IDENTITY", detail: "carry" },
    ],
  },
  {
    label: "join orders, p",
    columns: [col("id"), col("amount")],
    inputs: [
      { asset: idOf("orders"), rows: "each" },
      { relation: 1, rows: "outer" },
    ],
    edges: [
      { input: 0, column: "id", to: 0, use: "IDENTITY", detail: "carry" },
      { input: 1, column: "amount", to: 1, use: "IDENTITY", detail: "carry" },
    ],
  },
  {
    label: "group by",
    columns: [col("id"), col("paid"), col("n")],
    inputs: [{ relation: 2, rows: "grouped" }],
    edges: [
      { input: 0, column: "id", to: 0, use: "GROUP_BY" },
      { input: 0, column: "amount", to: 1, use: "AGG_SUM", detail: "sum", line: 3 },
      { input: 0, to: 2, use: "COUNT_STAR" },
    ],
  },
]);

const SHOP: Readonly<Record<string, AssetNote>> = {
  payments: { columns: ["order_id", "amount", "ok", "memo"] },
  orders: { columns: ["id", "status"] },
  mart: { columns: ["id", "paid", "n"], queries: [PAID] },
};

test("a view that surely fails shows no wrong values, and its readers fail with it", () => {
  const answer = assess(
    [
      { kind: "became_mostly_null", asset: "t", column: "a" },
      { kind: "drop_column", asset: "t", column: "b" },
    ],
    {
      edges: "t.a -IDENTITY> m.a; t.b -IDENTITY> m.b; m.a -MEASURE> d.a",
      notes: { m: { attributes: { materialization: "view" } }, d: { kind: "dashboard" } },
    },
  );
  expect(brief(of(answer, "m"))).toBe("breaks_loudly certain fails");
  expect(of(answer, "m").also).toEqual([]);
  expect(brief(of(answer, "d"))).toBe("breaks_loudly certain fails");
});

describe("a query whose stages are known", () => {
  test("a filter below a left join nulls that side's columns and leaves the kept side's keys alone", () => {
    const mart = of(
      assess([{ kind: "became_mostly_null", asset: "payments", column: "ok" }], { notes: SHOP }),
      "mart",
    );
    expect(brief(mart)).toBe("breaks_silently certain ok");
    expect(
      mart.columns.filter(({ certainty }) => certainty !== "possible").map(({ column }) => column),
    ).toEqual(["paid", "n"]);
    expect(mart.because.map(({ effect, inside }) => `${effect} ${inside ?? ""}`)).toEqual([
      "NULLS ",
      "ROWS_LOST payments where",
      "ROWS_LOST left join p",
      "NULLS join orders, p",
      "VALUE ",
    ]);
    expect(mart.because.at(-1)?.provenance).toEqual({ file: "q.sql", line: 12 });
  });

  test("a column that the query does not name may go", () => {
    const answer = assess([{ kind: "drop_column", asset: "payments", column: "memo" }], {
      notes: SHOP,
    });
    expect(answer.verdicts.filter(({ verdict }) => verdict !== "unaffected")).toEqual([]);
  });

  test("an error in any stage is the error of the model, also where the result does not use the stage", () => {
    const unused = query([
      {
        label: "cte unused",
        columns: [col("m")],
        inputs: [{ asset: idOf("payments"), rows: "each" }],
        edges: [{ input: 0, column: "memo", to: 0, use: "CAST" }],
      },
      {
        label: "result",
        columns: [col("id")],
        inputs: [{ asset: idOf("orders"), rows: "each" }],
        edges: [{ input: 0, column: "id", to: 0, use: "IDENTITY" }],
      },
    ]);
    const notes = { ...SHOP, mart: { columns: ["id"], queries: [unused] } };
    const mart = of(
      assess([{ kind: "drop_column", asset: "payments", column: "memo" }], { notes }),
      "mart",
    );
    expect(brief(mart)).toBe("breaks_loudly certain fails");
  });

  test("lost orders may empty groups, and lost payments never lose an order", () => {
    const lostPayments = of(
      assess([{ kind: "row_count_drop", asset: "payments" }], { notes: SHOP }),
      "mart",
    );
    expect(lostPayments.rows).toEqual([]);
    expect(lostPayments.columns).toEqual([
      { column: "paid", effects: ["NULLS", "VALUE"], certainty: "certain" },
      { column: "n", effects: ["VALUE"], certainty: "likely" },
    ]);
    const lostOrders = of(
      assess([{ kind: "row_count_drop", asset: "orders" }], { notes: SHOP }),
      "mart",
    );
    expect(lostOrders.rows).toEqual([{ effect: "ROWS_LOST", certainty: "likely" }]);
  });

  test("where nothing says that a payment is the only one of its order, fewer payments are fewer rows", () => {
    const joined = query((PAID.plan?.relations ?? []).slice(0, 3));
    const notes = { ...SHOP, mart: { columns: ["id", "amount"], queries: [joined] } };
    const mart = of(assess([{ kind: "row_count_drop", asset: "payments" }], { notes }), "mart");
    expect(mart.rows).toEqual([{ effect: "ROWS_LOST", certainty: "likely" }]);
    const key = { name: "order_id", unique: true };
    const payments = { columns: [key, "amount", "ok", "memo"] };
    // The keys have to be said to be equal: the stage of the join does not say so by itself.
    const kept = (joined.plan?.relations ?? []).map((relation) => ({
      ...relation,
      edges: relation.edges.map((edge) =>
        edge.use === "JOIN_LEFT" ? { ...edge, detail: "op:=" } : edge,
      ),
    }));
    const one = of(
      assess([{ kind: "row_count_drop", asset: "payments" }], {
        notes: { ...notes, payments, mart: { columns: ["id", "amount"], queries: [query(kept)] } },
      }),
      "mart",
    );
    expect(one.rows).toEqual([]);
  });

  test("a column that only a star brings goes on until somebody names the table's columns", () => {
    const star = query([
      {
        label: "result",
        columns: [col("a")],
        inputs: [{ asset: idOf("src"), rows: "each" }],
        edges: [
          { input: 0, column: "a", to: 0, use: "STAR" },
          { input: 0, use: "STAR" },
        ],
      },
    ]);
    const named = query([
      {
        label: "result",
        columns: [col("a")],
        inputs: [{ asset: idOf("copy"), rows: "each" }],
        edges: [{ input: 0, column: "a", to: 0, use: "IDENTITY" }],
      },
    ]);
    const notes = {
      src: { columns: ["a"] },
      copy: { columns: ["a"], queries: [star] },
      mart: { columns: ["a"], queries: [named] },
    };
    const added = assess([{ kind: "add_nullable_column", asset: "src", column: "b" }], { notes });
    expect(of(added, "copy").columns).toEqual([
      { column: "b", effects: ["NEW"], certainty: "certain" },
    ]);
    expect(added.verdicts.map(({ asset }) => asset.name)).toEqual(["copy"]);
    const dropped = assess([{ kind: "drop_column", asset: "src", column: "a" }], { notes });
    expect(brief(of(dropped, "copy"))).toBe("unaffected null ok");
    expect(brief(of(dropped, "mart"))).toBe("breaks_loudly certain fails");
  });

  test("an added column makes a name without its table ambiguous", () => {
    const unqualified = query([
      {
        label: "result",
        columns: [col("region")],
        inputs: [
          { asset: idOf("fact"), rows: "each" },
          { asset: idOf("dim"), rows: "each" },
        ],
        edges: [
          { input: 1, column: "region", to: 0, use: "IDENTITY" },
          { input: 0, column: "region", use: "UNQUALIFIED" },
        ],
      },
    ]);
    const notes = {
      fact: { columns: ["k"] },
      dim: { columns: ["k", "region"] },
      mart: { columns: ["region"], queries: [unqualified] },
    };
    const answer = assess([{ kind: "add_nullable_column", asset: "fact", column: "region" }], {
      notes,
    });
    expect(brief(of(answer, "mart"))).toBe("breaks_loudly certain fails");
  });

  test("a cast that comes first stops a change of type that keeps the values", () => {
    const cast = query([
      {
        label: "result",
        columns: [col("key"), col("day")],
        inputs: [{ asset: idOf("src"), rows: "each" }],
        edges: [
          {
            input: 0,
            column: "at",
            to: 1,
            use: "ARITH",
            detail: "fn:date_trunc",
            expression: "date_trunc('day', cast(at as timestamp))",
          },
          {
            input: 0,
            column: "raw",
            to: 0,
            use: "ARITH",
            detail: "fn:date_trunc",
            expression: "date_trunc('day', raw)",
          },
        ],
      },
    ]);
    const notes = {
      src: { columns: ["at", "raw"] },
      mart: { columns: ["key", "day"], queries: [cast] },
    };
    const change = (column: string): ChangeInput => ({
      kind: "type_changed",
      asset: "src",
      column,
      fromType: "TIMESTAMP",
      toType: "VARCHAR",
    });
    expect(brief(of(assess([change("at")], { notes }), "mart"))).toBe("unaffected null ok");
    expect(brief(of(assess([change("raw")], { notes }), "mart"))).toBe(
      "breaks_loudly certain fails",
    );
  });

  test("a function that makes another kind of type of a column does so of a wider one", () => {
    const counted = query([
      {
        label: "result",
        columns: [col("days"), col("until")],
        inputs: [{ asset: idOf("src"), rows: "each" }],
        edges: [
          { input: 0, column: "at", to: 0, use: "ARITH", detail: "fn:date_diff" },
          { input: 0, column: "at", to: 1, use: "ARITH", detail: "fn:greatest" },
        ],
      },
    ]);
    const notes = {
      src: { columns: [{ name: "at", type: "DATE" }] },
      mart: {
        columns: [
          { name: "days", type: "BIGINT" },
          { name: "until", type: "DATE" },
        ],
        queries: [counted],
      },
    };
    const change: ChangeInput = {
      kind: "type_changed",
      asset: "src",
      column: "at",
      fromType: "DATE",
      toType: "TIMESTAMP",
    };
    expect(of(assess([change], { notes }), "mart").columns.map(({ column }) => column)).toEqual([
      "until",
    ]);
  });
});

describe("consumers", () => {
  const tile = (name: string, column: string): AssetQuery =>
    query(
      [
        {
          label: "result",
          columns: [col(column)],
          inputs: [{ asset: idOf("mart"), rows: "each" }],
          edges: [{ input: 0, column, to: 0, use: "IDENTITY" }],
        },
      ],
      name,
    );

  test("a dashboard of several queries has the worst verdict and says each; a failing tile hides nothing of the others", () => {
    const notes: Record<string, AssetNote> = {
      mart: { columns: ["a", "b", "c"] },
      board: {
        kind: "dashboard",
        queries: [tile("first", "a"), tile("second", "b"), tile("third", "c")],
      },
    };
    const board = of(
      assess(
        [
          { kind: "drop_column", asset: "mart", column: "a" },
          { kind: "unit_or_meaning_changed", asset: "mart", column: "b" },
        ],
        { notes },
      ),
      "board",
    );
    expect(board.verdict).toBe("breaks_silently");
    expect(board.also.map(({ verdict }) => verdict)).toEqual(["breaks_loudly"]);
    expect(board.queries?.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      "first breaks_loudly",
      "second breaks_silently",
      "third unaffected",
    ]);
  });

  test("a dashboard is judged as its charts are, and fails with them", () => {
    const notes: Record<string, AssetNote> = {
      mart: { columns: ["a", "b"] },
      chart: { kind: "chart", attributes: { partOf: idOf("board") } },
      board: { kind: "dashboard" },
    };
    const edges = "mart.a -MEASURE> chart.a; mart.b -DIMENSION> chart.b";
    const fails = assess([{ kind: "drop_column", asset: "mart", column: "a" }], { edges, notes });
    expect(brief(of(fails, "board"))).toBe("breaks_loudly certain fails");
    const wrong = assess([{ kind: "became_mostly_null", asset: "mart", column: "a" }], {
      edges,
      notes,
    });
    expect(brief(of(wrong, "board"))).toBe("breaks_silently certain ok");
  });
});

describe("what a table does by itself", () => {
  const incremental = (onSchemaChange: "ignore" | "fail" | "append_new_columns"): Question => ({
    edges:
      "src.a -STAR> inc.a; src -STAR> inc; inc.b -ML_FEATURE_AUTO> model.b; inc -ML_FEATURE_AUTO> model",
    notes: {
      src: { columns: ["a"] },
      inc: { columns: ["a"], attributes: { materialization: "incremental", onSchemaChange } },
      model: { kind: "ml_job" },
    },
  });
  const added: ChangeInput = { kind: "add_nullable_column", asset: "src", column: "b" };

  test("an incremental model that ignores schema changes lets no new column through", () => {
    expect(of(assess([added], incremental("ignore")), "inc").columns).toEqual([]);
    expect(brief(of(assess([added], incremental("append_new_columns")), "model"))).toBe(
      "degraded certain ok",
    );
  });

  test("an incremental model that fails on schema changes does, and its insert fails where a column is missing", () => {
    expect(brief(of(assess([added], incremental("fail")), "inc"))).toBe(
      "breaks_loudly certain fails",
    );
    const dropped = assess(
      [{ kind: "drop_column", asset: "src", column: "a" }],
      incremental("ignore"),
    );
    expect(brief(of(dropped, "inc"))).toBe("breaks_loudly likely fails");
  });

  test("an enforced contract stops the build when a type differs", () => {
    const question: Question = {
      edges: "src.a -IDENTITY> mart.a",
      notes: {
        mart: {
          columns: ["a"],
          attributes: { contract: { id: "c", status: "active", enforced: true } },
        },
      },
    };
    const widened = assess([{ kind: "type_widened", asset: "src", column: "a" }], question);
    expect(brief(of(widened, "mart"))).toBe("breaks_loudly certain fails");
  });

  test("a reader that is lenient fills nulls where a named column is gone, and its sums are silently wrong", () => {
    const question: Question = {
      edges: "files.amount -IDENTITY> stage.amount; stage.amount -AGG_SUM> weekly.revenue",
      notes: { stage: { attributes: { materialization: "table", readerMode: "lenient" } } },
    };
    const answer = assess([{ kind: "drop_column", asset: "files", column: "amount" }], question);
    expect(brief(of(answer, "stage"))).toBe("breaks_silently certain ok");
    expect(brief(of(answer, "weekly"))).toBe("breaks_silently certain ok");
  });

  test("a reader that skips bad rows loses those that carry a field nobody told it of", () => {
    const question: Question = {
      edges: "events.amount -IDENTITY> etl.amount; etl.amount -MEASURE> sales.total",
      notes: {
        etl: { kind: "job", attributes: { readerMode: "skips_bad_rows" } },
        sales: { kind: "dashboard" },
      },
    };
    const answer = assess(
      [{ kind: "add_nullable_column", asset: "events", column: "payload" }],
      question,
    );
    expect(of(answer, "etl").rows).toEqual([{ effect: "ROWS_LOST", certainty: "certain" }]);
    expect(brief(of(answer, "sales"))).toBe("breaks_silently certain ok");
  });
});

describe("what is not known", () => {
  const question: Question = {
    edges: "t -UNKNOWN> m; m.x -MEASURE> board.x",
    notes: { board: { kind: "dashboard" } },
  };

  test("over a whole-table edge a dropped column is unknown, all the way down, and the answer is not complete", () => {
    const answer = assess([{ kind: "drop_column", asset: "t", column: "c" }], question);
    expect(brief(of(answer, "m"))).toBe("unknown null ok");
    expect(brief(of(answer, "board"))).toBe("unknown null ok");
    expect(of(answer, "board").points).toBeNull();
    expect(answer.complete).toBe(false);
  });

  test("a table that is gone fails its readers even so, and a late one makes them late", () => {
    expect(
      brief(of(assess([{ kind: "table_dropped_or_renamed", asset: "t" }], question), "m")),
    ).toBe("breaks_loudly certain fails");
    expect(brief(of(assess([{ kind: "late_freshness", asset: "t" }], question), "board"))).toBe(
      "degraded certain stale",
    );
  });
});

describe("what was observed", () => {
  const edges = "t.c -AGG_SUM> m.s";
  const change: ChangeInput = { kind: "became_mostly_null", asset: "t", column: "c", nullShare: 1 };

  test("a column that held only nulls cannot become null", () => {
    const notes = { t: { columns: [{ name: "c", profile: { nullShare: 1 } }] } };
    expect(of(assess([change], { edges, notes }), "m").verdict).toBe("unaffected");
  });

  test("a table without a row loses nothing", () => {
    const notes = { t: { columns: ["c"], attributes: { rows: 0 } } };
    expect(of(assess([change], { edges, notes }), "m").verdict).toBe("unaffected");
  });

  test.each<ChangeInput>([
    { ...change, nullShare: 0 },
    { kind: "row_count_drop", asset: "t", share: 0 },
    { kind: "uniqueness_lost", asset: "t", column: "c", share: 0 },
  ])("a share of nothing changes nothing, and the answer says so: $kind", (none) => {
    const notes = { t: { columns: ["c"] } };
    const answer = assess([none], { edges, notes });
    expect(of(answer, "m").verdict).toBe("unaffected");
    expect(answer.changes[0]?.note).toBe(
      `${none.kind === "became_mostly_null" ? "nullShare" : "share"} is 0: that changes nothing`,
    );
    const little = { ...none, nullShare: 0.001, share: 0.001 };
    expect(of(assess([little], { edges, notes }), "m").verdict).not.toBe("unaffected");
  });

  test("a column that may hold nulls now, and does, has them for certain", () => {
    const may: ChangeInput = { kind: "required_to_nullable", asset: "t", column: "c" };
    expect(of(assess([may], { edges, notes: { t: { columns: ["c"] } } }), "m").certainty).toBe(
      "possible",
    );
    const seen = { t: { columns: [{ name: "c", profile: { nullShare: 0.2 } }] } };
    expect(of(assess([may], { edges, notes: seen }), "m").certainty).toBe("certain");
  });
});

describe("changes that name something", () => {
  const graph = graphOf("", {
    "mesh.checkout.orders": { columns: ["Id"] },
    "mesh.legacy.orders": { columns: ["id"] },
    open: {},
  });
  const ask = (change: ChangeInput) =>
    assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });

  test("the shortest tail that fits one asset is enough, letter case does not count where it tells nothing apart", () => {
    expect(ask({ kind: "drop_column", asset: "CHECKOUT.orders", column: "ID" })).toMatchObject({
      verdicts: [],
    });
  });

  test("a tail that fits several assets is an error that lists them", () => {
    expect(ask({ kind: "drop_column", asset: "orders", column: "id" })).toMatchObject({
      error: {
        code: "ambiguous-name",
        candidates: ["test mesh.checkout.orders", "test mesh.legacy.orders"],
      },
    });
  });

  test("what nobody has heard of is an error of that change alone", () => {
    const changes: ChangeInput[] = [
      { kind: "drop_column", asset: "nowhere", column: "id" },
      { kind: "drop_column", asset: "checkout.orders", column: "nope" },
      { kind: "explode" as never, asset: "checkout.orders" },
      { kind: "drop_column", asset: "open", column: "anything" },
    ];
    const codes = assessEach({ graph, snapshot: buildSnapshot(graph), changes }).map((answer) =>
      "error" in answer ? answer.error.code : "fine",
    );
    expect(codes).toEqual(["unknown-asset", "unknown-column", "unknown-kind", "fine"]);
    const together = assessChanges({ graph, snapshot: buildSnapshot(graph), changes });
    expect("error" in together ? [] : together.errors?.map(({ error }) => error.code)).toEqual([
      "unknown-asset",
      "unknown-column",
      "unknown-kind",
    ]);
  });
});

describe("points", () => {
  test("an executive dashboard that is silently wrong: every term can be added up", () => {
    const board = of(
      assess([{ kind: "unit_or_meaning_changed", asset: "orders", column: "amount" }], {
        edges: "orders.amount -MEASURE> board.amount",
        notes: {
          orders: {
            columns: ["amount"],
            attributes: { contract: { id: "c", status: "active", columns: ["amount"] } },
          },
          board: {
            kind: "dashboard",
            attributes: {
              tier: 1,
              usage: { views30d: 400, users30d: 40 },
              sla: { nextDueAt: "2026-03-02T08:00:00+02:00" },
            },
          },
        },
        options: { now: "2026-03-02T00:00:00Z" },
      }),
      "board",
    );
    expect(board.terms).toEqual({
      verdict: 40,
      tier: 25,
      usage: 13,
      people: 4.8,
      due: 5,
      contract: 4,
    });
    expect(board.points).toBe(91.8);
    expect(board.severity).toBe("SEV1");
  });

  test("the order is points, then hops, then name, and owners stand by their best tier", () => {
    const answer = assess([{ kind: "drop_column", asset: "t", column: "c" }], {
      edges: "t.c -IDENTITY> b.c; t.c -IDENTITY> a.c; b.c -MEASURE> late.c",
      notes: {
        a: { attributes: { owner: "zeta", tier: 3 } },
        b: { attributes: { owner: "zeta", tier: 3 } },
        late: { kind: "dashboard", attributes: { owner: "alpha", tier: 1 } },
      },
    });
    expect(answer.verdicts.map(({ asset, points }) => `${asset.name} ${points}`)).toEqual([
      "a 35",
      "b 35",
      "late 35",
    ]);
    expect(answer.notify).toEqual([
      { owner: "alpha", assets: ["late"] },
      { owner: "zeta", assets: ["a", "b"] },
    ]);
  });
});

test("a change and a failure at once: what a failed table would have published stays hidden, unless the error is only likely", () => {
  const edges = "t.a -AGG_SUM> m.s; t.b -CAST> m.b; m.s -MEASURE> d.s";
  const certain = assess(
    [
      { kind: "became_mostly_null", asset: "t", column: "a" },
      { kind: "drop_column", asset: "t", column: "b" },
    ],
    { edges },
  );
  expect(brief(of(certain, "d"))).toBe("degraded certain stale");
  const likely = assess(
    [
      { kind: "became_mostly_null", asset: "t", column: "a" },
      { kind: "type_incompatible", asset: "t", column: "b" },
    ],
    { edges },
  );
  expect(brief(of(likely, "d"))).toBe("breaks_silently certain stale");
  expect(of(likely, "m").also.map(({ verdict }) => verdict)).toEqual(["breaks_loudly"]);
});

test("judged as tables, a view that fails leaves its readers late and not failing", () => {
  const question: Question = {
    edges: "t.c -IDENTITY> v.c; v.c -DIMENSION> d.c",
    notes: { v: { attributes: { materialization: "view" } } },
  };
  const change: ChangeInput = { kind: "drop_column", asset: "t", column: "c" };
  expect(brief(of(assess([change], question), "d"))).toBe("breaks_loudly certain fails");
  expect(brief(of(assess([change], { ...question, options: { materialize: "table" } }), "d"))).toBe(
    "degraded certain stale",
  );
});

test("a change that comes back over a cycle is listed, one that does not is not", () => {
  const answer = assess([{ kind: "unit_or_meaning_changed", asset: "a", column: "x" }], {
    edges: "a.x -IDENTITY> b.x; b.x -IDENTITY> a.x; a.x -IDENTITY> c.x",
  });
  expect(answer.verdicts.map(({ asset }) => asset.name).sort()).toEqual(["a", "b", "c"]);
});

describe("a column of another type", () => {
  const retyped = (dialect: string) => {
    const graph = graphOf("t.a -FILTER> board", {
      t: { columns: [{ name: "a", type: "INTEGER" }], attributes: { dialect } },
      board: { kind: "dashboard" },
    });
    const answer = assessChanges({
      graph,
      snapshot: buildSnapshot(graph),
      changes: [
        { kind: "type_changed", asset: "t", column: "a", fromType: "INTEGER", toType: "TEXT" },
      ],
    });
    if (isChangeError(answer)) throw new Error(answer.error.message);
    return answer;
  };

  test("says so where its engine was never run, and is not certain of an error there", () => {
    const answer = retyped("snowflake");
    expect(answer.changes[0]?.note).toMatch(/^not measured on Snowflake/);
    expect(brief(of(answer, "board"))).toBe("breaks_loudly likely fails");
  });

  test("has nothing to add on an engine that was run", () => {
    expect(retyped("postgres").changes[0]?.note).toBeUndefined();
  });
});

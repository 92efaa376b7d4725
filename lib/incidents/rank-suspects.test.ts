import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf, idOf } from "#lib/graph/graph-of.ts";
import { findAsset, findColumn } from "#lib/graph/snapshot.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import type { Finding } from "./finding.ts";
import type { Observation, Showing } from "./observation.ts";
import { rankSuspects } from "./rank-suspects.ts";
import type { LoggedChange } from "./suspect.ts";

const NOW = "2026-03-03T06:00:00Z";

/** `board` and `mail` read the amount, `staff` reads the names; both tables are loaded from sources of their own. */
const MESH = `orders.amount -IDENTITY> sales.amount -MEASURE> board.n
orders.amount -IDENTITY> sales.amount -MEASURE> mail.n
orders.id -IDENTITY> sales.id -MEASURE> counts.n
people.name -IDENTITY> team.name -MEASURE> staff.n
rates.rate -ARITH> sales.amount`;

const NOTES: Readonly<Record<string, AssetNote>> = Object.fromEntries(
  ["board", "mail", "counts", "staff"].map((name) => [name, { kind: "dashboard" as const }]),
);

function triage({
  broken,
  healthy = [],
  log = [],
  text = MESH,
  since,
  shows = {},
  found = {},
  views = [],
}: {
  readonly broken: readonly string[];
  readonly healthy?: readonly string[];
  readonly log?: readonly (ChangeInput & { readonly at?: string })[];
  readonly text?: string;
  readonly since?: string;
  readonly shows?: Readonly<Record<string, Showing>>;
  readonly found?: Readonly<Record<string, Finding>>;
  readonly views?: readonly string[];
}) {
  const ofViews = views.map((name) => [name, { kind: "view" }] as const);
  const graph = graphOf(text, { ...NOTES, ...Object.fromEntries(ofViews) });
  const snapshot = buildSnapshot(graph);
  const observe = (ref: string, isBroken: boolean): Observation => {
    const [asset = "", column] = ref.split(".");
    const relation = findAsset(snapshot, idOf(asset));
    return {
      ref,
      relation,
      isBroken,
      ...(shows[ref] === undefined ? {} : { shows: shows[ref] }),
      ...(found[ref] === undefined ? {} : { found: found[ref] }),
      ...(column === undefined ? {} : { column: findColumn(snapshot, relation, column) }),
      ...(isBroken && since !== undefined ? { since } : {}),
    };
  };
  const changesAt = new Map<number, LoggedChange[]>();
  for (const change of log) {
    const relation = findAsset(snapshot, idOf(String(change.asset)));
    const { at, column } = change;
    changesAt.set(relation, [
      ...(changesAt.get(relation) ?? []),
      {
        asset: change.asset,
        change,
        ...(at === undefined ? {} : { at }),
        ...(typeof column === "string" ? { column } : {}),
      },
    ]);
  }
  return rankSuspects({
    snapshot,
    graph,
    observations: [
      ...broken.map((ref) => observe(ref, true)),
      ...healthy.map((ref) => observe(ref, false)),
    ],
    changesAt,
    failedRuns: new Map(),
    now: NOW,
  });
}

describe("suspects for what is broken", () => {
  it("a column that was dropped five hours ago and explains everything comes first, with its terms", () => {
    const { suspects } = triage({
      broken: ["board", "mail"],
      healthy: ["counts"],
      log: [{ kind: "drop_column", asset: "orders", column: "amount", at: "2026-03-03T01:00:00Z" }],
    });
    const [first] = suspects;
    expect(first?.asset.shortName).toBe("orders");
    expect(first?.column).toBe("amount");
    expect(first?.explains.map(({ ref }) => ref)).toEqual(["board", "mail"]);
    // What counts rows is built from the table as well, and would be late: it is well, which speaks a little against it.
    expect(first?.fault).toBe("the column is dropped");
    expect(first?.terms.map(({ term }) => term)).toEqual(["symptoms", "healthy", "change"]);
    expect(first?.terms[2]?.text).toBe("the column is dropped, 5 h ago");
    const sum = first?.terms.reduce((all, { value }) => all + value, 0) ?? 0;
    expect(first?.score).toBeCloseTo(sum, 1);
  });

  it("a change that should have broken ten more things stays before what nobody changed and breaks the same", () => {
    const readers = Array.from({ length: 10 }, (_, at) => `well${at}`);
    const text = [
      "orders.amount -IDENTITY> mart.amount -MEASURE> board.n",
      ...readers.map((name) => `orders.amount -MEASURE> ${name}.n`),
    ];
    const { suspects } = triage({
      text: text.join("\n"),
      broken: ["board"],
      healthy: readers,
      log: [
        {
          kind: "unit_or_meaning_changed",
          asset: "orders",
          column: "amount",
          at: "2026-03-03T01:00:00Z",
        },
      ],
    });
    expect(suspects[0]?.asset.shortName).toBe("orders");
    expect(suspects[0]?.contradicted).toHaveLength(10);
  });

  it("what stands downstream of a healthy sibling's cause is cleared: only the shared column is left", () => {
    const { suspects } = triage({ broken: ["board", "mail"], healthy: ["counts", "staff"] });
    expect(suspects[0]?.column).toBe("amount");
    const whole = suspects.filter(({ fault }) => fault === "rows are missing");
    expect(whole.every(({ score }) => score < (suspects[0]?.score ?? 0))).toBe(true);
  });

  it.each<[Finding, string]>([
    ["nulls", "the column holds mostly nulls"],
    ["values", "the unit or meaning of the column changed"],
    ["rows", "rows are missing"],
  ])(
    "a check that counted %s in a column speaks for what makes such, and not for a column that is gone",
    (finding, fault) => {
      for (const others of [[], ["board", "mail"]]) {
        const checked = "orders.amount";
        const { suspects } = triage({
          broken: [checked, ...others],
          shows: { [checked]: "wrong" },
          found: { [checked]: finding },
          log: [{ kind: "description_only", asset: "orders" }],
        });
        expect(suspects.find(({ asset }) => asset.shortName === "orders")?.fault).toBe(fault);
      }
    },
  );

  it("nulls in a column that nobody names are no word against what is wrong with a whole source", () => {
    const evidence = (ref: string, found: Readonly<Record<string, Finding>>): number | undefined =>
      triage({
        text: "raw.a -COALESCE> stage.a",
        broken: [ref],
        shows: { [ref]: "wrong" },
        found,
      }).suspects.find(({ asset }) => asset.shortName === "raw")?.terms[0]?.value;
    expect(evidence("stage", {})).toBeGreaterThan(0);
    expect(evidence("stage", { stage: "nulls" })).toBe(evidence("stage", {}));
    expect(evidence("stage.a", { "stage.a": "nulls" }) ?? 0).toBeLessThan(
      evidence("stage.a", {}) ?? 0,
    );
  });

  it("the same where the nulls come from above: its own source is asked about nulls too", () => {
    const { suspects } = triage({
      broken: ["sales.amount"],
      shows: { "sales.amount": "wrong" },
      found: { "sales.amount": "nulls" },
    });
    expect(new Set(suspects.map(({ fault }) => fault))).toEqual(
      new Set(["the column holds mostly nulls"]),
    );
  });

  it("a change that reaches nothing broken is rejected with its reason", () => {
    const { suspects, rejected } = triage({
      broken: ["board"],
      log: [{ kind: "drop_column", asset: "people", column: "name", at: "2026-03-03T05:00:00Z" }],
    });
    expect(suspects.map(({ asset }) => asset.shortName)).not.toContain("people");
    expect(rejected).toMatchObject([
      { asset: { shortName: "people" }, reason: "nothing that is broken reads what it changed" },
    ]);
  });

  it("a change that came after everything was broken already is no cause", () => {
    const { suspects, rejected } = triage({
      broken: ["board"],
      since: "2026-03-03T02:00:00Z",
      log: [{ kind: "drop_column", asset: "orders", column: "amount", at: "2026-03-03T04:00:00Z" }],
    });
    expect(suspects.every(({ change }) => change === undefined)).toBe(true);
    expect(suspects.some(({ asset }) => asset.shortName === "orders")).toBe(true);
    expect(rejected).toEqual([]);
  });

  it("suspects that no observation tells apart share a group", () => {
    const { suspects } = triage({ broken: ["board", "mail"] });
    const groups = new Map<string, number>(
      suspects.map(({ asset, group }) => [asset.shortName, group]),
    );
    expect(groups.get("orders")).toBe(groups.get("rates"));
  });

  it("two changes of which no effect is foreseen are no group where they stand above different symptoms", () => {
    const { suspects } = triage({
      text: "left.n -COUNT> a.n -MEASURE> board.n\nright.n -COUNT> b.n -MEASURE> mail.n",
      broken: ["board", "mail"],
      log: ["left", "right"].map((asset) => ({
        kind: "description_only",
        asset,
        column: "n",
        at: "2026-03-03T01:00:00Z",
      })),
    });
    const groups = suspects.flatMap(({ asset, explains, group }) =>
      explains.length === 0 && ["left", "right"].includes(asset.shortName) ? [group] : [],
    );
    expect(groups).toHaveLength(2);
    expect(new Set(groups).size).toBe(2);
  });

  it("one healthy column of a table does not clear its other columns", () => {
    const termsOf = (healthy: readonly string[]) =>
      triage({ broken: ["board"], healthy }).suspects.find(
        ({ asset }) => asset.shortName === "orders",
      )?.terms;
    expect(termsOf(["orders.id"])?.map(({ term }) => term)).not.toContain("own_checks");
    expect(termsOf(["orders"])?.map(({ term }) => term)).toContain("own_checks");
  });

  it("what the first cause leaves over leads to a second one", () => {
    const { suspects, unexplained } = triage({
      broken: ["board", "mail", "staff"],
      log: [
        { kind: "drop_column", asset: "orders", column: "amount", at: "2026-03-03T01:00:00Z" },
        { kind: "drop_column", asset: "people", column: "name", at: "2026-03-03T02:00:00Z" },
      ],
    });
    expect(suspects.slice(0, 2).map(({ asset, cause }) => [asset.shortName, cause])).toEqual([
      ["orders", 1],
      ["people", 2],
    ]);
    expect(unexplained).toEqual([]);
  });

  it("an error tells more than a check that finds values wrong: it is hardly ever a false alarm", () => {
    const scoreOf = (shows: Showing): number => {
      const { suspects } = triage({ broken: ["board"], shows: { board: shows } });
      const found = suspects.find(({ asset }) => asset.shortName === "board");
      return found?.terms.find(({ term }) => term === "symptoms")?.value ?? 0;
    };
    expect(scoreOf("fails")).toBeGreaterThan(scoreOf("wrong") + 1);
    expect(scoreOf("stale")).toBeGreaterThan(scoreOf("wrong") + 1);
  });

  it("what fails is blamed on what it reads rather than on what fails before it: builds stop at the first failure", () => {
    const { suspects } = triage({
      broken: ["board"],
      shows: { board: "fails" },
      text: "orders.amount -ARITH> mart.total -MEASURE> board.n",
      views: ["mart"],
    });
    const symptoms = new Map(
      suspects.map(({ asset, terms }) => [
        asset.shortName,
        terms.find(({ term }) => term === "symptoms")?.value ?? 0,
      ]),
    );
    expect(symptoms.get("mart") ?? 0).toBeGreaterThan((symptoms.get("orders") ?? 0) + 0.5);
  });

  it("a change of a description does not explain that the asset itself is broken", () => {
    const { suspects } = triage({
      broken: ["sales"],
      shows: { sales: "wrong" },
      log: [{ kind: "description_only", asset: "sales", at: "2026-03-03T05:00:00Z" }],
    });
    expect(suspects.map(({ fault }) => fault)).not.toContain("nothing but the description changed");
  });

  it("an asset that is too old is itself late, not short of rows", () => {
    const { suspects } = triage({ broken: ["orders"], shows: { orders: "stale" } });
    expect(suspects[0]).toMatchObject({
      asset: { shortName: "orders" },
      fault: "the data is late",
    });
  });

  it("symptoms that nothing upstream explains are named", () => {
    const { suspects, unexplained } = triage({
      broken: ["board", "mail", "people"],
      log: [{ kind: "drop_column", asset: "orders", column: "amount", at: "2026-03-03T01:00:00Z" }],
    });
    expect(suspects[0]?.asset.shortName).toBe("orders");
    const explained = suspects.some(({ cause }) => cause === 2);
    expect(explained || unexplained.some(({ ref }) => ref === "people")).toBe(true);
  });

  it("a mesh that goes round in a circle is answered", () => {
    const { suspects } = triage({
      broken: ["board"],
      text: "a.x -IDENTITY> b.x -IDENTITY> c.x -IDENTITY> a.x; c.x -MEASURE> board.n",
    });
    expect(suspects.map(({ asset }) => asset.shortName)).toEqual(
      expect.arrayContaining(["a", "b", "c"]),
    );
  });
});

import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf, idOf } from "#lib/graph/graph-of.ts";
import type { PlanEdge } from "#lib/model/query-plan.ts";
import { assessChanges } from "./assess-change.ts";
import type { ChangeInput } from "./change.ts";

type Use = Partial<PlanEdge> & Pick<PlanEdge, "use">;
type Change = Pick<ChangeInput, "kind" | "fromType" | "toType">;

interface Read {
  readonly use: Use;
  readonly change: Change;
  /** The column comes from the side of a left join that may be missing. */
  readonly missing?: boolean;
  /** A condition on `id` keeps some of the rows. */
  readonly sifted?: boolean;
}

/** What a change of `status` does to a table of `id` and of what one use makes of `status`, and to a table of `id` alone. */
function verdictsOf(read: Read): { readonly built: string; readonly below: string } {
  const verdicts = assess(read);
  const of = (name: string) => {
    const found = verdicts.find(({ asset }) => asset.name === name);
    return `${found?.verdict ?? "unaffected"} ${found?.certainty ?? ""}`.trim();
  };
  return { built: of("built"), below: of("ids") };
}

/** The effects at the column that is made of `status`. */
const effectsOf = (read: Read): readonly string[] =>
  assess(read)
    .find(({ asset }) => asset.name === "built")
    ?.columns.filter(({ column }) => column === "made")
    .flatMap(({ effects }) => effects) ?? [];

function assess({ use, change, missing = false, sifted = false }: Read) {
  const column = { name: "status", ...(missing ? { nullable: true } : {}) };
  const query = {
    name: "q",
    sql: "",
    dialect: "duckdb",
    basis: "",
    provenance: {},
    plan: {
      relations: [
        {
          label: "join",
          columns: [{ name: "id" }, column],
          inputs: [{ asset: idOf("orders"), rows: "each" as const }],
          edges: [
            { input: 0, column: "id", to: 0, use: "IDENTITY" as const },
            { input: 0, column: "status", to: 1, use: "IDENTITY" as const, detail: "carry" },
          ],
        },
        {
          label: "result",
          columns: [{ name: "id" }, { name: "made" }],
          inputs: [{ relation: 0, rows: "each" as const }],
          edges: [
            { input: 0, column: "id", to: 0, use: "IDENTITY" as const },
            { input: 0, column: "status", ...use },
            ...(sifted ? [{ input: 0, column: "id", use: "FILTER" as const, detail: "op:>" }] : []),
          ],
        },
      ],
    },
  };
  const graph = graphOf("built.id -IDENTITY> ids.id", {
    orders: { columns: ["id", "status"] },
    built: { columns: ["id", "made"], queries: [query] },
    ids: { columns: ["id"] },
  });
  const answer = assessChanges({
    graph,
    snapshot: buildSnapshot(graph),
    changes: [
      change.kind === "uniqueness_lost"
        ? { asset: "orders", kind: change.kind }
        : { asset: "orders", column: "status", ...change },
    ],
  });
  if (!("verdicts" in answer)) throw new Error(answer.error.message);
  return answer.verdicts;
}

const TO_TEXT = {
  kind: "type_incompatible",
  fromType: "STRUCT(a INTEGER)",
  toType: "VARCHAR",
} as const;
const TO_NUMBER = { kind: "type_incompatible", fromType: "VARCHAR", toType: "BIGINT" } as const;

describe("a field of a value that gets another type", () => {
  it("is likely not found any more, and the build fails", () => {
    const field = { use: "IDENTITY", to: 1, detail: "path:a.b" } as const;
    expect(verdictsOf({ use: field, change: TO_TEXT })).toEqual({
      built: "breaks_loudly likely",
      below: "degraded likely",
    });
  });

  it("may be found where it is asked for by its place: a text has a first letter too", () => {
    const place = { use: "IDENTITY", to: 1, detail: "path:1" } as const;
    expect(verdictsOf({ use: place, change: TO_TEXT }).built).toBe("degraded certain");
  });
});

describe("a word that stands in for missing values of a column that becomes a number", () => {
  const word = { use: "COALESCE", to: 1, detail: "first_word" } as const;

  it("cannot be one, so the build likely fails where a join leaves rows without a match", () => {
    expect(verdictsOf({ use: word, change: TO_NUMBER, missing: true })).toEqual({
      built: "breaks_loudly likely",
      below: "degraded likely",
    });
  });

  it("may stop the build where nobody said that values are missing", () => {
    expect(verdictsOf({ use: word, change: TO_NUMBER }).below).toBe("degraded possible");
  });

  it("is no trouble where the text is a number", () => {
    const text = { ...word, detail: "first_text" };
    expect(verdictsOf({ use: text, change: TO_NUMBER }).below).toBe("unaffected");
  });
});

describe("what a known condition makes of other values", () => {
  const shifted = { kind: "unit_or_meaning_changed" } as const;
  const nulls = { kind: "became_mostly_null" } as const;

  it("is another category only where a value crosses the bound", () => {
    const bound = { use: "CONDITIONAL", to: 1, detail: "op:>=" } as const;
    expect(verdictsOf({ use: bound, change: shifted }).built).toBe("breaks_silently likely");
    expect(verdictsOf({ use: bound, change: nulls }).built).toBe("breaks_silently likely");
  });

  it("may be other rows where columns are compared, and likely is where a fixed text is left out", () => {
    const change = { kind: "enum_value_added" } as const;
    const differs = { use: "FILTER", detail: "op:<>" } as const;
    const columns = { ...differs, expression: "q.status <> p.status" };
    const text = { ...differs, expression: "q.status <> 'open'" };
    expect(verdictsOf({ use: columns, change }).built).toBe("breaks_silently possible");
    expect(verdictsOf({ use: text, change }).built).toBe("breaks_silently likely");
  });

  it("is likely fewer rows where a renamed value was looked up, and certain for all values at once", () => {
    const key = { use: "JOIN_INNER", detail: "op:=" } as const;
    const renamed = { kind: "enum_value_removed_or_renamed" } as const;
    expect(verdictsOf({ use: key, change: renamed }).built).toBe("breaks_silently likely");
    expect(verdictsOf({ use: key, change: nulls }).built).toBe("breaks_silently certain");
  });
});

describe("a condition of which another part is enough", () => {
  const nulls = { kind: "became_mostly_null" } as const;
  const asks = { use: "FILTER", detail: "op:=" } as const;

  it("loses rows likely, as those that pass by the other part stay", () => {
    const either = { ...asks, expression: "status = 'new' or id > 5" };
    const both = { ...asks, expression: "status = 'new or old'" };
    expect(verdictsOf({ use: either, change: nulls }).built).toBe("breaks_silently likely");
    expect(verdictsOf({ use: both, change: nulls }).built).toBe("breaks_silently certain");
  });

  it("still fails for certain without its column", () => {
    const either = { ...asks, expression: "status = 'new' or id > 5" };
    expect(verdictsOf({ use: either, change: { kind: "drop_column" } }).built).toBe(
      "breaks_loudly certain",
    );
  });
});

describe("rows that pass a condition on something else", () => {
  const shows = { use: "IDENTITY", to: 1 } as const;

  it.each([
    ["uniqueness_lost", "likely"],
    ["enum_value_removed_or_renamed", "likely"],
    ["became_mostly_null", "certain"],
    ["row_count_drop", "certain"],
  ] as const)("need not be those of a change of some rows: %s, %s", (kind, certainty) => {
    const change = { kind };
    const verdict = (sifted: boolean) => verdictsOf({ use: shows, change, sifted }).built;
    expect(verdict(false)).toBe("breaks_silently certain");
    expect(verdict(true)).toBe(`breaks_silently ${certainty}`);
  });
});

describe("a bound or a truth made of other values", () => {
  it("may let further rows pass, which a left join meets more than once", () => {
    const change = { kind: "became_mostly_null" } as const;
    const query = {
      name: "q",
      sql: "",
      dialect: "duckdb",
      basis: "",
      provenance: {},
      plan: {
        relations: [
          {
            label: "price versions",
            columns: [{ name: "id" }, { name: "is_last" }],
            inputs: [{ asset: idOf("prices"), rows: "each" as const }],
            edges: [
              { input: 0, column: "id", to: 0, use: "IDENTITY" as const },
              { input: 0, column: "at", to: 1, use: "ARITH" as const, detail: "op:is_null" },
            ],
          },
          {
            label: "result",
            columns: [{ name: "id" }],
            inputs: [{ relation: 0, rows: "each" as const }],
            edges: [
              { input: 0, column: "id", to: 0, use: "IDENTITY" as const },
              { input: 0, column: "is_last", use: "FILTER" as const, detail: "bool" },
            ],
          },
        ],
      },
    };
    const graph = graphOf("", {
      prices: { columns: ["id", "at"] },
      current: { columns: ["id"], queries: [query] },
    });
    const answer = assessChanges({
      graph,
      snapshot: buildSnapshot(graph),
      changes: [{ asset: "prices", column: "at", ...change }],
    });
    if (!("verdicts" in answer)) throw new Error(answer.error.message);
    const current = answer.verdicts.find(({ asset }) => asset.name === "current");
    expect(current?.rows.map(({ effect, certainty }) => `${effect} ${certainty}`)).toEqual(
      expect.arrayContaining(["ROWS_LOST likely", "ROWS_EXTRA possible"]),
    );
  });
});

describe("a constant that stands in for nulls inside a calculation", () => {
  it.each([
    ["md5(coalesce(status, ''))", ["VALUE"]],
    ["md5(status)", ["NULLS"]],
  ])("leaves another value where there would be none: %s", (expression, effects) => {
    const use = { use: "ARITH", to: 1, detail: "fn:md5", expression } as const;
    expect(effectsOf({ use, change: { kind: "became_mostly_null" } })).toEqual(effects);
  });
});

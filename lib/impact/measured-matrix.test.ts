import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { graphOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "./assess-change.ts";
import type { ChangeInput } from "./change.ts";

/*
 * What PostgreSQL, DuckDB and SQLite did with each change and each use, against the verdict. The engines' letters: L an
 * error, S other values, T the same values in another type, U the same. Views are left out: where a view stands on the
 * table, two of the three engines refuse the change itself.
 */
const FILE = new URL("../../../shared/data/semantics-matrix.json", import.meta.url);

type Matrix = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>>>
>;

const matrix: Matrix = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Matrix) : {};

/** Each consumer of the measurement as edges; `report` is what was compared. */
const CONSUMERS: Readonly<Record<string, string>> = {
  projected: "t.c -IDENTITY> report.c",
  "cast to int": "t.c -CAST> report.c",
  "arithmetic c*2": "t.c -ARITH> report.c",
  "sum(c)": "t.c -AGG_SUM> report.c",
  "avg(c)": "t.c -AGG_SUM> report.c",
  "max(c)": "t.c -AGG_IDEMPOTENT> report.c",
  "count(c)": "t.c -AGG_COUNT> report.c",
  "count(distinct c)": "t.c -AGG_DISTINCT> report.c",
  "join key inner": "t.c -JOIN_INNER> report; t.id -IDENTITY> report.id",
  "join key left": "t.c -JOIN_LEFT> report; t.id -IDENTITY> report.id",
  "filter c>50": "t.c -FILTER> report; t.id -IDENTITY> report.id",
  "filter c<>9": "t.c -FILTER> report; t.id -IDENTITY> report.id",
  "group by c": "t.c -GROUP_BY> report.c; t -COUNT_STAR> report.n",
  "order by c limit 3": "t.c -SORT> report; t.id -IDENTITY> report.id",
  "window over (order by c)": "t.c -WINDOW> report.r; t.id -IDENTITY> report.id",
  "case when c>50": "t.c -CONDITIONAL> report.x; t.id -IDENTITY> report.id",
  "coalesce(c,0)": "t.c -COALESCE> report.c",
  "CTAS select * then read c by name":
    "t.c -STAR> copy.c; t.k -STAR> copy.k; t.id -STAR> copy.id; copy.c -IDENTITY> report.c",
  "UNION ALL select *":
    "t.c -POSITIONAL> report.c; t.k -POSITIONAL> report.k; t.s -POSITIONAL> report.s; t -POSITIONAL> report",
  "INSERT INTO tgt SELECT *":
    "t.c -POSITIONAL> report.c; t.k -POSITIONAL> report.k; t.s -POSITIONAL> report.s; t -POSITIONAL> report",
  "join, unqualified region":
    "t.region -UNQUALIFIED> report; dim.region -IDENTITY> report.region; t.k -JOIN_INNER> report; dim.k -JOIN_INNER> report; t.id -IDENTITY> report.id",
  "NATURAL JOIN dim":
    "t.region -NATURAL_JOIN> report; t.k -NATURAL_JOIN> report; dim.k -NATURAL_JOIN> report; dim.region -IDENTITY> report.region; t.id -IDENTITY> report.id",
  "JOIN USING(k), sum(c)":
    "t.k -JOIN_INNER> report; dim.k -JOIN_INNER> report; t.c -AGG_SUM> report.c",
  "enum filter s=paid": "t.s -FILTER> report; t.id -IDENTITY> report.id",
  "enum case, no else": "t.s -CONDITIONAL_NO_ELSE> report.x; t.id -IDENTITY> report.id",
  "count(*)": "t -COUNT_STAR> report.n",
  exists: "t -EXISTS> report",
  "not used (id only)": "t.id -IDENTITY> report.id",
};

const CHANGES: Readonly<Record<string, readonly ChangeInput[]>> = {
  "drop column": [{ kind: "drop_column", asset: "t", column: "c" }],
  "rename column": [{ kind: "rename_column", asset: "t", column: "c" }],
  "type widened int->bigint": [
    { kind: "type_changed", asset: "t", column: "c", fromType: "INTEGER", toType: "BIGINT" },
  ],
  "type int->text, with suffix": [{ kind: "type_incompatible", asset: "t", column: "c" }],
  "all null": [{ kind: "became_mostly_null", asset: "t", column: "c" }],
  "mostly null": [{ kind: "became_mostly_null", asset: "t", column: "c" }],
  "unit change x100": [{ kind: "unit_or_meaning_changed", asset: "t", column: "c" }],
  "add column at end": [{ kind: "add_nullable_column", asset: "t", column: "extra" }],
  "add int column in the middle": [{ kind: "add_nullable_column", asset: "t", column: "extra" }],
  "add column named region (join collision)": [
    { kind: "add_column_name_collision", asset: "t", column: "region" },
  ],
  "columns reordered (c<->k, same type)": [
    { kind: "column_order_changed", asset: "t", column: "c" },
    { kind: "column_order_changed", asset: "t", column: "k" },
  ],
  "key duplicated (rows x2)": [{ kind: "uniqueness_lost", asset: "t", column: "id" }],
  "dim key duplicated (fan-out)": [{ kind: "uniqueness_lost", asset: "dim", column: "k" }],
  "row-count drop": [{ kind: "row_count_drop", asset: "t" }],
  "enum value renamed paid->PAID": [
    { kind: "enum_value_removed_or_renamed", asset: "t", column: "s" },
  ],
  "table dropped": [{ kind: "table_dropped_or_renamed", asset: "t" }],
};

const SAME = new Set(["U", "T"]);

function measured(cell: Readonly<Record<string, readonly [string, string]>>): string | undefined {
  const letters = Object.values(cell).map(([letter]) => letter);
  return letters.find(
    (letter) =>
      letters.filter((other) => other === letter || (SAME.has(other) && SAME.has(letter))).length >=
      2,
  );
}

function judged(edges: string, changes: readonly ChangeInput[]): string {
  const graph = graphOf(edges, { t: {}, dim: {}, report: {}, copy: {} });
  const answer = assessChanges({ graph, snapshot: buildSnapshot(graph), changes });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  const found = answer.verdicts.find((each) => each.asset.name === "report");
  // With a table between, the error is the copy's and the report goes stale: for who asks, the change was loud.
  const copy = answer.verdicts.find((each) => each.asset.name === "copy");
  const verdict = found?.verdict ?? "unaffected";
  return verdict === "degraded" && copy?.verdict === "breaks_loudly" ? "breaks_loudly" : verdict;
}

/** In this measurement the values changed with the type ("100" became "100 EUR"): a second change, that nobody declared. */
const MISSED_SILENT: readonly string[] = [
  "type int->text, with suffix x projected: degraded",
  "type int->text, with suffix x group by c: degraded",
  "type int->text, with suffix x CTAS select * then read c by name: degraded",
];

/** The others are warnings that did not come true on these engines, and both say so: the error is possible, or likely. */
const DISAGREEMENTS: readonly string[] = [
  "type widened int->bigint x UNION ALL select *: breaks_loudly",
  "type widened int->bigint x INSERT INTO tgt SELECT *: breaks_loudly",
  ...MISSED_SILENT,
  "type int->text, with suffix x UNION ALL select *: breaks_loudly",
];

describe.skipIf(Object.keys(matrix).length === 0)("the measurement on three engines", () => {
  const cells = Object.entries(CHANGES).flatMap(([change, inputs]) =>
    Object.entries(CONSUMERS).flatMap(([use, edges]) => {
      const cell = matrix[change]?.[use];
      const letter = cell === undefined ? undefined : measured(cell);
      return letter === undefined || letter === "B"
        ? []
        : [{ change, use, letter, verdict: judged(edges, inputs) }];
    }),
  );
  const named = (found: typeof cells) =>
    found.map(({ change, use, verdict }) => `${change} x ${use}: ${verdict}`);

  it("covers more than four hundred cells", () => {
    expect(cells.length).toBeGreaterThanOrEqual(400);
  });

  it("no error that engines give is missed", () => {
    expect(
      named(
        cells.filter(
          ({ letter, verdict }) =>
            letter === "L" && verdict !== "breaks_loudly" && verdict !== "breaks_silently",
        ),
      ),
    ).toEqual([]);
  });

  it("no silent break is missed", () => {
    expect(
      named(
        cells.filter(
          ({ letter, verdict }) =>
            letter === "S" && (verdict === "unaffected" || verdict === "degraded"),
        ),
      ),
    ).toEqual(MISSED_SILENT);
  });

  it("agrees in all but these cells", () => {
    const agrees = ({ letter, verdict }: (typeof cells)[number]): boolean =>
      letter === "L"
        ? verdict === "breaks_loudly"
        : letter === "S"
          ? verdict === "breaks_silently"
          : verdict === "unaffected" || verdict === "degraded";
    expect(named(cells.filter((cell) => !agrees(cell)))).toEqual(DISAGREEMENTS);
  });
});

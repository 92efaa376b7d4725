import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { type AssetNote, graphOf, idOf } from "#lib/graph/graph-of.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { Column } from "#lib/model/asset.ts";
import { nameOf, TYPES } from "./cells.ts";
import type { EngineCell } from "./engine-cell.ts";
import type { Outcome } from "./outcome.ts";

export interface Said {
  readonly verdict: string;
  readonly certainty: string | null;
}

const columnsOf = (types: Readonly<Record<string, string>>): readonly Column[] =>
  Object.entries(types).map(([name, type]) => ({ name, type }));

/** `k integer, m decimal(10,2)`. */
const declaredColumns = (text: string): readonly Column[] =>
  text.split(/,\s*(?=[a-z]+ )/).map((part) => {
    const [name = "", ...type] = part.trim().split(" ");
    return { name, type: type.join(" ") };
  });

/** What the product says of a cell: of the query, or of the table that is filled for it where that fails. */
export function judgeCell(
  cell: EngineCell,
  { dialect, parser }: { readonly dialect: string; readonly parser: SqlParser },
): Said {
  const { into, sql, change } = cell;
  const tables = new Map<string, readonly Column[]>([
    ["t", columnsOf(TYPES["t"] ?? {})],
    ["base_t", columnsOf(TYPES["t"] ?? {})],
    ["u", columnsOf(TYPES["u"] ?? {})],
    ...(into === undefined ? [] : [["target", declaredColumns(into.columns)] as const]),
  ]);
  const lookup = (path: readonly string[]) => {
    const name = path.at(-1) ?? "";
    const columns = tables.get(name);
    return columns && { asset: idOf(name), columns, complete: true };
  };
  const queryOf = (text: string) => {
    const { plan } = analyzeQuery({ sql: text, dialect, lookup, parser });
    if (plan === undefined) throw new Error(`no plan of ${text}`);
    return { name: "q", sql: text, dialect, reads: [], basis: "", provenance: {}, plan };
  };
  const notes: Record<string, AssetNote> = Object.fromEntries(
    [...tables].map(([name, columns]) => [name, { columns, attributes: { dialect } }]),
  );
  if (into !== undefined) notes["target"] = { ...notes["target"], queries: [queryOf(into.insert)] };
  notes["board"] = {
    kind: "dashboard",
    queries: [queryOf(sql)],
    ...(cell.file ? { attributes: { readerMode: "lenient" } } : {}),
  };
  const graph = graphOf("", notes);
  const answer = assessChanges({ graph, snapshot: buildSnapshot(graph), changes: [change] });
  if (isChangeError(answer)) throw new Error(answer.error.message);
  const found = (name: string) => answer.verdicts.find(({ asset }) => asset.name === name);
  const filled = found("target");
  const { verdict = "unaffected", certainty = null } =
    (filled?.verdict === "breaks_loudly" ? filled : found("board")) ?? {};
  return { verdict, certainty };
}

/** `degraded` is right for the same values: they carry another type. */
const RIGHT: Readonly<Record<Exclude<Outcome, "not_run">, readonly string[]>> = {
  fails: ["breaks_loudly"],
  other: ["breaks_silently", "degraded"],
  same: ["unaffected", "degraded"],
};

/** A verdict beside what happened. */
export interface HeldCell extends Said {
  readonly cell: string;
  readonly words: string;
  readonly outcome: Exclude<Outcome, "not_run">;
  readonly isRight: boolean;
}

export function holdCell(
  cell: EngineCell,
  { outcome, said }: { readonly outcome: Outcome; readonly said: Said },
): readonly HeldCell[] {
  if (outcome === "not_run") return [];
  return [
    {
      ...said,
      cell: nameOf(cell),
      outcome,
      isRight: RIGHT[outcome].includes(said.verdict),
      words: `${nameOf(cell)}: ${outcome}, said ${said.verdict} ${said.certainty ?? ""}`,
    },
  ];
}

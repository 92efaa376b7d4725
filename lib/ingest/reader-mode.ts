import { makeTable } from "#lib/kit/make-table.ts";
import type { ReaderMode } from "#lib/model/asset.ts";

/** What the mode itself is called, and what tools call it. */
const NAMED: Readonly<Record<string, ReaderMode>> = makeTable({
  strict: "strict",
  failfast: "strict",
  lenient: "lenient",
  permissive: "lenient",
  union_by_name: "lenient",
  merge_schema: "lenient",
  skips_bad_rows: "skips_bad_rows",
  skip_bad_rows: "skips_bad_rows",
  dropmalformed: "skips_bad_rows",
  ignore_errors: "skips_bad_rows",
  by_position: "by_position",
  positional: "by_position",
});

/**
 * Readers as they come, and with the option that changes them: what a file that lacks a column (Parquet) or has a field
 * too many (CSV) does to them. Readers that fail only where a missing column is named are not listed: that is how every
 * query is judged. Measured with pyarrow 26, pandas 3.1, polars 2.1 and DuckDB 2.0, Spark by its documentation.
 */
const TOOLS: readonly { readonly words: readonly string[]; readonly mode: ReaderMode }[] = [
  { words: ["pandas", "csv", "skip"], mode: "skips_bad_rows" },
  { words: ["pandas", "csv"], mode: "strict" },
  { words: ["pandas"], mode: "lenient" },
  { words: ["pyarrow"], mode: "lenient" },
  { words: ["polars", "missing_columns"], mode: "lenient" },
  { words: ["polars", "csv", "truncate_ragged_lines"], mode: "lenient" },
  { words: ["polars", "csv"], mode: "strict" },
  { words: ["duckdb", "union_by_name"], mode: "lenient" },
  { words: ["duckdb", "csv"], mode: "skips_bad_rows" },
  { words: ["spark", "csv"], mode: "by_position" },
  { words: ["spark", "parquet"], mode: "lenient" },
];

/**
 * The mode that a person wrote down: `lenient`, `skips bad rows`, Spark's `DROPMALFORMED`, or the reader itself, as in
 * `pandas csv on_bad_lines=skip`. Undefined: nothing that is known.
 */
export function parseReaderMode(value: unknown): ReaderMode | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim().toLowerCase();
  const named = NAMED[text.replaceAll(/[\s-]+/g, "_")];
  if (named !== undefined) return named;
  const words = new Set(text.split(/[^a-z_]+/));
  return TOOLS.find((tool) => tool.words.every((word) => words.has(word)))?.mode;
}

/** For the problem that tells of another word. */
export const READER_MODE_WORDS =
  "strict, lenient, skips_bad_rows, by_position, or a reader such as `pandas csv` or `spark parquet`";

const FILE_CALL =
  /\b(?:read_parquet|parquet_scan|read_csv|read_csv_auto|read_json|read_json_auto)\s*\(\s*('(?:[^']|'')*')((?:[^()']|'(?:[^']|'')*'|\([^()]*\))*)\)/gi;

const OPTIONS: readonly (readonly [RegExp, ReaderMode])[] = [
  [/\bignore_errors\s*=>?\s*(?:true|1)\b/i, "skips_bad_rows"],
  [/\bunion_by_name\s*=>?\s*(?:true|1)\b/i, "lenient"],
  [/\bnull_padding\s*=>?\s*(?:true|1)\b/i, "lenient"],
  [/\bheader\s*=>?\s*(?:false|0)\b/i, "by_position"],
];

/** Files that a statement reads in a mode of its own, by their path: `read_parquet('…', union_by_name = true)`. */
export function fileReadersIn(sql: string): ReadonlyMap<string, ReaderMode> {
  const found = new Map<string, ReaderMode>();
  for (const [, path = "", options = ""] of sql.matchAll(FILE_CALL)) {
    const mode = OPTIONS.find(([option]) => option.test(options))?.[1];
    if (mode !== undefined) found.set(path.slice(1, -1).replaceAll("''", "'"), mode);
  }
  return found;
}

import { parse } from "csv-parse/sync";
import { asList, asRecord, asText, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";

/** A row with its keys in lower case. */
export type Row = LooseRecord;

/**
 * Hands over the rows of an exported table one by one, so that no more than one of them is held: CSV and TSV with a
 * header, JSON lines, a JSON list, and the answers of the SQL interfaces of Snowflake and Databricks. A row that cannot be
 * read is a problem; the others are read.
 */
export function eachRow(
  file: SourceFile,
  take: (row: Row, line: number | undefined) => void,
): readonly Problem[] {
  const text = file.text.charCodeAt(0) === 0xfeff ? file.text.slice(1) : file.text;
  const first = /\S/.exec(text)?.[0];
  if (first === "[") return eachInList(file.path, text, take);
  if (first !== "{") return eachInCsv(file.path, text, take);
  const answer = answerOf(file.path, text);
  if (answer === undefined) return eachLine(file.path, text, take);
  for (const row of answer) take(row, undefined);
  return [];
}

type Take = (row: Row, line: number | undefined) => void;

function eachInCsv(path: string, text: string, take: Take): readonly Problem[] {
  const header = text.split("\n", 1)[0] ?? "";
  const delimiter = header.includes("\t")
    ? "\t"
    : header.includes(";") && !header.includes(",")
      ? ";"
      : ",";
  const problems: Problem[] = [];
  const found = new BadRows(path);
  let cells = 0;
  try {
    parse(text, {
      columns: (names: string[]) => {
        cells = names.length;
        return names.map((name) => name.trim().toLowerCase());
      },
      delimiter,
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      // Rows are handed over and dropped at once.
      on_record: (record: Row, { lines }) => {
        if (Object.keys(record as Row).length < cells) found.add(shortRow(path), lines);
        take(record, lines);
        return null;
      },
    });
  } catch (error) {
    problems.push({
      code: "bad-csv",
      message: `not valid CSV: ${error instanceof Error ? error.message.slice(0, 200) : "unreadable"}`,
      next: "The rows before it were read; check the file at this place, or export it again.",
      file: path,
      severity: "error",
    });
  }
  return [...found.problems(), ...problems];
}

const shortRow = (file: string): Problem => ({
  code: "wrong-shape",
  message: "a row has fewer cells than the header has names",
  next: "What it has was read; export the file again.",
  file,
  severity: "error",
});

/** Problems of single rows that are told one by one; past them only how many there are. */
const TOLD = 5;

function eachLine(path: string, text: string, take: Take): readonly Problem[] {
  const found = new BadRows(path);
  let line = 0;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    line += 1;
    takeJson(text.slice(from, to), { line, take, found });
    from = to + 1;
  }
  return found.problems();
}

function takeJson(
  text: string,
  {
    line,
    take,
    found,
  }: { readonly line: number | undefined; readonly take: Take; readonly found: BadRows },
): void {
  if (!/\S/.test(text)) return;
  const parsed = parseJsonText(found.path, text);
  const record = parsed.ok ? asRecord(parsed.value) : undefined;
  if (record !== undefined) take(lowerKeys(record), line);
  else found.add(parsed.ok ? undefined : parsed.error, line);
}

class BadRows {
  readonly path: string;
  readonly #told: Problem[] = [];
  #count = 0;

  constructor(path: string) {
    this.path = path;
  }

  add(problem: Problem | undefined, line: number | undefined): void {
    this.#count += 1;
    if (this.#count > TOLD) return;
    const wrong: Problem = problem ?? {
      code: "wrong-shape",
      message: "a row is no record",
      file: this.path,
      severity: "error",
    };
    this.#told.push(line === undefined ? wrong : { ...wrong, line });
  }

  problems(): readonly Problem[] {
    if (this.#count <= TOLD) return this.#told;
    return [
      ...this.#told,
      {
        code: "wrong-shape",
        message: `${this.#count - TOLD} more rows cannot be read`,
        next: "The others were read; export the file again.",
        file: this.path,
        severity: "error",
      },
    ];
  }
}

/** The records of a list, found by their brackets: the list as a whole is never a value in memory. */
function eachInList(path: string, text: string, take: Take): readonly Problem[] {
  const found = new BadRows(path);
  let depth = 0;
  let start = -1;
  for (let at = text.indexOf("[") + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (code === OPEN || code === OPEN_LIST) {
      if (depth === 0) start = at;
      depth += 1;
    } else if (code === CLOSE || code === CLOSE_LIST) {
      depth -= 1;
      if (depth < 0) break;
      if (depth === 0) takeJson(text.slice(start, at + 1), { line: undefined, take, found });
    }
  }
  // A list that was cut off while it was written.
  if (depth > 0) takeJson(text.slice(start), { line: undefined, take, found });
  return found.problems();
}

const QUOTE = 0x22;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const BACKSLASH = 0x5c;

/** Where a text that begins with a quote ends. */
function endOfText(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

/** Keys recur in every row: each is folded once. */
const folded = new Map<string, string>();
function foldKey(key: string): string {
  const known = folded.get(key);
  if (known !== undefined) return known;
  const lower = key.toLowerCase();
  if (folded.size < 10_000) folded.set(key, lower);
  return lower;
}

const lowerKeys = (record: LooseRecord): Row =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [foldKey(key), value]));

/** What a SQL interface answers: names of columns beside rows of values. Also lists under one key (`links`, `rows`). */
function answerOf(path: string, text: string): readonly Row[] | undefined {
  // JSON lines are far larger than what an interface answers at once, and are no one value.
  if (!/"(?:resultSetMetaData|manifest|links|rows)"\s*:/.test(text.slice(0, 2_000_000)))
    return undefined;
  const parsed = parseJsonText(path, text);
  if (!parsed.ok) return undefined;
  const record = asRecord(parsed.value);
  const snowflake = recordsIn(asRecord(record?.["resultSetMetaData"])?.["rowType"]);
  if (snowflake.length > 0) return rowsOf(snowflake, record?.["data"]);
  const databricks = recordsIn(asRecord(asRecord(record?.["manifest"])?.["schema"])?.["columns"]);
  if (databricks.length > 0)
    return rowsOf(databricks, asRecord(record?.["result"])?.["data_array"]);
  const list = asList(record?.["links"]) ?? asList(record?.["rows"]);
  return list === undefined ? undefined : recordsIn(list).map(lowerKeys);
}

function rowsOf(columns: readonly LooseRecord[], data: unknown): readonly Row[] {
  const names = columns.map((column) => (asText(column["name"]) ?? "").toLowerCase());
  return (asList(data) ?? []).flatMap((values) => {
    const list = asList(values);
    return list === undefined
      ? []
      : [Object.fromEntries(names.map((name, index) => [name, list[index]]))];
  });
}

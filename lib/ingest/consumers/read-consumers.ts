import { parse } from "csv-parse/sync";
import { makeTable } from "#lib/kit/make-table.ts";
import { ASSET_KINDS, type AssetAttributes, type AssetKind, type Tier } from "#lib/model/asset.ts";
import type { AssetFact, QueryFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Use } from "#lib/model/use.ts";
import { asRecord, asText } from "../loose-value.ts";
import { parseReaderMode, READER_MODE_WORDS } from "../reader-mode.ts";

/** Consumers that no tool exports are filed here. */
const NAMESPACE = "consumers";

const ROLE_COLUMNS: Readonly<Record<string, Use>> = {
  dimensions: "DIMENSION",
  measures: "MEASURE",
  filters: "BI_FILTER",
  features: "ML_FEATURE",
  labels: "ML_LABEL",
};

const KIND_ALIASES: Readonly<Record<string, AssetKind>> = makeTable({
  notebook: "report",
  analysis: "report",
  spreadsheet: "report",
  model: "ml_model",
  ml: "ml_model",
  app: "application",
});

const KINDS = new Set<string>(ASSET_KINDS);

interface Line {
  readonly line: number;
  readonly record: Readonly<Record<string, unknown>>;
}

/**
 * Reads `consumers.csv`: the columns name, kind, owner, tier, url and sql, and where they are known domain, dialect,
 * reader, tile, dimensions, measures, filters, features and labels (lists with `;`). A line is a tile; several lines of one name
 * are one consumer with several queries. A line that cannot be read is a problem, the others are kept.
 */
export function readConsumers(
  file: SourceFile,
  options: { readonly dialect?: string; readonly domain?: string } = {},
): ReadResult {
  const problems: Problem[] = [];
  const lines = parseLines(file, problems);
  const byName = new Map<string, AssetFact>();
  for (const { line, record } of lines) {
    const name = asText(record["name"])?.trim();
    const place = { file: file.path, line };
    if (name === undefined || name === "") {
      problems.push(
        lineProblem("wrong-shape", "the line has no name; it is left out", place, "error"),
      );
      continue;
    }
    const fact = lineToFact({ name, record, place, options, problems });
    const known = byName.get(name);
    byName.set(name, known ? addTile(known, fact) : fact);
  }
  for (const fact of byName.values()) {
    if (fact.queries.length > 0) continue;
    problems.push(
      lineProblem(
        "no-sql",
        `${fact.name.name} has no SQL: what it reads is not known`,
        fact.provenance,
        "warning",
      ),
    );
  }
  return { facts: [...byName.values()], problems };
}

function parseLines(file: SourceFile, problems: Problem[]): Line[] {
  let parsed: unknown;
  try {
    parsed = parse(file.text, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
      delimiter: delimiterOf(file.text),
    });
  } catch (error) {
    const said = error as { readonly message?: string; readonly lines?: number };
    const { lines, lost } = readLineByLine(file.text);
    for (const line of lost.length > 0 ? lost : [said.lines]) {
      problems.push({
        code: "bad-csv",
        message: `not valid CSV: ${said.message ?? "unreadable"}`,
        next: "Quote texts that hold commas, quotes or line breaks, and double the quotes inside.",
        file: file.path,
        ...(line === undefined ? {} : { line }),
        severity: "error",
      });
    }
    return lines;
  }
  const lines: Line[] = [];
  let start = 2;
  for (const entry of Array.isArray(parsed) ? parsed : []) {
    const record = asRecord(asRecord(entry)?.["record"]);
    const end = Number(asRecord(asRecord(entry)?.["info"])?.["lines"]);
    if (record) lines.push({ line: start, record });
    start = end + 1;
  }
  return lines;
}

/** A quoted text is not longer than this. */
const MOST_LINES = 500;

/** Records that are whole by themselves: where a quote never ends, its line is lost, and not the file. */
function readLineByLine(text: string): {
  readonly lines: Line[];
  /** 1-based. */
  readonly lost: readonly number[];
} {
  const lost: number[] = [];
  const delimiter = delimiterOf(text);
  const rows = text.replace(/^\ufeff/, "").split("\n");
  const header = parseRow(rows[0] ?? "", delimiter)?.map((name) => name.trim().toLowerCase()) ?? [];
  const lines: Line[] = [];
  for (let at = 1; at < rows.length; at += 1) {
    const read = readRecord(rows, { at, delimiter });
    if (!read) {
      lost.push(at + 1);
      continue;
    }
    const record = Object.fromEntries(header.map((name, index) => [name, read.cells[index]]));
    if (read.cells.some((cell) => cell !== "")) lines.push({ line: at + 1, record });
    at = read.last;
  }
  return { lines, lost };
}

function readRecord(
  rows: readonly string[],
  { at, delimiter }: { readonly at: number; readonly delimiter: string },
): { readonly cells: readonly string[]; readonly last: number } | undefined {
  let quotes = 0;
  for (let last = at; last < Math.min(rows.length, at + MOST_LINES); last += 1) {
    quotes += (rows[last] ?? "").split('"').length - 1;
    if (quotes % 2 === 1) continue;
    if (rows.slice(at, last + 1).every((row) => row.trim() === "")) return { cells: [], last };
    const cells = parseRow(rows.slice(at, last + 1).join("\n"), delimiter);
    return cells && { cells, last };
  }
  return undefined;
}

function parseRow(text: string, delimiter: string): readonly string[] | undefined {
  try {
    const rows: unknown = parse(text, { delimiter, relax_column_count: true });
    const [cells] = Array.isArray(rows) ? rows : [];
    return Array.isArray(cells) ? cells.map(String) : undefined;
  } catch {
    // Not whole by itself; the whole file's error is told already.
    return undefined;
  }
}

/** Spreadsheets of some countries write semicolons. */
function delimiterOf(text: string): string {
  const header = text.split("\n", 1)[0] ?? "";
  return [",", ";", "\t"].reduce((best, one) =>
    header.split(one).length > header.split(best).length ? one : best,
  );
}

interface LineInput {
  readonly name: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly place: { readonly file: string; readonly line: number };
  readonly options: { readonly dialect?: string; readonly domain?: string };
  readonly problems: Problem[];
}

function lineToFact(input: LineInput): AssetFact {
  const { name, record, place } = input;
  const query = readQuery(input);
  return {
    name: { namespace: asText(record["namespace"])?.trim() ?? NAMESPACE, name },
    kind: readKind(input),
    attributes: readAttributes(input),
    edges: [],
    queries: query ? [query] : [],
    provenance: place,
  };
}

function readKind({ record, name, place, problems }: LineInput): AssetKind {
  const said =
    asText(record["kind"])
      ?.trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, "_") ?? "";
  if (KINDS.has(said)) return said as AssetKind;
  const alias = KIND_ALIASES[said];
  if (alias) return alias;
  problems.push(
    lineProblem(
      "unknown-kind",
      `${name} has the kind ${JSON.stringify(said)}, which is not known; it is kept as an application`,
      place,
      said === "" ? "warning" : "error",
    ),
  );
  return "application";
}

function readAttributes({ record, name, options, place, problems }: LineInput): AssetAttributes {
  const text = (key: string) => asText(record[key])?.trim();
  const tierText = text("tier");
  const tier = Number(tierText?.replace(/^tier\s*/i, ""));
  const known = [1, 2, 3, 4].includes(tier);
  if (tierText && !known) {
    problems.push(
      lineProblem(
        "wrong-shape",
        `${name} has the tier ${tierText}; tiers are 1 to 4`,
        place,
        "warning",
      ),
    );
  }
  const domain = text("domain") ?? options.domain;
  const owner = text("owner");
  const url = text("url");
  const description = text("description");
  const reader = parseReaderMode(text("reader"));
  if (text("reader") && !reader) {
    const message = `${name} has the reader ${text("reader")}; use ${READER_MODE_WORDS}`;
    problems.push(lineProblem("wrong-shape", message, place, "warning"));
  }
  return {
    ...(domain ? { domain } : {}),
    ...(owner ? { owner } : {}),
    ...(known ? { tier: tier as Tier } : {}),
    ...(url ? { url } : {}),
    ...(description ? { description } : {}),
    ...(reader ? { readerMode: reader } : {}),
  };
}

function readQuery({ record, place, options }: LineInput): QueryFact | undefined {
  const sql = asText(record["sql"]);
  if (!sql?.trim()) return undefined;
  const roles = Object.entries(ROLE_COLUMNS).flatMap(([key, use]) =>
    (asText(record[key]) ?? "")
      .split(";")
      .map((column) => column.trim())
      .filter((column) => column !== "")
      .map((column) => ({ column, use })),
  );
  return {
    name: asText(record["tile"])?.trim() ?? `line ${place.line}`,
    sql,
    dialect: asText(record["dialect"])?.trim().toLowerCase() ?? options.dialect ?? "generic",
    ...(roles.length > 0 ? { roles } : {}),
    provenance: place,
  };
}

/** A further line of a consumer: its query is added, and what the first line left out is filled in. */
function addTile(known: AssetFact, more: AssetFact): AssetFact {
  const names = new Set(known.queries.map((query) => query.name));
  const queries = more.queries.map((query) =>
    names.has(query.name)
      ? { ...query, name: `${query.name} (line ${query.provenance.line})` }
      : query,
  );
  return {
    ...known,
    attributes: { ...more.attributes, ...known.attributes },
    queries: [...known.queries, ...queries],
  };
}

const lineProblem = (
  code: Problem["code"],
  message: string,
  place: { readonly file?: string; readonly line?: number },
  severity: Problem["severity"],
): Problem => ({
  code,
  message,
  ...(place.file === undefined ? {} : { file: place.file }),
  ...(place.line === undefined ? {} : { line: place.line }),
  severity,
});

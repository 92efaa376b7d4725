import { escapePattern } from "#lib/kit/escape-pattern.ts";
import type { Provenance } from "#lib/model/edge.ts";

/** A query of an asset as it was written. `provenance.line` is the line of its file on which it begins. */
export interface WrittenQuery {
  readonly name: string;
  readonly sql: string;
  readonly provenance: Provenance;
}

/** What a step of a proof says about the place that it speaks of. */
export interface SoughtUse {
  /** The column that is read there. */
  readonly column?: string | undefined;
  /** The table that is read there, for where no column is known or none is named. */
  readonly table?: string | undefined;
  readonly expression?: string | undefined;
  readonly provenance?: Provenance | undefined;
}

export interface SqlLine {
  /** 1-based: of the file where the query knows its line there, else of the query. */
  readonly number: number;
  readonly parts: readonly { readonly text: string; readonly isHit: boolean }[];
}

export interface SqlPlace {
  /** The query's name. */
  readonly query: string;
  readonly lines: readonly SqlLine[];
  /** Lines of the query above and below what is shown. */
  readonly above: number;
  readonly below: number;
}

/** Lines shown before and after the place. */
const CONTEXT = 1;
/** A longer expression is cut: its beginning tells enough. */
const MOST_LINES = 12;

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Found {
  readonly query: WrittenQuery;
  readonly range: Range;
  /** What stands out within the range. */
  readonly hits: readonly Range[];
  /** The surer the place, the higher. */
  readonly score: number;
}

/**
 * The lines of a query in which a column is used, the use set off. The expression decides where it stands in the text as
 * it is; else the nearest mention of the column to the line that the step names. Undefined where no query holds either.
 */
export function findInSql(queries: readonly WrittenQuery[], use: SoughtUse): SqlPlace | undefined {
  const found = queries.flatMap((query) => lookIn(query, use));
  const best = found.reduce<Found | undefined>(
    (top, one) => (top === undefined || one.score > top.score ? one : top),
    undefined,
  );
  return best && placeOf(best);
}

function lookIn(query: WrittenQuery, use: SoughtUse): readonly Found[] {
  const text = blankComments(query.sql);
  const mentions = use.column === undefined ? [] : findName(text, use.column);
  const hint = hintOf(query, use.provenance);
  const isNamed = hint !== undefined ? 2 : 0;
  const wholes = use.expression === undefined ? [] : findExpression(text, use.expression);
  const whole = nearest(query.sql, wholes, hint);
  if (whole !== undefined) {
    const inside = mentions.filter(({ start, end }) => start >= whole.start && end <= whole.end);
    return [
      { query, range: whole, hits: inside.length > 0 ? inside : [whole], score: 4 + isNamed },
    ];
  }
  const mention = nearest(query.sql, mentions, hint);
  if (mention !== undefined)
    return [{ query, range: mention, hits: [mention], score: 1 + isNamed }];
  const table = use.table === undefined ? [] : findName(text, use.table);
  const read = nearest(query.sql, table, hint);
  if (read !== undefined) return [{ query, range: read, hits: [read], score: isNamed + 0.5 }];
  const line = hint === undefined ? undefined : rangeOfLine(query.sql, hint);
  return line === undefined ? [] : [{ query, range: line, hits: [], score: isNamed }];
}

/** The line of the query (from 0) that a step names, where the step speaks of the query's own file and lines. */
function hintOf(query: WrittenQuery, named: Provenance | undefined): number | undefined {
  const { file, line = 1 } = query.provenance;
  if (named?.file === undefined || named.line === undefined || named.file !== file)
    return undefined;
  const at = named.line - line;
  return at >= 0 && at < query.sql.split("\n").length ? at : undefined;
}

/** Comments as spaces of the same length, so that places stay the same. */
function blankComments(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith("'") ? part : part.replace(/[^\n]/g, " "),
  );
}

function findName(text: string, column: string): readonly Range[] {
  return matchesOf(text, `(?<![\\p{L}\\p{N}_$])${escapePattern(column)}(?![\\p{L}\\p{N}_$])`);
}

/** The same words and signs, whatever stands between them. */
function findExpression(text: string, expression: string): readonly Range[] {
  const tokens = expression
    .replace(/…$/, "")
    .match(/'(?:[^']|'')*'|[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu);
  return tokens === null ? [] : matchesOf(text, tokens.map(escapePattern).join("\\s*"));
}

function matchesOf(text: string, pattern: string): readonly Range[] {
  return [...text.matchAll(new RegExp(pattern, "giu"))].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length - 1;

/** The place nearest to a line; the first where no line is named. */
function nearest(
  text: string,
  places: readonly Range[],
  line: number | undefined,
): Range | undefined {
  if (line === undefined) return places[0];
  const away = ({ start }: Range) => Math.abs(lineAt(text, start) - line);
  return places.reduce<Range | undefined>(
    (best, place) => (best === undefined || away(place) < away(best) ? place : best),
    undefined,
  );
}

function rangeOfLine(text: string, line: number): Range {
  const lines = text.split("\n");
  const start = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
  return { start, end: start + (lines[line] ?? "").length };
}

function placeOf({ query, range, hits }: Found): SqlPlace {
  const lines = query.sql.split("\n");
  const first = Math.max(0, lineAt(query.sql, range.start) - CONTEXT);
  const wanted = Math.min(lines.length - 1, lineAt(query.sql, range.end) + CONTEXT);
  const last = Math.min(wanted, first + MOST_LINES - 1);
  const begin = query.provenance.line ?? 1;
  let offset = rangeOfLine(query.sql, first).start;
  const shown = lines.slice(first, last + 1).map((line, at): SqlLine => {
    const parts = cutLine(line, { offset, hits });
    offset += line.length + 1;
    return { number: begin + first + at, parts };
  });
  return { query: query.name, lines: shown, above: first, below: lines.length - 1 - last };
}

function cutLine(
  line: string,
  { offset, hits }: { readonly offset: number; readonly hits: readonly Range[] },
): SqlLine["parts"] {
  const parts: { text: string; isHit: boolean }[] = [];
  let at = 0;
  const add = (to: number, isHit: boolean) => {
    if (to > at) parts.push({ text: line.slice(at, to), isHit });
    at = Math.max(at, to);
  };
  for (const hit of hits) {
    add(Math.min(line.length, Math.max(0, hit.start - offset)), false);
    add(Math.min(line.length, Math.max(0, hit.end - offset)), true);
  }
  add(line.length, false);
  return parts;
}

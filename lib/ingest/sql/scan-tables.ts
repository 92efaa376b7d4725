import { makeTable } from "#lib/kit/make-table.ts";
import { type Dialect, foldName, splitName } from "./dialect.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";
import type { Writes } from "./writes.ts";

export interface ScannedTables {
  readonly reads: readonly { readonly path: readonly string[]; readonly line: number }[];
  /** The first of `targets`. */
  readonly writes?: Writes;
  /** Every table that the text writes, each once; a script or a procedure has several. */
  readonly targets: readonly Writes[];
}

/** Longer texts are searched for names after FROM and JOIN without being cut into tokens. */
const MAX_TOKENIZED = 1_000_000;
const NAME_AFTER =
  /\b(?:from|join|into|using)\s+((?:"[^"]{1,200}"|`[^`]{1,200}`|\[[^\]]{1,200}\]|[\w$#@]{1,200})(?:\s*\.\s*(?:"[^"]{1,200}"|`[^`]{1,200}`|\[[^\]]{1,200}\]|[\w$#@]{1,200})){0,3})/gi;

function scanLongText(sql: string, dialect: Dialect): ScannedTables {
  const reads = new Map<string, { readonly path: readonly string[]; readonly line: number }>();
  const line = lineCounter(sql);
  for (const found of sql.matchAll(NAME_AFTER)) {
    const path = splitName((found[1] ?? "").replace(/\s+/g, "")).map(({ text, quoted }) =>
      foldName(text, quoted, dialect),
    );
    const [first] = path;
    if (path.length === 1 && first !== undefined && NO_TABLE.has(first.toLowerCase())) continue;
    const key = path.join(".");
    if (!reads.has(key)) reads.set(key, { path, line: line(found.index) });
  }
  return { reads: [...reads.values()], targets: [] };
}

const BEFORE_TABLE = new Set(["from", "join", "using", "update", "clone"]);
/** At the start of a statement or a subquery these name the table that is shown: `summarize t`, `(table t)`. */
const SHOWS_TABLE = new Set(["table", "summarize", "describe"]);
const isStart = (before: Token | undefined): boolean =>
  before === undefined || before.text === ";" || before.text === "(" || before.lower === "from";
const NO_TABLE = new Set([
  "select",
  "lateral",
  "unnest",
  "table",
  "values",
  "with",
  "where",
  "on",
  "sample",
  "flatten",
  "set",
]);

/**
 * Table names of a text that could not be parsed: the names after FROM and JOIN that are no CTE of the text. A name too
 * many is harmless (it is marked as unknown), a name too few would read as safe.
 */
export function scanTables(sql: string, dialect: Dialect): ScannedTables {
  if (sql.length > MAX_TOKENIZED) return scanLongText(sql, dialect);
  const tokens = tokenizeSql(sql);
  const pairs = pairParentheses(tokens);
  const ctes = findCtes(tokens, pairs);
  const reads = new Map<string, { readonly path: readonly string[]; readonly line: number }>();
  const line = lineCounter(sql);
  for (let index = 0; index < tokens.length; index++) {
    if (!startsTable(tokens, index)) continue;
    for (const { path, start } of namesAfter({ tokens, pairs, dialect }, index + 1)) {
      const [first] = path;
      const known = path.length === 1 ? ctes.get(first?.toLowerCase() ?? "") : undefined;
      const isCte = known !== undefined && start > known;
      const key = path.join(".");
      if (!isCte && !reads.has(key)) reads.set(key, { path, line: line(start) });
    }
  }
  const targets = findTargets(tokens, dialect);
  for (const inner of bodiesIn(tokens)) {
    const scanned = scanTables(inner, dialect);
    for (const read of scanned.reads)
      if (!reads.has(read.path.join("."))) reads.set(read.path.join("."), read);
    targets.push(...scanned.targets);
  }
  const [writes] = targets;
  return { reads: [...reads.values()], targets, ...(writes ? { writes } : {}) };
}

/** Text in quotes that is SQL itself: bodies of procedures and tasks, `execute immediate '…'`, `unload ('…')`. */
function* bodiesIn(tokens: readonly Token[]): Generator<string> {
  const holds = tokens.some((token) => HOLDS_BODY.has(token.lower));
  for (const { kind, text } of tokens) {
    if (kind !== "string" || !/\b(?:select|insert|merge|update|create)\b/i.test(text)) continue;
    if (text.startsWith("$")) yield text.replace(/^\$\w*\$|\$\w*\$$/g, "");
    else if (holds) yield text.slice(1, -1).replaceAll("''", "'");
  }
}

const HOLDS_BODY = new Set([
  "procedure",
  "function",
  "task",
  "immediate",
  "execute",
  "exec",
  "unload",
  "do",
]);

/** `after insert or update of a on t`, `on update cascade`, `for update of t`: what is updated stands elsewhere, or is not known. */
const BEFORE_EVENT = new Set(["before", "after", "of", "or", "for", "on", "key"]);
const AFTER_EVENT = new Set(["of", "on", "or", "as", "cascade", "restrict", "execute"]);
const isEvent = (before: string | undefined, after: Token | undefined): boolean =>
  BEFORE_EVENT.has(before ?? "") || (after?.kind === "word" && AFTER_EVENT.has(after.lower));

function startsTable(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.kind !== "word") return false;
  if (token.lower === "copy")
    return index === 0 && !copiesIn(tokens) && tokens[1]?.lower !== "into";
  if (SHOWS_TABLE.has(token.lower)) return isStart(tokens[index - 1]);
  if (!BEFORE_TABLE.has(token.lower)) return false;
  const before = tokens[index - 1]?.lower;
  if (token.lower === "update" && isEvent(before, tokens[index + 1])) return false;
  // `extract(year from x)`, `trim(both from x)`, `is distinct from x` name no table.
  if (token.lower === "from" && index > 1 && isFileCopy(tokens, index)) return false;
  return !(token.lower === "from" && (before === "distinct" || isInsideExtract(tokens, index)));
}

/** `copy t to 'file'` reads the table that stands right after it; a file is no table. */
const isFileCopy = (tokens: readonly Token[], index: number): boolean =>
  tokens[0]?.lower === "copy" && tokens[index + 1]?.kind === "string";

function isInsideExtract(tokens: readonly Token[], index: number): boolean {
  for (let at = index - 1; at >= Math.max(0, index - 4); at--) {
    const token = tokens[at];
    if (token?.text === "(") {
      const name = tokens[at - 1]?.lower;
      return name === "extract" || name === "trim" || name === "substring" || name === "overlay";
    }
    if (token?.text === ")") return false;
  }
  return false;
}

interface FoundName {
  readonly path: readonly string[];
  readonly start: number;
}

interface ScannedText {
  readonly tokens: readonly Token[];
  readonly pairs: ReadonlyMap<number, number>;
  readonly dialect: Dialect;
}

/** The names of a list such as `a, db.b as x, (select …) y, c`; what stands in parentheses is found by itself. */
function* namesAfter({ tokens, pairs, dialect }: ScannedText, from: number): Generator<FoundName> {
  let at = from;
  for (let guard = 0; guard < 50; guard++) {
    const found = readName(tokens, at, dialect);
    const open = found?.next ?? at;
    const isOpen = tokens[open]?.text === "(";
    if (!found && !isOpen) return;
    const inner =
      found && isOpen && isStream(found.path) ? readName(tokens, open + 1, dialect) : undefined;
    if (found && !isOpen) yield { path: found.path, start: found.start };
    else if (inner) yield { path: inner.path, start: inner.start };
    at = skipAlias(tokens, isOpen ? (pairs.get(open) ?? tokens.length) + 1 : open);
    if (tokens[at]?.text !== ",") return;
    at++;
  }
}

const isStream = ([name]: readonly string[]): boolean => name?.toLowerCase() === "stream";

const isNamePart = (token: Token | undefined): token is Token =>
  token !== undefined &&
  (token.kind === "word" || token.kind === "quoted" || token.kind === "number");

function readName(
  tokens: readonly Token[],
  from: number,
  dialect: Dialect,
): (FoundName & { readonly next: number }) | undefined {
  const first = tokens[from];
  if (!isNamePart(first) || (first.kind === "word" && NO_TABLE.has(first.lower))) {
    return first?.kind === "string"
      ? { path: [first.text.slice(1, -1)], start: first.start, next: from + 1 }
      : undefined;
  }
  const path: string[] = [];
  let at = from;
  for (let token = tokens[at]; isNamePart(token); token = tokens[at]) {
    path.push(...partsOfToken(token, dialect));
    const separator = tokens[at + 1]?.text;
    if (separator !== "." && separator !== "-") return { path, start: first.start, next: at + 1 };
    at += 2;
  }
  return { path, start: first.start, next: at };
}

/** BigQuery writes a whole path in one pair of backticks. */
function partsOfToken(token: Token, dialect: Dialect): string[] {
  const quoted = token.kind === "quoted";
  const text = quoted ? token.text.slice(1, -1) : token.text;
  return quoted && token.text.startsWith("`") ? text.split(".") : [foldName(text, quoted, dialect)];
}

function skipAlias(tokens: readonly Token[], from: number): number {
  const at = tokens[from]?.lower === "as" ? from + 1 : from;
  return isNamePart(tokens[at]) && tokens[at + 1]?.text === "," ? at + 1 : at;
}

/**
 * By name, where it begins to hold: behind the CTE's own query, in which (`with orders as (select … from orders)`) it is still
 * the table, unless that is recursive.
 */
function findCtes(
  tokens: readonly Token[],
  pairs: ReadonlyMap<number, number>,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let isRecursive = false;
  for (let index = 0; index + 2 < tokens.length; index++) {
    const token = tokens[index];
    if (token?.lower === "with") isRecursive = tokens[index + 1]?.lower === "recursive";
    if (!isNamePart(token) || tokens[index + 1]?.lower !== "as" || tokens[index + 2]?.text !== "(")
      continue;
    const before = tokens[index - 1];
    if (before?.lower === "with" || before?.lower === "recursive" || before?.text === ",") {
      const name = token.kind === "quoted" ? token.text.slice(1, -1) : token.text;
      const from = isRecursive
        ? token.start
        : (tokens[pairs.get(index + 2) ?? tokens.length - 1]?.end ?? 0);
      const known = found.get(name.toLowerCase());
      if (known === undefined || from < known) found.set(name.toLowerCase(), from);
    }
  }
  return found;
}

/** By the place of each opening parenthesis, the place of the one that closes it. */
function pairParentheses(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const [index, { text }] of tokens.entries()) {
    if (text === "(") open.push(index);
    const opening = text === ")" ? open.pop() : undefined;
    if (opening !== undefined) pairs.set(opening, index);
  }
  return pairs;
}

const KINDS: Readonly<Record<string, Writes["kind"]>> = makeTable({
  insert: "insert",
  replace: "insert",
  copy: "insert",
  load: "insert",
  merge: "merge",
  table: "table",
  view: "view",
  model: "table",
});

/** Words that may stand between a verb and the name that it writes. */
const BETWEEN = new Set([
  "if",
  "not",
  "exists",
  "table",
  "into",
  "overwrite",
  "only",
  "low_priority",
  "ignore",
  "local",
  "inpath",
]);

function findTargets(tokens: readonly Token[], dialect: Dialect): Writes[] {
  const found = new Map<string, Writes>();
  for (let index = 0; index < tokens.length; index++) {
    const kind = kindAt(tokens, index);
    if (kind === undefined) continue;
    let at = index + 1;
    while (BETWEEN.has(tokens[at]?.lower ?? "")) at++;
    const name = readName(tokens, at, dialect);
    const key = name?.path.join(".");
    if (name && key !== undefined && !found.has(key)) found.set(key, { path: name.path, kind });
  }
  return [...found.values()];
}

/** What the word at this place does to the table that is named next; undefined: nothing. */
function kindAt(tokens: readonly Token[], index: number): Writes["kind"] | undefined {
  const token = tokens[index];
  if (token?.kind !== "word") return undefined;
  const next = tokens[index + 1]?.lower ?? "";
  const before = tokens[index - 1]?.lower ?? "";
  if (token.lower === "update")
    return ["for", "do", "key", "on", "then", "before", "after", "or"].includes(before) ||
      next === "set"
      ? undefined
      : "update";
  if (token.lower === "into")
    return before === "insert" ||
      before === "merge" ||
      before === "copy" ||
      before === "replace" ||
      before === "name"
      ? undefined
      : "insert";
  if (token.lower === "copy" && index === 0 && copiesIn(tokens)) return "insert";
  if (token.lower === "table" || token.lower === "view" || token.lower === "model")
    return createdAt(tokens, index) ? KINDS[token.lower] : undefined;
  const starts = next === "into" || (token.lower === "insert" && next === "overwrite");
  return starts ? KINDS[token.lower] : undefined;
}

/** `copy t (a, b) from 'file'`, and not `copy t to 'file'`. */
function copiesIn(tokens: readonly Token[]): boolean {
  const words = tokens.slice(0, 200).map((token) => token.lower);
  const from = words.indexOf("from");
  const to = words.indexOf("to");
  return words[1] !== "(" && from > 0 && (to < 0 || from < to);
}

/** `create [or replace] [temp] [dynamic] table`. */
function createdAt(tokens: readonly Token[], index: number): boolean {
  const words = tokens.slice(Math.max(0, index - 6), index).map((token) => token.lower);
  const start = words.lastIndexOf("create");
  return start >= 0 && words.slice(start + 1).every((word) => MODIFIERS.has(word));
}

const MODIFIERS = new Set(
  "or replace refresh alter temp temporary transient volatile global local unlogged external dynamic hybrid iceberg streaming live materialized secure recursive force".split(
    " ",
  ),
);

function lineCounter(text: string): (offset: number) => number {
  let at = 0;
  let line = 1;
  return (offset) => {
    for (; at < offset; at++) if (text.charCodeAt(at) === 10) line++;
    return line;
  };
}

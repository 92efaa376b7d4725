import type { Dialect } from "./dialect.ts";
import { applyEdits, type Edit } from "./token-edits.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";

/** Characters of a query that stands in for a variable: what grows longer is left to be read as a whole. */
const MAX_QUERY = 4_000;

/**
 * Variables of a script or a routine. One that a query fills stands for that query wherever it is used, so that
 * `where day > @last` shows what decides about `@last`.
 */
export class ScriptVariables {
  readonly #dialect: Dialect;
  /** In lower case, with the sign that marks them in T-SQL. */
  readonly #names: Set<string>;
  /** Names that a column has as well: without a sign they may be that. */
  readonly #alsoColumns: ReadonlySet<string>;
  readonly #queries = new Map<string, string>();

  constructor({
    dialect,
    names,
    text,
  }: {
    readonly dialect: Dialect;
    readonly names: readonly string[];
    /** All that the variables are used in. */
    readonly text: string;
  }) {
    this.#dialect = dialect;
    this.#names = new Set(names);
    this.#alsoColumns = new Set(
      tokenizeSql(text).flatMap(({ lower }, at, all) => (all[at - 1]?.text === "." ? lower : [])),
    );
  }

  /** Whether a statement only gives variables a value, and all that it reads is known by that. */
  note(sql: string): boolean {
    const tokens = tokenizeSql(sql);
    const given = tokens[0]?.lower === "select" ? fromSelect(sql, tokens) : fromValue(sql, tokens);
    if (given === undefined) return false;
    // `set language us`, `set spark.sql.x = 1`: settings of the session, and no variables.
    const isSetting = tokens[0]?.lower === "set" && !given.every(({ name }) => this.#isKnown(name));
    if (isSetting) return false;
    for (const { name } of given) this.#names.add(name);
    return given.every(({ name, query }) => query === undefined || this.#give(name, query));
  }

  #isKnown(name: string): boolean {
    return name.startsWith("@") || this.#names.has(name);
  }

  #give(name: string, query: string): boolean {
    const spelled = this.spell(query);
    const before = this.#queries.get(name);
    const now = before === undefined ? spelled : `coalesce((${before}), (${spelled}))`;
    if (now.length > MAX_QUERY) return false;
    this.#queries.set(name, now);
    return true;
  }

  /** A statement with queries, and else with signs for values, where it names variables. */
  spell(sql: string): string {
    if (this.#names.size === 0) return sql;
    const tokens = tokenizeSql(sql);
    const edits = tokens.flatMap((_, at): Edit[] => this.#edit(tokens, at) ?? []);
    return edits.length === 0 ? sql : applyEdits(sql, edits);
  }

  #edit(tokens: readonly Token[], at: number): Edit[] | undefined {
    const token = tokens[at];
    if (token?.kind !== "word" || !this.#names.has(token.lower)) return undefined;
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    if (before?.text === "." || after?.text === "." || after?.text === "(") return undefined;
    const query = this.#queries.get(token.lower);
    const value = query === undefined ? "?" : `(${query.replace(/\s+/g, " ")})`;
    const isBound = before?.text === ":" && before.end === token.start;
    if (isBound) return [{ start: before.start, end: token.end, text: value }];
    if (token.lower.startsWith("@"))
      return query === undefined
        ? undefined
        : [{ start: token.start, end: token.end, text: value }];
    if (this.#alsoColumns.has(token.lower) && this.#dialect !== "mysql") return undefined;
    if (before?.lower === "as" || after?.text === "=") return undefined;
    return [{ start: token.start, end: token.end, text: value }];
  }
}

interface GivenValue {
  readonly name: string;
  /** Absent for a value that no table gives. */
  readonly query?: string;
}

const given = (name: string, value: string): GivenValue =>
  /\bselect\b/i.test(value)
    ? { name: name.toLowerCase(), query: value }
    : { name: name.toLowerCase() };

/** `declare @a int = (select …), @b date`, `set v = (select …)`, `let v := …`, `v date default …`. */
function fromValue(sql: string, tokens: readonly Token[]): GivenValue[] | undefined {
  const from = /^(?:declare|let|set)$/.test(tokens[0]?.lower ?? "") ? 1 : 0;
  if (from === 0 && !isAssignment(tokens)) return undefined;
  if (tokens.some(({ lower }) => NO_VALUE.has(lower))) return undefined;
  const parts = splitAtCommas(tokens.slice(from));
  const found: GivenValue[] = [];
  let waiting: string[] = [];
  for (const part of parts) {
    const [first] = part;
    if (first?.kind !== "word") return undefined;
    const sign = part.findIndex(({ text, lower }) => text === "=" || lower === "default");
    const isName = part.length === 1 && !first.lower.startsWith("@");
    // `declare a, b date default …`: all of them get the value.
    waiting.push(first.lower);
    if (isName) continue;
    const [valueFrom, valueTo] = [part[sign + 1], part.at(-1)];
    const value = sign > 0 && valueFrom && valueTo ? sql.slice(valueFrom.start, valueTo.end) : "";
    for (const name of waiting) found.push(given(name, value));
    waiting = [];
  }
  return [...found, ...waiting.map((name) => ({ name }))];
}

/** `v := …`, `v date := …`, and the declaration of one variable among others. */
function isAssignment(tokens: readonly Token[]): boolean {
  const sign = tokens.findIndex(({ text }, at) => text === ":" && tokens[at + 1]?.text === "=");
  const type = sign < 0 ? tokens.findIndex(({ lower }) => lower === "default") : sign;
  return type > 0 && !tokens.slice(0, type).some(({ lower }) => lower === "select");
}

/** Cursors, sets of rows and handlers: what they read is used elsewhere than as a value. */
const NO_VALUE: ReadonlySet<string> = new Set(["cursor", "handler", "resultset", "table"]);

/** `select @a = max(x), @b = min(x) from t`, `select max(x), min(x) into a, b from t`. */
function fromSelect(sql: string, tokens: readonly Token[]): GivenValue[] | undefined {
  const end = topLevel(tokens, "from");
  const listEnd = end < 0 ? tokens.length : end;
  const tail = end < 0 ? "" : ` ${sql.slice(tokens[end]?.start)}`;
  const into = topLevel(tokens, "into");
  const list = splitAtCommas(tokens.slice(1, into < 0 ? listEnd : Math.min(into, listEnd)));
  const textOf = (part: readonly Token[]): string => sql.slice(part[0]?.start, part.at(-1)?.end);
  const query = (part: readonly Token[]): string => `select ${textOf(part)}${tail}`;
  if (into < 0) {
    const isGiven = (part: readonly Token[]): boolean =>
      part[0]?.text.startsWith("@") === true && part[1]?.text === "=";
    if (!list.every(isGiven)) return undefined;
    return list.map((part) => ({ name: part[0]?.lower ?? "", query: query(part.slice(2)) }));
  }
  const names = splitAtCommas(tokens.slice(into + 1, into < listEnd ? listEnd : undefined)).map(
    (part) => part.filter(({ text, lower }) => text !== ":" && lower !== "strict"),
  );
  if (into > listEnd || names.length !== list.length || names.some((part) => part.length !== 1))
    return undefined;
  return list.map((part, at) => ({ name: names[at]?.[0]?.lower ?? "", query: query(part) }));
}

function topLevel(tokens: readonly Token[], word: string): number {
  let depth = 0;
  return tokens.findIndex(({ text, lower }) => {
    if (text === "(") depth++;
    if (text === ")") depth--;
    return depth === 0 && lower === word;
  });
}

function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    if (token.text === "," && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";

/*
 * LookML: `key: value` pairs, where a value is a word, a text in quotes, a list, a block with or without a name, or, for
 * keys of SQL and HTML, everything up to two semicolons.
 */

export type LookmlValue = string | readonly LookmlValue[] | LookmlBlock;

export interface LookmlEntry {
  readonly key: string;
  readonly value: LookmlValue;
  /** 1-based. */
  readonly line: number;
}

export interface LookmlBlock {
  /** `view: orders { … }`; empty where the block has none. */
  readonly name: string;
  readonly entries: readonly LookmlEntry[];
}

export const isBlock = (value: LookmlValue): value is LookmlBlock =>
  typeof value === "object" && !Array.isArray(value);

/** Its value runs to `;;`, whatever stands in it. */
const RAW_KEY = /^(?:sql(?:_\w+)?|html|expression(?:_\w+)?)$/;
/** Keys that look like SQL, and hold a word or a block. */
const PLAIN_KEYS: ReadonlySet<string> = new Set([
  "sql_trigger_value_type",
  "expression_custom_filter_type",
]);

/** Deeper than any file that a person wrote. */
const MAX_DEPTH = 60;

/** The pairs of a LookML file, or a problem with the line where it stops being LookML. */
export function parseLookml(file: string, text: string): Result<readonly LookmlEntry[], Problem> {
  const reader = new LookmlReader(text);
  const entries = reader.entries(0);
  if (entries !== undefined && reader.atEnd()) return ok(entries);
  return err({
    code: "wrong-shape",
    message: "the file stops being LookML here",
    next: "Check the brackets, quotes and ;; before this line.",
    file,
    line: reader.line(),
    severity: "error",
  });
}

class LookmlReader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  atEnd(): boolean {
    this.skip();
    return this.at >= this.text.length;
  }

  line(): number {
    return this.text.slice(0, this.at).split("\n").length;
  }

  /** Up to a closing brace or the end. Undefined: a pair that cannot be read. */
  entries(depth: number): readonly LookmlEntry[] | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const found: LookmlEntry[] = [];
    for (;;) {
      this.skip();
      if (this.at >= this.text.length || this.text[this.at] === "}") return found;
      const line = this.line();
      const key = this.match(/[\w-]+/y);
      this.skip();
      if (key === undefined || this.match(/:/y) === undefined) return undefined;
      const value = this.value(key, depth);
      if (value === undefined) return undefined;
      found.push({ key, value, line });
    }
  }

  private value(key: string, depth: number): LookmlValue | undefined {
    if (RAW_KEY.test(key) && !PLAIN_KEYS.has(key)) return this.raw();
    this.skip();
    const sign = this.text[this.at];
    if (sign === '"') return this.quoted();
    if (sign === "[") return this.list(depth);
    if (sign === "{") return this.block("", depth);
    const word = this.match(/[^\s{}[\]",;]+/y);
    if (word === undefined) return undefined;
    this.skip();
    return this.text[this.at] === "{" ? this.block(word, depth) : word;
  }

  private raw(): string | undefined {
    const end = this.text.indexOf(";;", this.at);
    if (end < 0) return undefined;
    const found = this.text.slice(this.at, end).trim();
    this.at = end + 2;
    return found;
  }

  private quoted(): string | undefined {
    const found = this.match(/"(?:[^"\\]|\\[\s\S])*"/y);
    return found?.slice(1, -1).replace(/\\(["\\])/g, "$1");
  }

  private list(depth: number): readonly LookmlValue[] | undefined {
    this.at++;
    const found: LookmlValue[] = [];
    for (;;) {
      this.skip();
      if (this.match(/,/y) !== undefined) continue;
      if (this.match(/\]/y) !== undefined) return found;
      const item = this.item(depth);
      if (item === undefined) return undefined;
      found.push(item);
    }
  }

  /** `orders.id`, `"text"`, or `field: value` as filters and sorts have it. */
  private item(depth: number): LookmlValue | undefined {
    const word = this.text[this.at] === '"' ? this.quoted() : this.match(/[^\s{}[\]",:]+/y);
    if (word === undefined || depth > MAX_DEPTH) return undefined;
    this.skip();
    if (this.match(/:/y) === undefined) return word;
    this.skip();
    const value = this.text[this.at] === '"' ? this.quoted() : this.match(/[^\s{}[\]",]+/y);
    return value === undefined
      ? undefined
      : { name: word, entries: [{ key: "value", value, line: this.line() }] };
  }

  private block(name: string, depth: number): LookmlBlock | undefined {
    this.at++;
    const entries = this.entries(depth + 1);
    if (entries === undefined || this.match(/\}/y) === undefined) return undefined;
    return { name, entries };
  }

  private skip(): void {
    this.match(/(?:\s+|#[^\n]*)+/y);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

/** The blocks of a key, in their order. */
export const blocksOf = (
  entries: readonly LookmlEntry[],
  key: string,
): readonly { readonly block: LookmlBlock; readonly line: number }[] =>
  entries.flatMap((entry) =>
    entry.key === key && isBlock(entry.value) ? [{ block: entry.value, line: entry.line }] : [],
  );

/** The last text of a key: later ones win, as in refinements. */
export const textOf = (entries: readonly LookmlEntry[], key: string): string | undefined =>
  entries.findLast((entry) => entry.key === key && typeof entry.value === "string")?.value as
    | string
    | undefined;

/** A list of words; a single word counts as a list of one. */
export function wordsOf(entries: readonly LookmlEntry[], key: string): readonly string[] {
  const value = entries.findLast((entry) => entry.key === key)?.value;
  if (typeof value === "string") return [value];
  if (value === undefined || isBlock(value)) return [];
  return value.flatMap((item) =>
    typeof item === "string" ? item : isBlock(item) ? item.name : [],
  );
}

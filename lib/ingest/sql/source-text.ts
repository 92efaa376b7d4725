import { makeTable } from "#lib/kit/make-table.ts";
import { type Expr, type Span, tagOf } from "./ast.ts";

const LONGEST = 120;

/** The text that was parsed, with lines: to show expressions as people wrote them. */
export class SourceText {
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
      this.#lineStarts.push(at + 1);
  }

  #offsetOf(position: { readonly line: number; readonly column: number }): number {
    return (this.#lineStarts[position.line - 1] ?? 0) + position.column - 1;
  }

  /** The expression's text on one line, shortened; undefined where the tree has no positions for it. */
  excerpt(node: unknown): string | undefined {
    const range = this.#rangeOf(node);
    if (!range) return undefined;
    const [start, end] = withTypes(this.text, balance(this.text, range));
    const flat = this.text.slice(start, end).replace(/\s+/g, " ").trim();
    return flat.length > LONGEST ? `${flat.slice(0, LONGEST - 1)}…` : flat;
  }

  /** The same of a condition: a NOT before it has no position in the tree. */
  condition(node: Expr): string | undefined {
    const { tag, payload } = tagOf(node);
    if (tag === "Nested") return this.condition(payload as Expr);
    const { op, expr } = payload as { readonly op?: unknown; readonly expr: Expr };
    if (tag === "UnaryOp" && tagOf(op).tag === "Not") {
      const inner = this.condition(expr);
      return inner === undefined ? undefined : `not (${inner})`;
    }
    const said = this.excerpt(node);
    const test = lastTest(node);
    if (said === undefined || test === undefined) return said;
    return said.toLowerCase().endsWith(test) ? said : `${said} ${test}`;
  }

  #rangeOf(node: unknown): [number, number] | undefined {
    let start = Number.POSITIVE_INFINITY;
    let end = -1;
    const pending: unknown[] = [node];
    for (let steps = 0; pending.length > 0 && steps < 2000; steps++) {
      const next = pending.pop();
      if (next === null || typeof next !== "object") continue;
      const span = (next as { readonly span?: Span }).span;
      if (span && span.start.line > 0) {
        start = Math.min(start, this.#offsetOf(span.start));
        end = Math.max(end, this.#offsetOf(span.end));
      }
      for (const child of Object.values(next)) if (child !== span) pending.push(child);
    }
    return end < 0 ? undefined : [start, end];
  }
}

/** How a condition ends where its last part is a test whose words have no position in the tree. */
function lastTest(node: Expr): string | undefined {
  let last = node;
  for (;;) {
    const { tag, payload } = tagOf(last);
    if (tag !== "BinaryOp") return TESTS[tag];
    last = (payload as { readonly right: Expr }).right;
  }
}

const TESTS: Readonly<Record<string, string>> = makeTable({
  IsNull: "is null",
  IsNotNull: "is not null",
  IsTrue: "is true",
  IsNotTrue: "is not true",
  IsFalse: "is false",
  IsNotFalse: "is not false",
});

/** Widens a range until its parentheses are in pairs: the tree has no positions for them. */
function balance(text: string, [start, end]: readonly [number, number]): [number, number] {
  const to = closeAfter(text, start, end);
  const from = openBefore(text, start, to);
  const word = text[from] === "(" ? /[\w.]+$/.exec(text.slice(Math.max(0, from - 40), from)) : null;
  return [word ? from - word[0].length : from, to];
}

const WORD_BEFORE = /\b(?:date|time|timestamp|timestamptz|interval)\s*$/i;
const CAST_BEHIND = /^\s*::\s*[a-z_]\w*(?:\s*\(\s*\d+(?:\s*,\s*\d+)*\s*\))?(?:\s*\[\s*\])?/i;

/** `date '2026-01-01' + days::integer`: the types at both ends have no positions either. */
function withTypes(text: string, [start, end]: readonly [number, number]): [number, number] {
  const word =
    text[start] === "'" ? WORD_BEFORE.exec(text.slice(Math.max(0, start - 20), start)) : null;
  const cast = CAST_BEHIND.exec(text.slice(end, end + 60));
  return [start - (word?.[0].length ?? 0), end + (cast?.[0].length ?? 0)];
}

/** A function's name has a position, its arguments may have none: then what opens right after belongs to it. */
function closeAfter(text: string, start: number, end: number): number {
  const opensNow = /\w$/.test(text.slice(start, end))
    ? /^\s*\(/.exec(text.slice(end, end + 20))
    : null;
  let missing = unclosed(text.slice(start, end)) + (opensNow ? 1 : 0);
  let to = end + (opensNow?.[0].length ?? 0);
  for (const limit = Math.min(text.length, end + LONGEST); missing > 0 && to < limit; to++) {
    if (text[to] === "(") missing++;
    else if (text[to] === ")") missing--;
  }
  return to;
}

function openBefore(text: string, start: number, to: number): number {
  let extra = -Math.min(0, unclosedLow(text.slice(start, to)));
  let from = start;
  while (extra > 0 && from > 0 && start - from < LONGEST) {
    from--;
    if (text[from] === "(") extra--;
    else if (text[from] === ")") extra++;
  }
  return from;
}

function unclosed(text: string): number {
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")" && depth > 0) depth--;
  }
  return depth;
}

function unclosedLow(text: string): number {
  let depth = 0;
  let low = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    low = Math.min(low, depth);
  }
  return low;
}

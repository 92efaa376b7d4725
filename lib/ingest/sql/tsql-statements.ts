import type { Edit } from "./token-edits.ts";
import type { Token } from "./tokenize.ts";

export const STARTERS: ReadonlySet<string> = new Set(
  "select insert update delete merge declare set exec execute create alter drop truncate print use if".split(
    " ",
  ),
);

/** Which words belong to a statement that has begun with another, or behind a word that leaves it unfinished. */
const HOLDS: Readonly<Record<string, RegExp>> = {
  merge: /^(?:insert|update|delete|set|select)$/,
  update: /^set$/,
  alter: /^(?:drop|set|alter|select)$/,
};
const UNFINISHED =
  /^(?:union|all|except|intersect|as|for|on|then|else|begin|or|after|of|not|with|\(|,|=|\.)$/;
/** Of these the body follows: one statement that belongs to them. */
const LEADS: ReadonlySet<string> = new Set(["with", "insert", "if"]);
/** The statement that a text is in. */
export interface Current {
  readonly head: string;
  /** The head waits for the statement that it leads to. */
  readonly waits: boolean;
}

export const NONE: Current = { head: "", waits: false };

const beginWith = (word: string): Current => ({ head: word, waits: LEADS.has(word) });

/** A sign between the statements of a batch without blocks. */
export function separators(tokens: readonly Token[]): Edit[] {
  const edits: Edit[] = [];
  let depth = 0;
  let current = NONE;
  for (const [at, token] of tokens.entries()) {
    if (token.text === "(") depth += 1;
    else if (token.text === ")") depth -= 1;
    if (isEnd(tokens, at)) current = NONE;
    else if (depth === 0 && token.kind === "word" && !isOfName(tokens, at)) {
      const next = step(current, tokens, at);
      const isAnother = next !== current && STARTERS.has(token.lower);
      if (isAnother && current.head !== "" && !current.waits)
        edits.push({ start: token.start, end: token.start, text: ";" });
      current = next;
    }
  }
  return edits;
}

/**
 * The statement that the word at a place belongs to: the same one, or another. `with x as (…) insert …`, `insert … select`:
 * what was waited for may wait itself.
 */
export function step(current: Current, tokens: readonly Token[], at: number): Current {
  const { head, waits } = current;
  const word = tokens[at]?.lower ?? "";
  if (head === "") return beginWith(word);
  // `grant select on t`, `bulk insert t`: words of statements that are not taken apart.
  if (!STARTERS.has(head) && head !== "with") return current;
  if (!STARTERS.has(word))
    return head === "insert" && word === "values" ? { head, waits: false } : current;
  const before = tokens[at - 1]?.lower ?? "";
  const isOpen = UNFINISHED.test(before) && !(head === "set" && before === "on");
  const isPart = HOLDS[head]?.test(word) && !OF_RELATION.test(tokens[at + 1]?.lower ?? "");
  return isOpen || isPart || (word === "set" && waits) ? current : beginWith(word);
}

/** `alter table t drop column a` goes on, `… drop table b` is another statement. */
const OF_RELATION =
  /^(?:table|view|index|schema|database|procedure|proc|function|trigger|role|user)$/;

/** `drop table if exists t`: the condition of a name, not `if exists (…)`. */
export function isOfName(tokens: readonly Token[], at: number): boolean {
  const exists = tokens[at + 1]?.lower === "not" ? at + 2 : at + 1;
  const isCondition = tokens[at]?.lower === "if" && tokens[exists]?.lower === "exists";
  return isCondition && tokens[exists + 1]?.text !== "(";
}

export const isEnd = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.text === ";" || isBatchEnd(tokens, at);

/** GO on a line of its own: no name has it before or behind a dot. */
export const isBatchEnd = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.lower === "go" && tokens[at - 1]?.text !== "." && tokens[at + 1]?.text !== ".";

import { eachToken, type Token, tokenizeSql } from "./tokenize.ts";

/**
 * A chain such as `a or b or c` becomes a tree as deep as it is long, and the parser has a fixed stack: over about 700
 * operators it does not answer with an error but breaks for good. So the length of chains is counted before.
 */
export const MAX_CHAIN = 400;

const OPERATORS =
  /[-+*/%|=<>&^:!~]|\b(?:or|and|is|like|ilike|between|in|not|collate|union|except|intersect)\b/gi;

const CHAINS = new Set([
  "or",
  "and",
  "is",
  "like",
  "ilike",
  "between",
  "in",
  "not",
  "except",
  "intersect",
  "minus",
]);
const SET_OPERATIONS = new Set(["union", "except", "intersect", "minus"]);
const RESETS = new Set([
  "select",
  "from",
  "where",
  "when",
  "then",
  "else",
  "on",
  "having",
  "qualify",
  "join",
  "set",
  "values",
]);

/** More tokens than this are no statement that people write; a tree of them would take too much memory. */
export const MAX_TOKENS = 100_000;

/** True where a text has more tokens than the parser should be given. */
export function hasTooManyTokens(sql: string): boolean {
  if (sql.length <= MAX_TOKENS) return false;
  let count = 0;
  for (const _token of eachToken(sql)) if (++count > MAX_TOKENS) return true;
  return false;
}

/** A chain of set operations is a tree as well, with less on the stack for each. */
const MAX_SET_OPERATIONS = 2_000;

/** True where an expression of the text chains more operators than the parser can take. */
export function hasLongChain(sql: string): boolean {
  if (sql.length < MAX_CHAIN * 2 || countOperators(sql) < MAX_CHAIN) return false;
  const chains = new ChainCounter();
  let setOperations = 0;
  return tokenizeSql(sql).some((token) => {
    if (SET_OPERATIONS.has(token.lower)) setOperations++;
    return setOperations > MAX_SET_OPERATIONS || chains.add(token) > MAX_CHAIN;
  });
}

/** Counts operators since the last comma or clause, for each open parenthesis. */
class ChainCounter {
  readonly #counts: number[] = [0];
  #total = 0;

  /** Gives the operators that are open at this point, at all levels together. */
  add(token: Token): number {
    const { text } = token;
    if (text === "(" || text === "[") this.#counts.push(0);
    else if (text === ")" || text === "]") this.#close();
    else if (isReset(token)) this.#reset();
    else if (isOperator(token)) this.#grow();
    return this.#total;
  }

  #close(): void {
    if (this.#counts.length > 1) this.#total -= this.#counts.pop() ?? 0;
  }

  #reset(): void {
    this.#total -= this.#counts.at(-1) ?? 0;
    this.#counts[this.#counts.length - 1] = 0;
  }

  #grow(): void {
    this.#counts[this.#counts.length - 1] = (this.#counts.at(-1) ?? 0) + 1;
    this.#total++;
  }
}

const isReset = ({ kind, text, lower }: Token): boolean =>
  text === "," || text === ";" || (kind === "word" && RESETS.has(lower));

const isOperator = ({ kind, text, lower }: Token): boolean =>
  (kind === "symbol" && text !== ".") || (kind === "word" && CHAINS.has(lower));

function countOperators(sql: string): number {
  let count = 0;
  OPERATORS.lastIndex = 0;
  while (count < MAX_CHAIN && OPERATORS.test(sql)) count++;
  return count;
}

import { makeTable } from "#lib/kit/make-table.ts";

/*
 * Power Query's language, as far as lineage needs it: the steps of a `let`, calls with their arguments, lists, records and
 * the fields that an `each` names. It is read as a tree of brackets; operators stay in the order in which they stand.
 */

export type QueryNode =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "sign"; readonly text: string }
  | {
      readonly kind: "group";
      readonly open: "(" | "[" | "{";
      /** Parted by its commas. */
      readonly items: readonly (readonly QueryNode[])[];
    };

export interface QueryStep {
  readonly name: string;
  readonly nodes: readonly QueryNode[];
}

/** A query: its steps in order, and the one that it gives. A query without `let` is one step. */
export interface PowerQuery {
  readonly steps: readonly QueryStep[];
  readonly result: readonly QueryNode[];
}

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"]|"")*)"|#"((?:[^"]|"")*)"|(#?[\p{L}_][\p{L}\p{N}_.]*)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(=>|<=|>=|<>|\.\.\.|\?\?|[-+*/&=<>?@;.])|([([{])|([)\]}])|(,)/uy;

const CLOSING: Readonly<Record<string, string>> = makeTable({ "(": ")", "[": "]", "{": "}" });

/** Deeper than any query that a person or the editor wrote. */
const MAX_DEPTH = 100;

interface OpenGroup {
  readonly open: "(" | "[" | "{";
  readonly items: QueryNode[][];
}

/** Undefined where the text is no Power Query: a bracket that is not closed, a sign that it has not. */
export function parsePowerQuery(text: string): PowerQuery | undefined {
  const nodes = nodesOf(text);
  if (nodes === undefined) return undefined;
  return splitLet(nodes);
}

function nodesOf(text: string): readonly QueryNode[] | undefined {
  const stack: OpenGroup[] = [{ open: "(", items: [[]] }];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (found === null || !take(found, stack)) return undefined;
  }
  return stack.length === 1 ? stack[0]?.items[0] : undefined;
}

/** False where a bracket does not fit. */
function take(found: RegExpExecArray, stack: OpenGroup[]): boolean {
  const [, quoted, identifier, word, number, sign, opens, closes, comma] = found;
  const group = stack.at(-1);
  const list = group?.items.at(-1);
  if (opens !== undefined) {
    stack.push({ open: opens as OpenGroup["open"], items: [[]] });
    return stack.length <= MAX_DEPTH;
  }
  if (closes !== undefined) {
    if (stack.length < 2 || group === undefined || CLOSING[group.open] !== closes) return false;
    stack.pop();
    const items = group.items.filter(({ length }) => length > 0);
    stack.at(-1)?.items.at(-1)?.push({ kind: "group", open: group.open, items });
    return true;
  }
  // Outside of brackets a comma parts the steps of a `let`.
  if (comma !== undefined && stack.length > 1) group?.items.push([]);
  else if (comma !== undefined) list?.push({ kind: "sign", text: comma });
  else if (quoted !== undefined) list?.push({ kind: "text", text: unescaped(quoted) });
  else if (identifier !== undefined) list?.push({ kind: "word", text: unescaped(identifier) });
  else if (word !== undefined) list?.push({ kind: "word", text: word });
  else if (number !== undefined) list?.push({ kind: "number", text: number });
  else if (sign !== undefined) list?.push({ kind: "sign", text: sign });
  return true;
}

const unescaped = (text: string): string =>
  text
    .replaceAll('""', '"')
    .replaceAll("#(lf)", "\n")
    .replaceAll("#(cr,lf)", "\n")
    .replaceAll("#(cr)", "\r")
    .replaceAll("#(tab)", "\t");

const isWord = (node: QueryNode | undefined, text: string): boolean =>
  node?.kind === "word" && node.text === text;
const isSign = (node: QueryNode | undefined, text: string): boolean =>
  node?.kind === "sign" && node.text === text;

function splitLet(nodes: readonly QueryNode[]): PowerQuery {
  if (!isWord(nodes[0], "let")) return { steps: [], result: nodes };
  const steps: QueryStep[] = [];
  let from = 1;
  let depth = 0;
  for (let at = 1; at < nodes.length; at++) {
    const node = nodes[at];
    if (isWord(node, "let")) depth++;
    const ends = isWord(node, "in");
    if (ends && depth > 0) {
      depth--;
      continue;
    }
    if (depth > 0 || !(ends || isSign(node, ","))) continue;
    const step = stepOf(nodes.slice(from, at));
    if (step !== undefined) steps.push(step);
    from = at + 1;
    if (ends) return { steps, result: nodes.slice(from) };
  }
  return { steps, result: nodes.slice(from) };
}

function stepOf(nodes: readonly QueryNode[]): QueryStep | undefined {
  const equals = nodes.findIndex((node) => isSign(node, "="));
  const name = nodes
    .slice(0, equals)
    .map((node) => (node.kind === "group" ? "" : node.text))
    .join(" ");
  return equals < 1 ? undefined : { name, nodes: nodes.slice(equals + 1) };
}

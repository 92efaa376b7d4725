/*
 * TMDL, the text form of a Power BI model: objects by indentation, `key: value` below them, and expressions behind `=`,
 * on the same line, on lines that stand two steps deeper, or between three back ticks.
 */

export interface TmdlNode {
  /** `table`, `column`, `measure`, `partition`, `source` … */
  readonly kind: string;
  /** Without its quotes; empty where the object has none. */
  readonly name: string;
  readonly expression?: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly children: readonly TmdlNode[];
  /** 1-based. */
  readonly line: number;
}

interface OpenNode {
  readonly kind: string;
  readonly name: string;
  expression?: string;
  readonly properties: Map<string, string>;
  readonly children: OpenNode[];
  readonly line: number;
  readonly indent: number;
}

const NAME = `'(?:[^']|'')*'|[^\\s=:']\\S*`;
const HEAD = new RegExp(`^(?:ref\\s+)?([A-Za-z]+)(?:\\s+(${NAME}))?\\s*(?:=\\s*(.*))?$`);
const PROPERTY = /^([A-Za-z]\w*)\s*:\s*(.*)$/;

/** The objects of a TMDL file, with all that stands below them. Lines that fit nothing are passed over. */
export function parseTmdl(text: string): readonly TmdlNode[] {
  const root: OpenNode = open({ kind: "", name: "", line: 0, indent: -1 });
  const stack: OpenNode[] = [root];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const content = line.trim();
    if (content === "" || content.startsWith("///")) continue;
    const indent = indentOf(line);
    while (stack.length > 1 && (stack.at(-1)?.indent ?? 0) >= indent) stack.pop();
    const parent = stack.at(-1) ?? root;
    const property = PROPERTY.exec(content);
    if (property !== null && stack.length > 1) {
      parent.properties.set(property[1] ?? "", unquoted(property[2] ?? ""));
      continue;
    }
    const head = HEAD.exec(content);
    if (head === null) continue;
    const node = open({
      kind: head[1] ?? "",
      name: unquoted(head[2] ?? ""),
      line: at + 1,
      indent,
    });
    if (head[3] !== undefined) at = readExpression(node, { lines, at, start: head[3] });
    parent.children.push(node);
    stack.push(node);
  }
  return root.children;
}

const open = (about: Pick<OpenNode, "kind" | "name" | "line" | "indent">): OpenNode => ({
  ...about,
  properties: new Map(),
  children: [],
});

/** A tab counts as four blanks. */
function indentOf(line: string): number {
  let width = 0;
  for (const sign of line) {
    if (sign === "\t") width += 4;
    else if (sign === " ") width += 1;
    else break;
  }
  return width;
}

const FENCE = "```";

/** Takes the lines of the expression and gives the last of them. */
function readExpression(
  node: OpenNode,
  {
    lines,
    at,
    start,
  }: { readonly lines: readonly string[]; readonly at: number; readonly start: string },
): number {
  const first = start.trim();
  if (first.startsWith(FENCE)) {
    const rest = first.slice(FENCE.length);
    const end = lines.findIndex((line, index) => index > at && line.trimEnd().endsWith(FENCE));
    const last = end < 0 ? lines.length - 1 : end;
    const body = lines.slice(at + 1, last + 1).join("\n");
    node.expression = `${rest}\n${body}`.replace(/```\s*$/, "").trim();
    return last;
  }
  if (first !== "") {
    node.expression = first;
    return at;
  }
  let last = at;
  let least: number | undefined;
  for (let next = at + 1; next < lines.length; next++) {
    const line = lines[next] ?? "";
    if (line.trim() === "") continue;
    const indent = indentOf(line);
    // Hands and tools indent by one step or by two: the first line says which. Properties stand at one.
    if (least === undefined && PROPERTY.test(line.trim())) break;
    least ??= indent;
    if (indent <= node.indent || indent < least) break;
    last = next;
  }
  node.expression = lines
    .slice(at + 1, last + 1)
    .join("\n")
    .trim();
  return last;
}

/** A name without its quotes. */
export const unquoted = (name: string): string =>
  name.startsWith("'") && name.endsWith("'") && name.length > 1
    ? name.slice(1, -1).replaceAll("''", "'")
    : name.startsWith('"') && name.endsWith('"') && name.length > 1
      ? name.slice(1, -1).replaceAll('""', '"')
      : name;

export const childrenNamed = (node: TmdlNode, kind: string): readonly TmdlNode[] =>
  node.children.filter((child) => child.kind === kind);

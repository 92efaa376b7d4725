import { makeTable } from "#lib/kit/make-table.ts";
import type { QueryNode } from "./parse-power-query.ts";
import type { Grouping, TableStep } from "./table-step.ts";

const FOLDS: Readonly<Record<string, string>> = makeTable({
  "List.Sum": "SUM",
  "List.Average": "AVG",
  "List.Min": "MIN",
  "List.Max": "MAX",
  "List.Count": "COUNT",
  "List.NonNullCount": "COUNT",
  "List.Median": "MEDIAN",
  "Table.RowCount": "COUNT",
});

/** The texts of a node list, through lists, in their order. */
export const textsIn = (nodes: readonly QueryNode[]): readonly string[] =>
  nodes.flatMap((node): readonly string[] => {
    if (node.kind === "text") return [node.text];
    return node.kind === "group" && node.open === "{" ? node.items.flatMap(textsIn) : [];
  });

/** `{{"a", "b"}, {"c", "d"}}`, or a single pair without the outer list. */
export function listsOfTexts(nodes: readonly QueryNode[]): readonly (readonly string[])[] {
  const [list] = nodes;
  if (list?.kind !== "group" || list.open !== "{") return [];
  const isSingle = list.items[0]?.[0]?.kind === "text";
  return isSingle ? [list.items.flatMap(textsIn)] : list.items.map(textsIn);
}

/** The first text of each inner list: the columns of `{{"a", type text}, …}`. */
export const firstTexts = (nodes: readonly QueryNode[]): readonly string[] =>
  listsOfTexts(nodes).flatMap(([first]) => first ?? []);

/** The fields that an `each` names: `[Amount]`, but not `Record[Field]` of something else than the row. */
export function fieldsIn(nodes: readonly QueryNode[]): readonly string[] {
  const found = new Set<string>();
  const walk = (list: readonly QueryNode[]): void => {
    for (const node of list) {
      if (node.kind !== "group") continue;
      const [only, ...others] = node.items;
      const words = (only ?? []).filter((one) => one.kind === "word" || one.kind === "number");
      const isField =
        node.open === "[" &&
        others.length === 0 &&
        words.length > 0 &&
        words.length === only?.length;
      if (isField) found.add(words.map((one) => one.text).join(" "));
      else node.items.forEach(walk);
    }
  };
  walk(nodes);
  return [...found];
}

/** A row's value: a plain field, arithmetic over fields as it stands, anything else as a function of its fields. */
export function eachSql(nodes: readonly QueryNode[], step: TableStep): string {
  const body = nodes[0]?.kind === "word" && nodes[0].text === "each" ? nodes.slice(1) : nodes;
  const fields = fieldsIn(body);
  if (fields.length === 0) return "'computed'";
  const plain = body.map((node): string | undefined => {
    if (node.kind === "number") return node.text;
    if (node.kind === "sign") return /^[-+*/]$/.test(node.text) ? node.text : undefined;
    const [field] = node.kind === "group" ? fieldsIn([node]) : [];
    return node.kind === "group" && node.open === "[" && field !== undefined
      ? step.column(field)
      : undefined;
  });
  return plain.every((part) => part !== undefined)
    ? `(${plain.join(" ")})`
    : `computed(${fields.map(step.column).join(", ")})`;
}

/** `Table.Group(t, {"key"}, {{"total", each List.Sum([amount]), type number}})`. */
export function grouping(args: readonly (readonly QueryNode[])[]): Grouping {
  const [list] = args[2] ?? [];
  const isSingle = list?.kind === "group" && list.items[0]?.[0]?.kind === "text";
  const items =
    list?.kind !== "group"
      ? []
      : isSingle
        ? [list.items]
        : list.items.flatMap(([inner]) => (inner?.kind === "group" ? [inner.items] : []));
  const folds = items.flatMap(
    (item): readonly (readonly [string, (before: TableStep) => string])[] => {
      const [name] = textsIn(item[0] ?? []);
      return name === undefined ? [] : [[name, (before) => foldSql(item[1] ?? [], before)]];
    },
  );
  return { keys: textsIn(args[1] ?? []), folds: new Map(folds) };
}

function foldSql(nodes: readonly QueryNode[], before: TableStep): string {
  const fields = fieldsIn(nodes);
  const fold = nodes.flatMap((node) => (node.kind === "word" ? (FOLDS[node.text] ?? []) : []))[0];
  if (fields.length === 0) return "COUNT(*)";
  return `${fold ?? "LISTAGG"}(${fields.map(before.column).join(", ")})`;
}

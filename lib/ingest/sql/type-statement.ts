import { splitRelationName } from "../relation-name.ts";

type Path = readonly string[];

/** What a statement about a type or a domain does to the columns that are of it. */
export type TypeStatement =
  /** With all columns of these types; without CASCADE a database refuses as long as there is one. */
  | { readonly kind: "drop"; readonly types: readonly Path[] }
  | {
      readonly kind: "rename-value";
      readonly type: Path;
      readonly from: string;
      readonly to: string;
    }
  | { readonly kind: "add-value"; readonly type: Path; readonly value: string };

const NAME = String.raw`(?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))*`;
const TEXT = String.raw`'((?:[^']|'')*)'`;
const DROP = new RegExp(
  String.raw`^drop\s+(?:type|domain)\s+(?:if\s+exists\s+)?(${NAME}(?:\s*,\s*${NAME})*)\s+cascade\s*$`,
  "i",
);
const RENAME_VALUE = new RegExp(
  String.raw`^alter\s+type\s+(${NAME})\s+rename\s+value\s+${TEXT}\s+to\s+${TEXT}\s*$`,
  "i",
);
const ADD_VALUE = new RegExp(
  String.raw`^alter\s+type\s+(${NAME})\s+add\s+value\s+(?:if\s+not\s+exists\s+)?${TEXT}`,
  "i",
);

const unquoted = (text = ""): string => text.replaceAll("''", "'");

/** PostgreSQL's types, read from their words; undefined: it is about none, or nothing of a column changes. */
export function readTypeStatement(sql: string): TypeStatement | undefined {
  const dropped = DROP.exec(sql)?.[1];
  if (dropped !== undefined)
    return { kind: "drop", types: dropped.split(",").map((one) => splitRelationName(one.trim())) };
  const renamed = RENAME_VALUE.exec(sql);
  if (renamed)
    return {
      kind: "rename-value",
      type: splitRelationName(renamed[1] ?? ""),
      from: unquoted(renamed[2]),
      to: unquoted(renamed[3]),
    };
  const added = ADD_VALUE.exec(sql);
  return added
    ? { kind: "add-value", type: splitRelationName(added[1] ?? ""), value: unquoted(added[2]) }
    : undefined;
}

import { splitRelationName } from "../relation-name.ts";
import type { Dialect } from "./dialect.ts";

/** DDL that one dialect spells in its own way, as every parser knows it; any other text is given back as it is. */
export function spellPlainDdl(sql: string, dialect: Dialect): string {
  const spellings = BY_DIALECT[dialect];
  if (spellings === undefined) return sql;
  // Without blanks and a semicolon at its end, no pattern below has to look for them from every place.
  const plain = sql.trim().replace(/;$/, "").trimEnd();
  for (const spell of spellings) {
    const spelled = spell(plain);
    if (spelled !== undefined) return spelled;
  }
  return sql;
}

type Spelling = (sql: string) => string | undefined;

const PART = String.raw`(?:\[[^\]]+\]|"[^"]+"|\x60[^\x60]+\x60|[\w$#]+)`;
const NAME = String.raw`${PART}(?:\s*\.\s*${PART})*`;
const TEXT = String.raw`N?'((?:[^']|'')*)'`;
const TABLE = String.raw`^(alter\s+table\s+(?:if\s+exists\s+)?${NAME})\s+`;

const PROCEDURE = /^(?:exec(?:ute)?\s+)?(?:(?:\[?sys\]?|\[?dbo\]?)\s*\.\s*)?\[?sp_rename\]?\s+/i;
const ARGUMENTS = new RegExp(
  String.raw`^(?:@objname\s*=\s*)?${TEXT}\s*,\s*(?:@newname\s*=\s*)?${TEXT}\s*(?:,\s*(?:@objtype\s*=\s*)?${TEXT})?$`,
  "i",
);

/** `sp_rename 'dbo.orders.note', 'remark', 'COLUMN'`: the new name is one word, whatever dots are in it. */
function renameByProcedure(sql: string): string | undefined {
  const called = PROCEDURE.exec(sql)?.[0];
  if (called === undefined) return undefined;
  const [, object, to, type = "object"] = ARGUMENTS.exec(sql.slice(called.length)) ?? [];
  if (object === undefined || to === undefined) return undefined;
  const path = splitRelationName(object.replaceAll("''", "'"));
  const name = quoted(to.replaceAll("''", "'"));
  const kind = type.toLowerCase();
  if (kind === "object") return `alter table ${path.map(quoted).join(".")} rename to ${name}`;
  const column = path.at(-1);
  if (kind !== "column" || column === undefined || path.length < 2) return undefined;
  const table = path.slice(0, -1).map(quoted).join(".");
  return `alter table ${table} rename column ${quoted(column)} to ${name}`;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const ALTER_COLUMN = new RegExp(
  String.raw`${TABLE}(alter\s+column\s+${PART})\s+(?!(?:add|drop|set|type)\b)([\s\S]+)$`,
  "i",
);
const NULLNESS = /\s(not\s+)?null$/i;
const COLLATION = /\bcollate\s+\w+/i;

/** `alter column amount int not null`: a type, and whether it takes nulls. */
function retypeColumn(sql: string): string | undefined {
  const [, table, column, rest] = ALTER_COLUMN.exec(sql) ?? [];
  if (table === undefined || column === undefined || rest === undefined) return undefined;
  const type = rest.replace(NULLNESS, "").replace(COLLATION, "").trim();
  const nullness = NULLNESS.exec(rest);
  const verb = nullness?.[1] === undefined ? "drop" : "set";
  const then = nullness === null ? "" : `, ${column} ${verb} not null`;
  return `${table} ${column} type ${type}${then}`;
}

const DROP_LIST = new RegExp(String.raw`${TABLE}drop\s+((?:column|constraint)\b[\s\S]*)$`, "i");
const DROPPED = new RegExp(
  String.raw`^(?:(column|constraint)\s+)?(if\s+exists\s+)?(${PART})$`,
  "i",
);

/** `drop column [a], [b], constraint c`: a name without a word is of the kind of the one before it. */
function dropEach(sql: string): string | undefined {
  const [, table, list] = DROP_LIST.exec(sql) ?? [];
  if (table === undefined || list === undefined || list.length > LONGEST_LIST) return undefined;
  let kind = "column";
  const drops: string[] = [];
  for (const item of list.split(OUTER_COMMA)) {
    const [, word, ifExists = "", name] = DROPPED.exec(item.trim()) ?? [];
    if (name === undefined) return undefined;
    kind = word ?? kind;
    drops.push(`drop ${kind} ${ifExists}${name}`);
  }
  return `${table} ${drops.join(", ")}`;
}

/** Nobody writes more by hand; each comma in it is looked at as far as the next bracket. */
const LONGEST_LIST = 10_000;
/** One that is in no name in brackets. */
const OUTER_COMMA = /,(?![^[\]]*\])/;

const TRANSFER = new RegExp(
  String.raw`^alter\s+schema\s+(${PART})\s+transfer\s+(?:object\s*::\s*)?(${NAME})$`,
  "i",
);

function moveTable(sql: string): string | undefined {
  const [, schema, table] = TRANSFER.exec(sql) ?? [];
  if (schema === undefined || table === undefined) return undefined;
  const path = splitRelationName(table).map(quoted).join(".");
  return `alter table ${path} set schema ${splitRelationName(schema).map(quoted).join(".")}`;
}

const DROP_COLUMNS = new RegExp(
  String.raw`${TABLE}drop\s+columns?\s+(?=\S)(if\s+exists\s+(?=\S))?(?:\(([^()]+)\)|([^()]+))$`,
  "i",
);

/** Databricks: `drop columns (a, b)`. */
function dropColumns(sql: string): string | undefined {
  const [, table, ifExists = "", inside, bare] = DROP_COLUMNS.exec(sql) ?? [];
  const names = (inside ?? bare)?.split(",").map((name) => name.trim());
  // A field of a struct is no column.
  if (table === undefined || !names?.every((name) => ONE_PART.test(name))) return undefined;
  return `${table} ${names.map((name) => `drop column ${ifExists}${name}`).join(", ")}`;
}

const ONE_PART = new RegExp(`^${PART}$`);

const BY_DIALECT: Readonly<Partial<Record<Dialect, readonly Spelling[]>>> = {
  tsql: [renameByProcedure, retypeColumn, dropEach, moveTable],
  databricks: [dropColumns],
  spark: [dropColumns],
};

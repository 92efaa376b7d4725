import type { ChangeKind } from "#lib/impact/change.ts";
import type { PastIncident } from "./past-incident.ts";

/** `shop.orders.amount was dropped`: a column or a table, which only the graph can tell. */
const NAME_GONE =
  /[\w$][`"']?\.[`"']?[\w$]+[`"']?\s+(?:(?:was|were|has been|is|got)\s+)?(?:dropped|removed|deleted)\b/i;

/** Words in which people tell what happened to data, the most telling first. */
const WORDS: readonly (readonly [RegExp, ChangeKind])[] = [
  [/\brenam(?:e|ed|ing)\b|\bnew name\b/i, "rename_column"],
  [
    /\b(?:drop|remov|delet)\w*\s+(?:the\s+|a\s+)?(?:column|field|attribute)|(?:column|field)\s+\S*\s*(?:was |has been |is |got )?(?:dropped|removed|deleted|missing|gone)|no such column|column .{0,60}(?:does not exist|not found)|(?:unknown|invalid|undefined) (?:column|identifier|field)|missing (?:column|field)/i,
    "drop_column",
  ],
  [
    /\b(?:table|view|dataset|topic)\s+\S*\s*(?:was |has been |is )?(?:dropped|removed|deleted)|relation .{0,60}does not exist|table not found/i,
    "table_dropped_or_renamed",
  ],
  [NAME_GONE, "drop_column"],
  [
    /\b(?:type|datatype|data type)\s+(?:change|mismatch)|changed (?:its |the )?type|cannot (?:be )?cast|invalid input syntax|overflow|could not convert|int(?:eger)? to (?:string|varchar|text)/i,
    "type_changed",
  ],
  [
    /\b(?:enum|categor(?:y|ies)|status value|unexpected value|unknown value|new value)\b/i,
    "enum_value_added",
  ],
  [
    /\b(?:unit|cents|currency|minor units|timezone|time zone|scale|meaning)\b/i,
    "unit_or_meaning_changed",
  ],
  [/\bnull(?:s|ed)?\b|\bempty (?:column|values|field)/i, "became_mostly_null"],
  [/\bduplicate(?:s|d)?\b|\bfan-?out\b|double.?count/i, "uniqueness_lost"],
  [/\b(?:missing|lost|fewer) rows\b|row count|partial load|data loss/i, "row_count_drop"],
  [/\b(?:late|stale|delay(?:ed)?|freshness|not updated|outdated|behind)\b/i, "late_freshness"],
  [
    /\bschema (?:change|mismatch|drift|evolution)|breaking change|incompatible schema/i,
    "drop_column",
  ],
];

/** Whether its words say of a name with a dot in it that it is gone. */
export const saysNameGone = ({ title, text }: PastIncident): boolean =>
  NAME_GONE.test(`${title}\n${text ?? ""}`);

/** What happened, as the export says, else as its words do; undefined: nobody can tell. */
export function guessKind({ cause, title, text }: PastIncident): ChangeKind | undefined {
  if (cause?.kind !== undefined) return cause.kind;
  return [title, text ?? ""]
    .flatMap((words) => WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? [])
    .at(0);
}

/** The data and its reader disagree about columns: what a pull request can show. */
const SCHEMA_KINDS: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  "drop_column",
  "rename_column",
  "type_changed",
  "type_widened",
  "type_narrowed_lossy",
  "type_incompatible",
  "nullable_to_required",
  "required_to_nullable",
  "add_required_column",
  "add_column_name_collision",
  "enum_value_added",
  "enum_value_removed_or_renamed",
  "column_order_changed",
  "table_dropped_or_renamed",
]);

export const isSchemaKind = (kind: ChangeKind): boolean => SCHEMA_KINDS.has(kind);

/** Happens to data while no file changes: no check of files can show it beforehand. */
const DATA_KINDS: ReadonlySet<ChangeKind> = new Set<ChangeKind>([
  "became_mostly_null",
  "row_count_drop",
  "late_freshness",
  "uniqueness_lost",
]);

export const isDataKind = (kind: ChangeKind): boolean => DATA_KINDS.has(kind);

const COLUMN_WORDS: readonly RegExp[] = [
  /\b(?:column|field|attribute)\s+[`"']?([\w.$]{1,200})/gi,
  /[`"']?([\w.$]{1,200})[`"']?\s+(?:column|field|attribute)\b/gi,
];

/** Words that are called columns, whatever they look like; without the alias of a query before them. */
export function columnsMentioned({ title, text }: PastIncident): readonly string[] {
  const words = `${title}\n${text ?? ""}`;
  const all = COLUMN_WORDS.flatMap((pattern) =>
    [...words.matchAll(pattern)].map(([, name = ""]) => name.replace(/^.*\.(?=.)|\.$/g, "")),
  );
  return [...new Set(all)].slice(0, 40);
}

/** Words that may be names of tables or columns: `shop.orders.amount`, `fct_orders`, what stands in quotes. */
export function namesMentioned({ title, text }: PastIncident): readonly string[] {
  const words = `${title}\n${text ?? ""}`;
  const quoted = [...words.matchAll(/[`"']([\w.$-]{2,200})[`"']/g)].map(([, name]) => name ?? "");
  const dotted = [...words.matchAll(/\b[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\b/g)].map(([name]) => name);
  const snake = [...words.matchAll(/\b[a-zA-Z]+(?:_[a-zA-Z0-9]+)+\b/g)].map(([name]) => name);
  const most = 40;
  return [...new Set([...quoted, ...dotted, ...snake])]
    .sort((a, b) => b.split(".").length - a.split(".").length)
    .slice(0, most);
}

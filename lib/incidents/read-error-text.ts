/** What the message of a failed query or run names, as it is spelt there but for its quotes, each name once. */
export interface NamesOfError {
  /** What failed: models of dbt, tasks of Airflow, tables that were written. */
  readonly failed: readonly string[];
  /** dbt tests: `not_null_orders_id`. */
  readonly tests: readonly string[];
  /** Tables that were read or looked for. */
  readonly tables: readonly string[];
  /** With what stood before the dot, which may be an alias of the query. */
  readonly columns: readonly string[];
  /** Columns that the engine saw instead: they tell which table it looked in. */
  readonly seen: readonly string[];
}

type Kind = keyof NamesOfError;

/** A name in any quotes, or plain, with its parts: `` `a`.`b` ``, `"a"."b"`, `p:d.t`. */
const NAME = String.raw`((?:[\x60"'][^\x60"']+[\x60"']|[\p{L}\p{N}_$:-]+)(?:\.(?:[\x60"'][^\x60"']+[\x60"']|[\p{L}\p{N}_$-]+))*)`;
const QUOTED = String.raw`((?:[\x60"'][^\x60"']+[\x60"']\.?)+)`;

const say = (text: string): RegExp =>
  new RegExp(text.replaceAll("NAME", NAME).replaceAll("QUOTED", QUOTED), "giu");

/** What messages look like; groups are names of the kinds beside, in order. */
const MESSAGES: readonly (readonly [RegExp, readonly Kind[]])[] = [
  // dbt
  [say(String.raw`\bin (?:model|snapshot|seed) NAME \(`), ["failed"]],
  [say(String.raw`\bin (?:unit_)?test NAME \(`), ["tests"]],
  [say(String.raw`\bcreating (?:\w+ ){1,3}model NAME`), ["failed"]],
  [say(String.raw`\bFAIL \d+ NAME`), ["tests"]],
  [
    /\|\s*([\p{L}\p{N}_$]+)\s*\|[^|]*\|[^|]*\|\s*(?:data type mismatch|missing in \w+)/giu,
    ["columns"],
  ],
  // Airflow
  [/<TaskInstance: ([\p{L}\p{N}_.-]+) [^>]*>/giu, ["failed"]],
  [/\bdag_id='?([\p{L}\p{N}_.-]+)'?,\s*task_id='?([\p{L}\p{N}_.-]+)/giu, ["failed", "failed"]],
  // Spark
  [say("parameter with name QUOTED cannot be resolved"), ["columns"]],
  [say("table or view QUOTED cannot be found"), ["tables"]],
  [say("table or view not found:? NAME"), ["tables"]],
  // DuckDB
  [say("(?:table|view) with name NAME does not exist"), ["tables"]],
  [say("referenced column QUOTED not found"), ["columns"]],
  [say("referenced table QUOTED not found"), ["tables"]],
  [say("does not have a column named QUOTED"), ["columns"]],
  [say("casting from source column NAME"), ["columns"]],
  // PostgreSQL
  [say("column NAME of relation NAME"), ["columns", "tables"]],
  [say("column NAME does not exist"), ["columns"]],
  [say("relation NAME does not exist"), ["tables"]],
  [say(String.raw`\bCOPY NAME, line \d+, column NAME`), ["tables", "columns"]],
  // Snowflake
  [say("invalid identifier QUOTED"), ["columns"]],
  [say("(?:object|table|view) QUOTED does not exist"), ["tables"]],
  // BigQuery
  [say("unrecognized name: NAME"), ["columns"]],
  [say("name NAME not found inside"), ["columns"]],
  [say("not found: (?:table|view) NAME"), ["tables"]],
  // pandas
  [say("KeyError: QUOTED"), ["columns"]],
  // The statement, where the message holds it
  [say(String.raw`\binsert (?:into|overwrite)(?: table)? NAME`), ["failed"]],
  [say(String.raw`(?<!casting )\b(?:from|join) NAME(?=[\s;)\]]|$)`), ["tables"]],
  [/\bcast\s*\(\s*([\p{L}\p{N}_.$]+)\s+as\b/giu, ["columns"]],
];

/** Where an engine lists what it knows instead. */
const SEEN =
  /(?:did you mean(?: one of the following\?)?|candidate bindings:|columns in from clause:)([^\n]{1,1000})/giu;

/** Messages are long where a whole log is pasted; what matters stands near both ends. */
const MOST_OF_EACH_END = 20_000;
const MOST_NAMES = 20;

/** `From` stands in English and in Python too: such a text alone is no error. */
const SIGNS =
  /error|exception|traceback|fail|not[ _]found|does not exist|cannot be|invalid|unrecognized|unresolved|taskinstance/i;

/** The names in a pasted error text; undefined where the text is none, or names nothing. */
export function readErrorText(whole: string): NamesOfError | undefined {
  if (!/\s/.test(whole.trim()) || !SIGNS.test(whole)) return undefined;
  const text =
    whole.length <= 2 * MOST_OF_EACH_END
      ? whole
      : `${whole.slice(0, MOST_OF_EACH_END)}\n${whole.slice(-MOST_OF_EACH_END)}`;
  const names: Record<Kind, Set<string>> = {
    failed: new Set(),
    tests: new Set(),
    tables: new Set(),
    columns: new Set(),
    seen: new Set(),
  };
  for (const [pattern, kinds] of MESSAGES) {
    for (const match of text.matchAll(pattern))
      kinds.forEach((kind, at) => {
        const name = plainName(match[at + 1] ?? "");
        if (name !== "" && names[kind].size < MOST_NAMES) names[kind].add(name);
      });
  }
  for (const [, list = ""] of text.matchAll(SEEN)) {
    for (const [quoted] of list.matchAll(/(?:[\x60"][^\x60"]+[\x60"]\.?)+|[\p{L}\p{N}_.]+(?=\?)/gu))
      if (names.seen.size < MOST_NAMES) names.seen.add(plainName(quoted));
  }
  const { failed, tests, tables, columns, seen } = names;
  if (failed.size + tests.size + tables.size + columns.size === 0) return undefined;
  return {
    failed: [...failed],
    tests: [...tests],
    tables: [...tables],
    columns: [...columns],
    seen: [...seen],
  };
}

const plainName = (name: string): string =>
  name
    .replace(/[\x60"'[\]]/g, "")
    .replaceAll(":", ".")
    .replace(/^\.+|\.+$/g, "");

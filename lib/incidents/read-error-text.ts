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
  /** Of `tables` and `columns`, those that the engine did not find. */
  readonly gone: readonly string[];
  /** Of `columns`, those with a value or a type that does not fit. */
  readonly unfit: readonly string[];
  /** Of `columns`, those of what failed itself: its contract says otherwise. */
  readonly own: readonly string[];
}

type Kind = keyof NamesOfError;
/** Kinds of names, in the order of the groups. */
type Groups = readonly (Kind | readonly Kind[])[];

/** A name in any quotes, or plain, with its parts: `` `a`.`b` ``, `"a"."b"`, `p:d.t`. */
const NAME = String.raw`((?:[\x60"'][^\x60"']+[\x60"']|[\p{L}\p{N}_$:-]+)(?:\.(?:[\x60"'][^\x60"']+[\x60"']|[\p{L}\p{N}_$-]+))*)`;
const QUOTED = String.raw`((?:[\x60"'][^\x60"']+[\x60"']\.?)+)`;

const say = (text: string): RegExp =>
  new RegExp(text.replaceAll("NAME", NAME).replaceAll("QUOTED", QUOTED), "giu");

const GONE_COLUMN: Groups = [["columns", "gone"]];
const GONE_TABLE: Groups = [["tables", "gone"]];
const UNFIT: Groups = [["columns", "unfit"]];

/** What messages look like; groups are names of the kinds beside, in order. */
const MESSAGES: readonly (readonly [RegExp, Groups])[] = [
  // dbt
  [say(String.raw`\bin (?:model|snapshot|seed) NAME \(`), ["failed"]],
  [say(String.raw`\bin (?:unit_)?test NAME \(`), ["tests"]],
  [say(String.raw`\bcreating (?:\w+ ){1,3}model NAME`), ["failed"]],
  [say(String.raw`\bFAIL \d+ NAME`), ["tests"]],
  [
    /\|\s*([\p{L}\p{N}_$]+)\s*\|[^|]*\|[^|]*\|\s*data type mismatch/giu,
    [["columns", "unfit", "own"]],
  ],
  [
    /\|\s*([\p{L}\p{N}_$]+)\s*\|[^|]*\|[^|]*\|\s*missing in definition/giu,
    [["columns", "gone", "own"]],
  ],
  [/\|\s*([\p{L}\p{N}_$]+)\s*\|[^|]*\|[^|]*\|\s*missing in contract/giu, [["columns", "own"]]],
  // Airflow
  [/<TaskInstance: ([\p{L}\p{N}_.-]+) [^>]*>/giu, ["failed"]],
  [/\bdag_id='?([\p{L}\p{N}_.-]+)'?,\s*task_id='?([\p{L}\p{N}_.-]+)/giu, ["failed", "failed"]],
  // Spark
  [say("parameter with name QUOTED cannot be resolved"), GONE_COLUMN],
  [say("table or view QUOTED cannot be found"), GONE_TABLE],
  [say("table or view not found:? NAME"), GONE_TABLE],
  // DuckDB
  [say("(?:table|view) with name NAME does not exist"), GONE_TABLE],
  [say("referenced column QUOTED not found"), GONE_COLUMN],
  [say("referenced table QUOTED not found"), GONE_TABLE],
  [say("does not have a column named QUOTED"), GONE_COLUMN],
  [say("casting from source column NAME"), UNFIT],
  // PostgreSQL
  [say("column NAME of relation NAME does not exist"), [["columns", "gone"], "tables"]],
  [say("column NAME of relation NAME"), ["columns", "tables"]],
  [say("column NAME does not exist"), GONE_COLUMN],
  [say("(?<!of )relation NAME does not exist"), GONE_TABLE],
  [say(String.raw`\bCOPY NAME, line \d+, column NAME`), ["tables", ["columns", "unfit"]]],
  [say("violates (?:unique|check|foreign key|not-null) constraint NAME"), ["tests"]],
  [/\bKey \(([\p{L}\p{N}_$]+)\)=\(/giu, UNFIT],
  // Redshift
  [say("column NAME does not exist in NAME"), [["columns", "gone"], "tables"]],
  // MySQL, Trino
  [say("\\btable QUOTED (?:doesn.t|does not) exist"), GONE_TABLE],
  [say("unknown column QUOTED in"), GONE_COLUMN],
  [say("\\bcolumn QUOTED cannot be (?:resolved|null)"), GONE_COLUMN],
  [say("for column QUOTED at row"), UNFIT],
  [say("duplicate entry .{0,200}? for key QUOTED"), UNFIT],
  // SQL Server
  [say("invalid object name QUOTED"), GONE_TABLE],
  [say("invalid column name QUOTED"), GONE_COLUMN],
  // Oracle
  [say("ORA-00904: QUOTED: invalid identifier"), GONE_COLUMN],
  [say("ORA-00942: table or view QUOTED does not exist"), GONE_TABLE],
  // ClickHouse
  [say("unknown (?:expression|identifier)[^:\\n]{0,60} identifier:? QUOTED"), GONE_COLUMN],
  [say("missing columns: QUOTED"), GONE_COLUMN],
  [say("unknown table expression identifier:? QUOTED"), GONE_TABLE],
  [say("\\btable NAME does(?: not|n.t) exist"), GONE_TABLE],
  // Snowflake
  [say("invalid identifier QUOTED"), GONE_COLUMN],
  [say("(?:object|table|view) QUOTED does not exist"), GONE_TABLE],
  // BigQuery
  [say("unrecognized name: NAME"), GONE_COLUMN],
  [say("name NAME not found inside"), GONE_COLUMN],
  [say("not found: (?:table|view) NAME"), GONE_TABLE],
  // pandas
  [say("KeyError: QUOTED"), GONE_COLUMN],
  // The statement, where the message holds it
  [say(String.raw`\binsert (?:into|overwrite)(?: table)? NAME`), ["failed"]],
  [say(String.raw`(?<!casting )\b(?:from|join) NAME(?=[\s;)\]]|$)`), ["tables"]],
  [/\bcast\s*\(\s*([\p{L}\p{N}_.$]+)\s+as\b/giu, UNFIT],
];

/** Where an engine lists what it knows instead. */
const SEEN =
  /(?:did you mean(?: one of the following\?)?|candidate bindings:|columns in from clause:)([^\n]{1,1000})/giu;

/** Messages are long where a whole log is pasted; what matters stands near both ends. */
const MOST_OF_EACH_END = 20_000;
const MOST_NAMES = 20;

/** `From` stands in English and in Python too: such a text alone is no error. */
const SIGNS =
  /error|exception|traceback|fail|not[ _]found|(?:does not|doesn.t) exist|violates|duplicate|unknown|cannot be|invalid|unrecognized|unresolved|taskinstance/i;

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
    gone: new Set(),
    unfit: new Set(),
    own: new Set(),
  };
  for (const [pattern, groups] of MESSAGES) {
    for (const match of text.matchAll(pattern))
      groups.forEach((kinds, at) => {
        const name = plainName(match[at + 1] ?? "");
        if (name === "") return;
        for (const kind of typeof kinds === "string" ? [kinds] : kinds)
          if (names[kind].size < MOST_NAMES) names[kind].add(name);
      });
  }
  for (const [, list = ""] of text.matchAll(SEEN)) {
    for (const [quoted] of list.matchAll(/(?:[\x60"][^\x60"]+[\x60"]\.?)+|[\p{L}\p{N}_.]+(?=\?)/gu))
      if (names.seen.size < MOST_NAMES) names.seen.add(plainName(quoted));
  }
  const { failed, tests, tables, columns } = names;
  if (failed.size + tests.size + tables.size + columns.size === 0) return undefined;
  return {
    failed: [...failed],
    tests: [...tests],
    tables: [...tables],
    columns: [...columns],
    seen: [...names.seen],
    gone: [...names.gone],
    unfit: [...names.unfit],
    own: [...names.own],
  };
}

const plainName = (name: string): string =>
  name
    .replace(/[\x60"'[\]]/g, "")
    .replaceAll(":", ".")
    .replace(/^\.+|\.+$/g, "");

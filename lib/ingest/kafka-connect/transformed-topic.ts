import { makeTable } from "#lib/kit/make-table.ts";
import { listOf } from "./name-list.ts";
import type { Connector } from "./parse-connectors.ts";

type Config = Connector["config"];

export interface TransformedTopic {
  /** A query over what the topic is called there. */
  readonly sql: (from: string) => string;
  /** The topic's name after transforms that route. */
  readonly routed: string;
  /** Transforms whose outcome is not known. */
  readonly lost: readonly string[];
}

/** A message on its way through the transforms. */
interface Stage {
  readonly sql: (from: string) => string;
  readonly routed: string;
  readonly isLost?: true;
}

type Transform = (stage: Stage, get: (key: string) => string | undefined) => Stage;

/** The single message transforms of a connector, one query around the other. */
export function transformedTopic({
  topic,
  config,
  sql = selectAll,
}: {
  readonly topic: string;
  readonly config: Config;
  /** What a message is before any transform. */
  readonly sql?: TransformedTopic["sql"];
}): TransformedTopic {
  const lost: string[] = [];
  let stage: Stage = { sql, routed: topic };
  for (const alias of listOf(config.get("transforms"))) {
    const get = (key: string) => config.get(`transforms.${alias}.${key}`);
    const type = get("type") ?? "";
    const [name = "", side] = type.slice(type.lastIndexOf(".") + 1).split("$");
    if (side === "Key" || PASSING.has(name)) continue;
    const transform = TRANSFORMS[name];
    // With a predicate it happens to some messages and not to others.
    const next = get("predicate") === undefined ? transform?.(stage, get) : undefined;
    if (next === undefined || next.isLost) lost.push(alias);
    else stage = next;
  }
  return { sql: withWhitelist(stage, config), routed: stage.routed, lost };
}

const selectAll = (from: string): string => `select * from ${from}`;

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const over = (stage: Stage, outputs: string): Stage => ({
  ...stage,
  sql: (from) => `select ${outputs} from (${stage.sql(from)}) as message`,
});

const listed = (names: readonly string[]): string => names.map(quote).join(", ");

/** They change the key, headers or the name of the schema. */
const PASSING: ReadonlySet<string> = new Set([
  "ValueToKey",
  "SetSchemaMetadata",
  "InsertHeader",
  "DropHeaders",
  "HeaderFrom",
  "HoistHeader",
  "TombstoneHandler",
  "DropIf",
]);

const TRANSFORMS: Readonly<Record<string, Transform>> = makeTable({
  ReplaceField(stage, get) {
    const dropped = listOf(get("exclude") ?? get("blacklist"));
    const kept = listOf(get("include") ?? get("whitelist"));
    const renamed = listOf(get("renames")).map((pair) => pair.split(":"));
    const chosen = kept.length > 0 ? over(stage, listed(kept)) : stage;
    const left = dropped.length > 0 ? over(chosen, `* exclude (${listed(dropped)})`) : chosen;
    const pairs = renamed.map(([from = "", to = ""]) => `${quote(from)} as ${quote(to)}`);
    return pairs.length > 0 ? over(left, `* rename (${pairs.join(", ")})`) : left;
  },
  Cast(stage, get) {
    const specs = listOf(get("spec")).map((pair) => pair.split(":"));
    if (specs.some(([, type]) => type === undefined)) return { ...stage, isLost: true };
    const casts = specs.map(
      ([field = "", type = ""]) =>
        `cast(${quote(field)} as ${CAST_TYPES[type] ?? type}) as ${quote(field)}`,
    );
    return over(stage, `* replace (${casts.join(", ")})`);
  },
  MaskField(stage, get) {
    const value = get("replacement");
    const masked = value === undefined ? "null" : quoteText(value);
    const fields = listOf(get("fields")).map((field) => `${masked} as ${quote(field)}`);
    return fields.length === 0 ? stage : over(stage, `* replace (${fields.join(", ")})`);
  },
  InsertField(stage, get) {
    const fixed = get("static.field");
    const added = [
      ...(fixed === undefined
        ? []
        : [`${quoteText(get("static.value") ?? "")} as ${quote(fixed)}`]),
      ...["topic.field", "partition.field", "offset.field", "timestamp.field"].flatMap((key) => {
        // A mark behind the name says whether the field may be missing.
        const field = get(key)?.replace(/[!?]$/, "");
        return field === undefined ? [] : [`${INSERTED[key]} as ${quote(field)}`];
      }),
    ];
    return added.length === 0 ? stage : over(stage, `*, ${added.join(", ")}`);
  },
  TimestampConverter(stage, get) {
    const field = get("field");
    const type = TIMESTAMP_TYPES[get("target.type") ?? ""];
    if (field === undefined || type === undefined) return { ...stage, isLost: true };
    return over(stage, `* replace (cast(${quote(field)} as ${type}) as ${quote(field)})`);
  },
  RegexRouter(stage, get) {
    const routed = route(stage.routed, get("regex"), get("replacement"));
    return routed === undefined ? { ...stage, isLost: true } : { ...stage, routed };
  },
  ByLogicalTableRouter(stage, get) {
    const routed = route(stage.routed, get("topic.regex"), get("topic.replacement"));
    return routed === undefined ? { ...stage, isLost: true } : { ...stage, routed };
  },
  /** Debezium's messages count as their rows from the start; fields beside them can be asked for. */
  ExtractNewRecordState(stage, get) {
    const added = listOf(get("add.fields")).map((field) => {
      const [from = "", to] = field.split(":");
      const prefix = get("add.fields.prefix") ?? "__";
      return to ?? `${prefix}${from.replaceAll(".", "_")}`;
    });
    const isRewritten =
      get("delete.handling.mode") === "rewrite" ||
      get("delete.tombstone.handling.mode") === "rewrite";
    const names = isRewritten ? [...added, "__deleted"] : added;
    if (names.length === 0) return stage;
    return over(stage, `*, ${names.map((name) => `now() as ${quote(name)}`).join(", ")}`);
  },
  ExtractField: (stage, get) => (get("field") === "after" ? stage : { ...stage, isLost: true }),
  /** Some messages are left out; which ones is decided by a condition in a language of its own. */
  Filter: (stage) => ({
    ...stage,
    sql: (from) => `${stage.sql(from)} where not_left_out()`,
  }),
});

const INSERTED: Readonly<Record<string, string>> = makeTable({
  "topic.field": "'topic'",
  "partition.field": "0",
  "offset.field": "0",
  "timestamp.field": "now()",
});

const CAST_TYPES: Readonly<Record<string, string>> = makeTable({
  int8: "tinyint",
  int16: "smallint",
  int32: "integer",
  int64: "bigint",
  float32: "real",
  float64: "double",
  string: "varchar",
});

const TIMESTAMP_TYPES: Readonly<Record<string, string>> = makeTable({
  string: "varchar",
  unix: "bigint",
  Date: "date",
  Time: "time",
  Timestamp: "timestamp",
});

const MAX_PATTERN = 200;

/** The whole name has to match, as in Java. A pattern that may take for ever is not tried. */
function route(
  topic: string,
  regex: string | undefined,
  replacement: string | undefined,
): string | undefined {
  if (regex === undefined || replacement === undefined) return undefined;
  if (regex.length > MAX_PATTERN || /[)\]}*+?][*+{]/.test(regex)) return undefined;
  try {
    return topic.replace(new RegExp(`^(?:${regex})$`), replacement);
  } catch {
    return undefined;
  }
}

/** What the JDBC sink is told to take of a message. */
function withWhitelist(stage: Stage, config: Config): TransformedTopic["sql"] {
  const kept = listOf(config.get("fields.whitelist") ?? config.get("fields.include.list"));
  return kept.length === 0 ? stage.sql : over(stage, listed(kept)).sql;
}

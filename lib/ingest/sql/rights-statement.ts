import { splitRelationName } from "../relation-name.ts";

/**
 * A statement after which somebody may see fewer rows of a table, or none, or what is written to it becomes something else;
 * without a relation it may be any table.
 */
export interface RightsStatement {
  readonly relation?: readonly string[];
}

const NAME = String.raw`((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))*)`;
const ROW_SECURITY = new RegExp(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${NAME}\s+(?:enable|force)\s+row\s+level\s+security\b`,
  "i",
);
const POLICY = new RegExp(
  String.raw`^(?:create|alter|drop)\s+policy\s+(?:if\s+exists\s+)?(?:"[^"]+"|\S+)\s+on\s+${NAME}`,
  "i",
);
/** BigQuery's. */
const ROW_POLICY =
  /^(?:create\s+(?:or\s+replace\s+)?row\s+access\s+policy\s+(?:if\s+not\s+exists\s+)?\S+|drop\s+(?:row\s+access\s+policy\s+(?:if\s+exists\s+)?\S+|all\s+row\s+access\s+policies))\s+on\s+([\w$.`-]+)/i;
const REVOKE = /^(?:revoke|deny)\b/i;
/** What takes nobody's view of a table: rights to write, to run, to make something. */
const REVOKED_OTHER =
  /^revoke\s+(?:grant\s+option\s+for\s+)?(?:(?:insert|update|delete|truncate|references|trigger|execute|create|connect|temporary|temp|maintain)\b[\s,]*)+on\b|^revoke\b[^;]*?\bon\s+(?:all\s+)?(?:functions?|procedures?|routines?|sequences?|language|type|domain|large\s+object|tablespace|parameter)\b/i;
const REVOKED_ON = new RegExp(
  String.raw`^revoke\b[\s\S]*?\bon\s+(?:table\s+)?(?!(?:all|schema|database|future)\b)${NAME}\s+from\b`,
  "i",
);
const RULE = new RegExp(
  String.raw`^create\s+(?:or\s+replace\s+)?rule\s+(?:"[^"]+"|\S+)\s+as\s+on\s+(?:select|insert|update|delete)\s+to\s+${NAME}[\s\S]*\bdo\s+instead\b`,
  "i",
);
/** One that runs after the row is written leaves the row as it is. */
const TRIGGER = new RegExp(
  String.raw`^create\s+(?:or\s+replace\s+)?trigger\s+(?:"[^"]+"|\S+)\s+(?:before|instead\s+of)\b[\s\S]*?\bon\s+${NAME}`,
  "i",
);
/** Takes with it what is made by it: columns, defaults, views. */
const TAKES_UNSEEN =
  /^drop\s+(?:extension|function|procedure|routine|aggregate|sequence|operator|collation|server|foreign\s+data\s+wrapper|language|access\s+method|conversion|text\s+search)\b[\s\S]*\bcascade\s*$/i;
const ROLE_GONE = /^drop\s+(?:role|user|owned|group)\b/i;

/** Row level security, policies, rules, triggers, rights and roles that are taken away, and what others hang on. */
export function readRightsStatement(sql: string): RightsStatement | undefined {
  const named = [ROW_SECURITY, POLICY, ROW_POLICY, RULE, TRIGGER].flatMap(
    (pattern) => pattern.exec(sql)?.[1] ?? [],
  )[0];
  if (named !== undefined) return { relation: splitRelationName(named) };
  if (ROLE_GONE.test(sql) || TAKES_UNSEEN.test(sql)) return {};
  if (!REVOKE.test(sql) || REVOKED_OTHER.test(sql)) return undefined;
  const on = REVOKED_ON.exec(sql)?.[1];
  return on === undefined ? {} : { relation: splitRelationName(on) };
}

const REFRESHED = new RegExp(
  String.raw`^refresh\s+materialized\s+view\s+(?:concurrently\s+)?${NAME}(\s+with\s+no\s+data)?`,
  "i",
);

/** A materialised view that is filled anew, or left so that whoever reads it fails. */
export function readRefresh(
  sql: string,
): { readonly relation: readonly string[]; readonly fills: boolean } | undefined {
  const [, name, noData] = REFRESHED.exec(sql) ?? [];
  return name === undefined
    ? undefined
    : { relation: splitRelationName(name), fills: noData === undefined };
}

const DETACHED = new RegExp(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${NAME}\s+(?:detach|drop|truncate)\s+partition\b`,
  "i",
);
const NO_CHILD = new RegExp(String.raw`^alter\s+table\s+[\s\S]*\bno\s+inherit\s+${NAME}\s*$`, "i");

const ATTACHED = new RegExp(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${NAME}\s+attach\s+partition\b`,
  "i",
);
const NEW_CHILD = new RegExp(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${NAME}\s+inherit\s+${NAME}\s*$`,
  "i",
);

/** The table that gets the rows of a part, as many as that has. */
export const readNewPart = (sql: string): readonly string[] | undefined => {
  const named = ATTACHED.exec(sql)?.[1] ?? NEW_CHILD.exec(sql)?.[2];
  return named === undefined ? undefined : splitRelationName(named);
};

/** The table that loses the rows of a part. */
export const readLostPart = (sql: string): readonly string[] | undefined => {
  const named = DETACHED.exec(sql)?.[1] ?? NO_CHILD.exec(sql)?.[1];
  return named === undefined ? undefined : splitRelationName(named);
};

const ONE_TABLE = String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${NAME}\s+`;
const PARTITION = new RegExp(String.raw`${ONE_TABLE}(attach|detach)\s+partition\s+${NAME}`, "i");
const CHILD = new RegExp(String.raw`${ONE_TABLE}(no\s+)?inherit\s+${NAME}\s*$`, "i");

/** That a table is a part of another from now on, or is so no longer. */
export function readPartLink(
  sql: string,
):
  | { readonly whole: readonly string[]; readonly part: readonly string[]; readonly joins: boolean }
  | undefined {
  const [, table, verb, partition] = PARTITION.exec(sql) ?? [];
  if (table !== undefined && partition !== undefined)
    return {
      whole: splitRelationName(table),
      part: splitRelationName(partition),
      joins: verb?.toLowerCase() === "attach",
    };
  const [, child, no, parent] = CHILD.exec(sql) ?? [];
  if (child === undefined || parent === undefined) return undefined;
  return {
    whole: splitRelationName(parent),
    part: splitRelationName(child),
    joins: no === undefined,
  };
}

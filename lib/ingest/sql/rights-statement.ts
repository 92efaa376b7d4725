import { splitRelationName } from "../relation-name.ts";

/** A statement after which somebody may see fewer rows of a table, or none; without a relation it may be any table. */
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
const REVOKE = /^revoke\b/i;
/** What takes nobody's view of a table: rights to write, to run, to make something. */
const REVOKED_OTHER =
  /^revoke\s+(?:grant\s+option\s+for\s+)?(?:(?:insert|update|delete|truncate|references|trigger|execute|create|connect|temporary|temp|maintain)\b[\s,]*)+on\b|^revoke\b[^;]*?\bon\s+(?:all\s+)?(?:functions?|procedures?|routines?|sequences?|language|type|domain|large\s+object|tablespace|parameter)\b/i;
const REVOKED_ON = new RegExp(
  String.raw`^revoke\b[\s\S]*?\bon\s+(?:table\s+)?(?!(?:all|schema|database|future)\b)${NAME}\s+from\b`,
  "i",
);
const ROLE_GONE = /^drop\s+(?:role|user|owned|group)\b/i;

/** Row level security, policies, rights and roles that are taken away. */
export function readRightsStatement(sql: string): RightsStatement | undefined {
  const named = ROW_SECURITY.exec(sql)?.[1] ?? POLICY.exec(sql)?.[1];
  if (named !== undefined) return { relation: splitRelationName(named) };
  if (ROLE_GONE.test(sql)) return {};
  if (!REVOKE.test(sql) || REVOKED_OTHER.test(sql)) return undefined;
  const on = REVOKED_ON.exec(sql)?.[1];
  return on === undefined ? {} : { relation: splitRelationName(on) };
}

const DETACHED = new RegExp(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${NAME}\s+(?:detach|drop|truncate)\s+partition\b`,
  "i",
);
const NO_CHILD = new RegExp(String.raw`^alter\s+table\s+[\s\S]*\bno\s+inherit\s+${NAME}\s*$`, "i");

/** The table that loses the rows of a part. */
export const readLostPart = (sql: string): readonly string[] | undefined => {
  const named = DETACHED.exec(sql)?.[1] ?? NO_CHILD.exec(sql)?.[1];
  return named === undefined ? undefined : splitRelationName(named);
};

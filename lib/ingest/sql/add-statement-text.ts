import type { Dialect } from "./dialect.ts";
import { spellPlainDdl } from "./dialect-ddl.ts";
import type { StatementFold } from "./fold-statements.ts";
import {
  readLostPart,
  readNewPart,
  readPartLink,
  readRefresh,
  readRightsStatement,
} from "./rights-statement.ts";
import { readSchemaStatement } from "./schema-statement.ts";
import type { StatementText } from "./split-statements.ts";
import { parseSql, type SqlParser } from "./sql-parser.ts";
import { readTypeStatement } from "./type-statement.ts";

/** Reads the text of one statement, and adds what it does to the fold. */
export function addStatementText(
  fold: StatementFold,
  written: StatementText,
  { dialect, parser }: { readonly dialect: Dialect; readonly parser: SqlParser },
): void {
  const piece = { ...written, sql: spellPlainly(written.sql, dialect) };
  const bare = piece.sql.replace(LEADING, "");
  fold.moveTo(bare);
  const part = readLostPart(bare);
  const rights = readRightsStatement(bare);
  const newPart = readNewPart(bare);
  if (part !== undefined) fold.losePart(part, piece);
  if (newPart !== undefined) fold.gainPart(newPart, piece);
  const link = readPartLink(bare);
  if (link !== undefined) fold.linkPart(link);
  if (rights !== undefined) fold.addRights(rights, piece);
  const type = readTypeStatement(bare);
  const refresh = readRefresh(bare);
  if (type !== undefined) fold.changeType(type, piece);
  if (refresh !== undefined) fold.refresh(refresh, piece);
  const isRead = [part, newPart, rights, type, refresh].some((one) => one !== undefined);
  if (isRead || HOUSEKEEPING.test(bare)) return;
  const schema = readSchemaStatement(piece.sql);
  if (schema !== undefined) {
    fold.change(schema, piece);
    return;
  }
  const parsed = parseSql({ sql: piece.sql, dialect, parser });
  if (!parsed.ok) fold.addUnparsed(piece, parsed.error);
  else for (const statement of parsed.value.statements) fold.add(statement, piece);
}

/** Comments before it stay, so that its lines are those of the text. */
export function spellPlainly(sql: string, dialect: Dialect): string {
  const before = LEADING.exec(sql)?.[0] ?? "";
  return `${before}${spellPlainDdl(sql.slice(before.length), dialect)}`;
}

const LEADING = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;
/** Sequences, types, owners, rights and partitions of a dump: nothing of them reads a table or names a column. */
const HOUSEKEEPING =
  /^(?:(?:create|alter|drop)\s+(?:sequence|extension|role|user|policy|publication|subscription|operator|aggregate|domain|collation|text\s+search|default\s+privileges|tablespace)\b|(?:create|alter|drop)\s+type\b|alter\s+[^;]*\bowner\s+to\s+[^;]*$|alter\s+(?:table|index)\s+[^;]*\b(?:attach|detach)\s+partition\b|alter\s+table\s+[^;]*\balter\s+column\s+[^;]*\b(?:add\s+generated|set\s+statistics|set\s+storage)\b|grant\b|revoke\b)/i;

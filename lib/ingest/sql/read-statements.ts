import { readBlock } from "./block-statements.ts";
import { type Dialect, findDialect } from "./dialect.ts";
import { spellPlainDdl } from "./dialect-ddl.ts";
import { StatementFold } from "./fold-statements.ts";
import {
  readLostPart,
  readNewPart,
  readPartLink,
  readRefresh,
  readRightsStatement,
} from "./rights-statement.ts";
import { readSchemaStatement } from "./schema-statement.ts";
import { type StatementText, splitStatements } from "./split-statements.ts";
import { parseSql, type SqlParser } from "./sql-parser.ts";
import type { ReadStatements } from "./statement-facts.ts";
import { spellTsql } from "./tsql-statements.ts";
import { readTypeStatement } from "./type-statement.ts";
import { keepCommitted } from "./undone-statements.ts";

export interface ReadStatementsInput {
  readonly sql: string;
  readonly dialect: string;
  readonly parser: SqlParser;
}

/** Reads a file of statements: declared tables with later ALTERs folded in, and the statements that write. */
export function readStatements({
  sql,
  dialect: name,
  parser,
}: ReadStatementsInput): ReadStatements {
  const dialect = findDialect(name) ?? "generic";
  const fold = new StatementFold({ dialect, parser });
  const text = dialect === "tsql" ? spellTsql(sql) : sql;
  for (const piece of keepCommitted(splitStatements(text), dialect)) {
    const block = readBlock(piece);
    if (block === undefined) addPiece(fold, piece, { dialect, parser });
    else {
      for (const inner of block.statements) addPiece(fold, inner, { dialect, parser });
      for (const inner of block.unread) fold.addUnread(inner);
    }
  }
  return fold.result();
}

function addPiece(
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

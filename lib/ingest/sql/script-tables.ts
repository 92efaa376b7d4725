import type { Statement } from "./ast.ts";
import { createsTemporary, targetName } from "./session-tables.ts";
import { tokenizeSql } from "./tokenize.ts";

/** Temporary tables of a text are no assets: the statements that read them carry what filled them. */
export class ScriptTables {
  /** By name in lower case: the statements that filled it, each on one line. */
  readonly #filledBy = new Map<string, readonly string[]>();

  has(name: string): boolean {
    return this.#filledBy.has(name.toLowerCase());
  }

  /** Whether a statement only makes or fills a temporary table; what it says is kept then. */
  keep(statement: Statement, sql: string): boolean {
    const name = targetName(statement);
    if (name === undefined || !(createsTemporary(statement) || this.#filledBy.has(name)))
      return false;
    const before = this.#filledBy.get(name) ?? [];
    const text = onOneLine(sql);
    this.#filledBy.set(name, [...new Set([...this.#needed(sql, name), ...before, text])]);
    return true;
  }

  /** A statement behind those that filled the temporary tables it names. */
  withNeeded(sql: string): string {
    return [...this.#needed(sql), sql].join("; ");
  }

  #needed(sql: string, except?: string): string[] {
    if (this.#filledBy.size === 0) return [];
    const words = new Set(
      tokenizeSql(sql).map((token) => token.lower.replace(/^[["`]|[\]"`]$/g, "")),
    );
    const found = [...this.#filledBy].flatMap(([name, texts]) =>
      name !== except && words.has(name) ? texts : [],
    );
    return [...new Set(found)];
  }
}

/** Comments go and line breaks with them, so that what follows keeps its lines. */
const onOneLine = (sql: string): string =>
  tokenizeSql(sql)
    .map((token, i, all) =>
      i > 0 && (all[i - 1]?.end ?? 0) < token.start ? ` ${token.text}` : token.text,
    )
    .join("")
    .replace(/\n/g, " ");

import type { Column } from "#lib/model/asset.ts";
import { pathKey, type RelationPath } from "./relation-path.ts";
import type { StatementText } from "./split-statements.ts";
import type { TwiceDeclared } from "./statement-facts.ts";
import type { TableDraft } from "./table-draft.ts";

interface Declared {
  readonly piece: StatementText;
  /** Of a table; absent: it is a view, and its text says what it is. */
  readonly draft?: TableDraft;
}

interface Pair {
  readonly path: RelationPath;
  readonly first: Declared;
  /** Of the first as they were when the second came: later statements alter the second. */
  readonly columns: readonly Column[];
  readonly second: Declared;
}

/**
 * Statements that create what an earlier one created, with nothing between that takes it away: an engine refuses the second,
 * and which of the two is so is not known. `or replace` and `if not exists` mean it, and are none of these.
 */
export class DeclaredTwice {
  readonly #known = new Map<string, Declared>();
  readonly #pairs: Pair[] = [];

  /** Whether a statement created it; what became of it since is not looked at. */
  knows(path: RelationPath): boolean {
    return this.#known.has(pathKey(path));
  }

  /** `isThere`: nothing has dropped or renamed what had the name; `isMeant`: the statement says what becomes of that. */
  note(
    path: RelationPath,
    {
      isThere,
      isMeant,
      ...second
    }: Declared & { readonly isThere: boolean; readonly isMeant: boolean },
  ): void {
    const key = pathKey(path);
    const first = isThere ? this.#known.get(key) : undefined;
    if (isMeant) this.#known.delete(key);
    else this.#known.set(key, second);
    if (first !== undefined && !isMeant)
      this.#pairs.push({ path, first, columns: first.draft?.columns ?? [], second });
  }

  /** Those of which the two say something else in the end. */
  list(): readonly TwiceDeclared[] {
    return this.#pairs
      .filter((pair) => differ(pair))
      .map(({ path, first, second }) => ({
        path,
        firstLine: first.piece.line,
        line: second.piece.line,
        sql: second.piece.sql,
        what:
          (first.draft === undefined) === (second.draft === undefined)
            ? second.draft === undefined
              ? "another query"
              : "other columns"
            : "as a table and as a view",
      }));
  }
}

function differ({ first, columns, second }: Pair): boolean {
  if (first.draft === undefined || second.draft === undefined)
    return first.draft !== second.draft || plain(first.piece.sql) !== plain(second.piece.sql);
  return said(columns) !== said(second.draft.columns);
}

const said = (columns: readonly Column[]): string =>
  columns.map(({ name, type = "" }) => `${name} ${type}`.toLowerCase()).join(", ");

const plain = (sql: string): string =>
  sql
    .replace(/\s+/g, " ")
    .replace(/[\s;]+$/, "")
    .trim()
    .toLowerCase();

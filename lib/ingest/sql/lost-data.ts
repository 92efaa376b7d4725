import type { DataLoss } from "#lib/model/fact.ts";
import { isObject, tagOf } from "./ast.ts";
import { pathKey } from "./relation-path.ts";
import type { StatementText } from "./split-statements.ts";

export interface LostData extends Pick<DataLoss, "kind" | "column" | "value" | "to"> {
  readonly path: readonly string[];
  readonly piece: StatementText;
  readonly isRefilled: boolean;
}

interface RowLoss extends Pick<DataLoss, "kind" | "column" | "value" | "to"> {
  path: readonly string[];
  readonly piece: StatementText;
  /** How many statements had been read before. */
  readonly at: number;
}

/** One column from its birth on, whatever it is called; `how` it is filled where it is a later one. */
interface Birth {
  readonly how: "nulls" | "default";
  readonly piece: StatementText;
  readonly at: number;
}

interface NamedColumns {
  /** Whom a name belonged to first, and whom it belongs to. */
  readonly first: Map<string, Birth>;
  readonly now: Map<string, Birth>;
  /** The statement that gave a name away by renaming. */
  readonly moved: Map<string, { readonly piece: StatementText; readonly at: number }>;
}

/** Remembers, while a text of statements is read, which tables and columns are not what they were. `Table` is the identity of one. */
export class LossRecord<Table extends { readonly path: readonly string[] }> {
  #rows: RowLoss[] = [];
  readonly #columns = new Map<Table, NamedColumns>();
  /** Who had a name first. */
  readonly #owners = new Map<string, Table>();
  readonly #made = new Map<Table, { readonly piece: StatementText; readonly at: number }>();

  /** `instead`: a table of that name is there already, so that a database would refuse; it counts as the same one. */
  created(
    table: Table,
    { instead, ...made }: { piece: StatementText; at: number; instead: Table | undefined },
  ): void {
    const key = pathKey(table.path);
    this.#made.set(table, made);
    const owner = this.#owners.get(key);
    if (owner === undefined || owner === instead) this.#owners.set(key, table);
  }

  rows(loss: RowLoss): void {
    this.#rows.push(loss);
  }

  column(table: Table, name: string, birth: Birth): void {
    const { first, now } = this.#of(table);
    const key = name.toLowerCase();
    now.set(key, birth);
    if (!first.has(key)) first.set(key, birth);
  }

  renamedColumn(
    table: Table,
    { from, to, ...statement }: { from: string; to: string; piece: StatementText; at: number },
  ): void {
    const { first, now, moved } = this.#of(table);
    const birth = now.get(from.toLowerCase());
    if (birth === undefined || from.toLowerCase() === to.toLowerCase()) return;
    now.delete(from.toLowerCase());
    now.set(to.toLowerCase(), birth);
    moved.set(to.toLowerCase(), statement);
    if (!first.has(to.toLowerCase())) first.set(to.toLowerCase(), birth);
  }

  /** What kept it from being read is over. */
  filled(path: readonly string[]): void {
    const key = pathKey(path);
    this.#rows = this.#rows.filter(
      ({ kind, path: of }) => kind !== "cannot be read" || pathKey(of) !== key,
    );
  }

  left(path: readonly string[]): void {
    this.#rows = this.#rows.filter((loss) => pathKey(loss.path) !== pathKey(path));
  }

  relocated(from: readonly string[], to: readonly string[], table: Table | undefined): void {
    if (table && !this.#owners.has(pathKey(to))) this.#owners.set(pathKey(to), table);
    for (const loss of this.#rows) if (pathKey(loss.path) === pathKey(from)) loss.path = to;
  }

  /** Of the tables that are there in the end. */
  list(
    tables: Iterable<Table>,
    writesAfter: (path: readonly string[], at: number) => boolean,
  ): readonly LostData[] {
    const found: LostData[] = this.#rows.map(({ at, ...loss }) => ({
      ...loss,
      isRefilled: writesAfter(loss.path, at),
    }));
    for (const table of tables) {
      const { path } = table;
      const made = this.#made.get(table);
      const owner = this.#owners.get(pathKey(path));
      if (owner !== undefined && owner !== table && made) {
        const isRefilled = writesAfter(path, made.at);
        found.push({ path, kind: "new table", piece: made.piece, isRefilled });
      } else for (const loss of this.#columnsOf(table, writesAfter)) found.push(loss);
    }
    return found;
  }

  #columnsOf(
    table: Table,
    writesAfter: (path: readonly string[], at: number) => boolean,
  ): readonly LostData[] {
    const { path } = table;
    const names = this.#columns.get(table);
    if (names === undefined) return [];
    return [...names.now].flatMap(([column, birth]): LostData[] => {
      if (names.first.get(column) === birth) return [];
      const move = names.moved.get(column);
      const { piece, at } = move ?? birth;
      const kind = move ? "other column" : birth.how;
      return [{ path, column, kind, piece, isRefilled: writesAfter(path, at) }];
    });
  }

  #of(table: Table): NamedColumns {
    const known = this.#columns.get(table);
    if (known) return known;
    const names = { first: new Map(), now: new Map(), moved: new Map() };
    this.#columns.set(table, names);
    return names;
  }
}

/** What the rows that are there already get in a column that is added. */
export const fillOf = (options: readonly unknown[] | undefined): "nulls" | "default" =>
  (options ?? []).some((option) => {
    const inner = isObject(option) && "option" in option ? option["option"] : option;
    const { tag, payload } = tagOf(inner);
    if (tag === "Generated" || tag === "Identity") return true;
    return tag === "Default" && !isNull(payload);
  })
    ? "default"
    : "nulls";

const isNull = (expr: unknown): boolean => JSON.stringify(expr).includes('"value":"Null"');

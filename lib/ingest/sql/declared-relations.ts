import type { DataLoss } from "#lib/model/fact.ts";
import { fillOf, LossRecord } from "./lost-data.ts";
import { pathInSchema, pathKey, type RelationPath, renamedPath } from "./relation-path.ts";
import type { SchemaStatement } from "./schema-statement.ts";
import { findInPlace, type SessionPlace } from "./session-place.ts";
import type { StatementText } from "./split-statements.ts";
import type { MovedRelation, ReadStatements, WritingStatement } from "./statement-facts.ts";
import type { ColumnDef, TableDraft } from "./table-draft.ts";

export type NewLoss = Pick<DataLoss, "kind" | "column" | "value" | "to">;

/** The tables and views of a text: which there are, under which name, what fills them, and what was taken from them. */
export class DeclaredRelations {
  readonly #tables = new Map<string, TableDraft>();
  readonly #statements: WritingStatement[] = [];
  readonly #gone = new Map<string, RelationPath>();
  readonly #tookViews: RelationPath[] = [];
  readonly #moved: MovedRelation[] = [];
  readonly #losses = new LossRecord<TableDraft>();
  /** Where names that are not written whole are looked for. */
  place: SessionPlace = [];

  result(): Pick<
    ReadStatements,
    "tables" | "statements" | "gone" | "moved" | "tookViews" | "losses"
  > {
    return {
      moved: this.#moved,
      tookViews: this.#tookViews,
      tables: [...this.#tables.values()].map((draft) => draft.finish()),
      statements: this.#statements,
      gone: [...this.#gone.values()],
      losses: this.#losses.list(this.#tables.values(), (path, at) =>
        this.#statements.some(
          ({ target, kind }, index) =>
            index >= at && kind !== "delete" && target && pathKey(target) === pathKey(path),
        ),
      ),
    };
  }

  addStatement(statement: WritingStatement): void {
    if (statement.target && (statement.kind === "table" || statement.kind === "view"))
      this.comesBack(statement.target);
    const target = statement.target && this.#inPlace(statement.target)?.path;
    const [defaultPath] = this.place;
    this.#statements.push({
      ...statement,
      ...(target ? { target } : {}),
      ...(defaultPath ? { defaultPath } : {}),
    });
  }

  /** A statement that says itself where its names are looked for. */
  addPlaced(statement: WritingStatement): void {
    this.#statements.push(statement);
  }

  /** The tables that the statements write, each once. */
  written(): RelationPath[] {
    const found = new Map<string, RelationPath>();
    for (const { target } of this.#statements) if (target) found.set(pathKey(target), target);
    return [...found.values()];
  }

  #inPlace(path: RelationPath): TableDraft | undefined {
    return this.place.length === 0
      ? undefined
      : findInPlace(path, this.place, [...this.#tables.values()]);
  }

  /** Whether a name that fits none for sure is the end of several. */
  isAmbiguous(path: RelationPath): boolean {
    const tail = pathKey(path);
    const fits = [...this.#tables.values()].filter(
      (table) => pathKey(table.path.slice(-path.length)) === tail,
    );
    return fits.length > 1;
  }

  /** A name that the text dropped is made again. */
  comesBack(path: RelationPath): void {
    this.#gone.delete(pathKey(path));
  }

  /** Notes who has the name from now on; `replaces`: the statement takes the place of a table of that name. */
  create(
    draft: TableDraft,
    { piece, replaces }: { piece: StatementText; replaces: boolean },
  ): void {
    const instead = replaces ? undefined : this.#tables.get(pathKey(draft.path));
    this.#losses.created(draft, { piece, at: this.#statements.length, instead });
  }

  addTable(draft: TableDraft): void {
    this.#tables.set(pathKey(draft.path), draft);
  }

  columnAdded(
    draft: TableDraft,
    name: string,
    born: { def: ColumnDef; piece: StatementText },
  ): void {
    const how = fillOf(born.def.options);
    this.#losses.column(draft, name, { how, piece: born.piece, at: this.#statements.length });
  }

  columnRenamed(
    draft: TableDraft,
    renamed: { readonly from: string; readonly to: string; readonly piece: StatementText },
  ): void {
    this.#losses.renamedColumn(draft, { ...renamed, at: this.#statements.length });
  }

  /** False: nobody can tell which table it is about. */
  lose(loss: NewLoss, path: RelationPath, piece: StatementText): boolean {
    const known = this.findPath(path);
    if (this.findTable(path) === undefined && this.isAmbiguous(path)) return false;
    if (known) this.#losses.rows({ ...loss, path: known, piece, at: this.#statements.length });
    return true;
  }

  /** A materialised view has its rows again. */
  filled(path: RelationPath): void {
    this.#losses.filled(this.findPath(path) ?? path);
  }

  /** The tables that declare a foreign key to this one, and those that declare one to them. */
  referringTo(path: RelationPath): readonly RelationPath[] {
    const found = new Map<string, RelationPath>();
    const open = [this.findPath(path) ?? path];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const table of this.#tables.values()) {
        const key = pathKey(table.path);
        const isFound = found.has(key) || !table.parents.some((one) => this.#isNamed(one, next));
        if (isFound) continue;
        found.set(key, table.path);
        open.push(table.path);
      }
    }
    return [...found.values()];
  }

  /** Its partitions and those that inherit from it, and theirs. */
  partsOf(draft: TableDraft): readonly TableDraft[] {
    const found = new Set<TableDraft>([draft]);
    // A set is walked in the order of adding, what is added on the way included.
    for (const one of found)
      for (const table of this.#tables.values()) if (table.wholes.has(one)) found.add(table);
    found.delete(draft);
    return [...found];
  }

  #isNamed(written: RelationPath, path: RelationPath | undefined): boolean {
    const meant = this.findTable(written)?.path ?? written;
    return path !== undefined && pathKey(meant) === pathKey(path);
  }

  /** Every column of a type, by the last part of its name. */
  columnsOfType(
    type: RelationPath,
  ): readonly { readonly draft: TableDraft; readonly name: string }[] {
    const wanted = type.at(-1)?.toLowerCase() ?? "";
    return [...this.#tables.values()].flatMap((draft) =>
      draft.columns.flatMap(({ name, type: own = "" }) =>
        own.split(".").at(-1)?.replaceAll('"', "").toLowerCase() === wanted
          ? [{ draft, name }]
          : [],
      ),
    );
  }

  /** A table or view of that very name: `if not exists` does nothing then. */
  isThere(path: RelationPath): boolean {
    const key = pathKey(path);
    if (this.#gone.has(key)) return false;
    return (
      this.#tables.has(key) ||
      this.#statements.some(
        ({ kind, target }) =>
          (kind === "table" || kind === "view") && target !== undefined && pathKey(target) === key,
      )
    );
  }

  /** By its whole name, by the end that is written, by its last part: the one table that fits first. */
  findTable(path: RelationPath): TableDraft | undefined {
    const exact = this.#inPlace(path) ?? this.#tables.get(pathKey(path));
    if (exact) return exact;
    for (const length of new Set([path.length, 1])) {
      const tail = pathKey(path.slice(-length));
      const loose = [...this.#tables.values()].filter(
        (table) => pathKey(table.path.slice(-length)) === tail,
      );
      if (loose.length === 1) return loose[0];
    }
    return undefined;
  }

  /** The whole name of a table or view, from what is written of it: the one whose name ends so, or that it ends with. */
  findPath(path: RelationPath): RelationPath | undefined {
    const placed = this.#inPlace(path);
    if (placed) return placed.path;
    const fits = (known: RelationPath): boolean => {
      const length = Math.min(path.length, known.length);
      return pathKey(known.slice(-length)) === pathKey(path.slice(-length));
    };
    const draft = this.findTable(path)?.path;
    if (draft && fits(draft)) return draft;
    return this.#statements.findLast(({ target }) => target && fits(target))?.target;
  }

  /** Folds what drops, renames or moves tables, views and schemas; the name that it says and nobody made, else nothing. */
  change(statement: SchemaStatement): RelationPath | undefined {
    switch (statement.kind) {
      case "drop":
        for (const path of statement.relations) {
          const known = this.findPath(path) ?? path;
          if (statement.takesViews) this.#tookViews.push(known);
          this.#leave(known);
        }
        return undefined;
      case "drop-schema":
        for (const path of this.#pathsIn(statement.schemas)) this.#leave(path);
        return undefined;
      case "rename-schema":
        for (const path of this.#pathsIn([statement.schema]))
          this.relocate(path, (old) => pathInSchema(old, statement.to));
        return undefined;
      default: {
        const { relation } = statement;
        const isKnown = this.findPath(relation) !== undefined;
        this.relocate(relation, (old) =>
          statement.kind === "move"
            ? pathInSchema(old, statement.schema)
            : renamedPath(old, statement.to),
        );
        return isKnown ? undefined : relation;
      }
    }
  }

  relocate(path: RelationPath, place: (old: RelationPath) => RelationPath): void {
    const from = this.findPath(path);
    if (from === undefined) return;
    const to = place(from);
    this.#moved.push({ from, to });
    const draft = this.#tables.get(pathKey(from));
    this.#losses.relocated(from, to, draft);
    this.#leave(from);
    this.comesBack(to);
    if (draft) {
      draft.path = to;
      this.#tables.set(pathKey(to), draft);
    }
    for (const [at, statement] of this.#statements.entries()) {
      if (statement.target && pathKey(statement.target) === pathKey(from))
        this.#statements[at] = { ...statement, target: to };
    }
  }

  /** The statements that filled it stay: what read it while it was there still came from them. */
  #leave(path: RelationPath): void {
    this.#tables.delete(pathKey(path));
    this.#losses.left(path);
    this.#gone.set(pathKey(path), path);
  }

  #pathsIn(schemas: readonly RelationPath[]): readonly RelationPath[] {
    const wanted = new Set(schemas.map((schema) => schema.at(-1)?.toLowerCase()));
    const all = [
      ...[...this.#tables.values()].map(({ path }) => path),
      ...this.#statements.flatMap(({ target }) => (target ? [target] : [])),
    ];
    return all.filter((path) => path.length > 1 && wanted.has(path.at(-2)?.toLowerCase()));
  }
}

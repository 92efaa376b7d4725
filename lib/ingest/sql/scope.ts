import type { AssetId } from "#lib/model/asset-id.ts";
import type { Expr, Ident } from "./ast.ts";
import { type Dialect, foldName, nameKey } from "./dialect.ts";
import type { RelationBuilder, Target } from "./plan-builder.ts";

export interface SchemaColumn {
  readonly name: string;
  readonly type?: string;
  readonly nullable?: boolean;
}

/** What the catalog knows of a table that a query names. */
export interface TableSchema {
  readonly asset: AssetId;
  readonly columns: readonly SchemaColumn[];
  /** The columns are all that there are; an unknown name is then an error of the query. */
  readonly complete: boolean;
  /** All tables that a wildcard such as BigQuery's `events_*` stands for, where there are several, by what each has for the star. */
  readonly matches?: readonly {
    readonly suffix: string | undefined;
    readonly table: TableSchema;
  }[];
}

/** A name in a query: as the dialect stores it, and the key that names are compared by. */
export interface Name {
  readonly text: string;
  readonly key: string;
  readonly quoted: boolean;
  /** 1-based; 0: not known. */
  readonly line: number;
  readonly column: number;
}

export function nameOf(ident: Ident, dialect: Dialect): Name {
  const quoted = ident.quote_style !== null && ident.quote_style !== undefined;
  const text = foldName(ident.value, quoted, dialect);
  return {
    text,
    key: nameKey(text, dialect),
    quoted,
    line: ident.span?.start.line ?? 0,
    column: ident.span?.start.column ?? 0,
  };
}

/** A column as a query sees it: `name` is what it is called there, `column` what the relation behind calls it. */
export interface VisibleColumn {
  readonly name: string;
  readonly column: string;
  readonly type?: string | undefined;
  readonly nullable?: boolean | undefined;
}

/** Columns by name: letter by letter first, then without case where that is unambiguous. */
export class ColumnIndex {
  readonly columns: readonly VisibleColumn[];
  readonly #exact = new Map<string, VisibleColumn>();
  readonly #lower = new Map<string, VisibleColumn | null>();

  constructor(columns: readonly VisibleColumn[]) {
    this.columns = columns;
    for (const column of columns) {
      if (!this.#exact.has(column.name)) this.#exact.set(column.name, column);
      const lower = column.name.toLowerCase();
      this.#lower.set(lower, this.#lower.has(lower) ? null : column);
    }
  }

  /** Another column differs in its letters' case alone. */
  hasTwin(name: string): boolean {
    return this.#lower.get(name.toLowerCase()) === null;
  }

  find(name: Name): VisibleColumn | undefined {
    return this.#exact.get(name.text) ?? this.#lower.get(name.text.toLowerCase()) ?? undefined;
  }
}

const indexOfSchema = new WeakMap<TableSchema, ColumnIndex>();

/** The index of a table's columns, made once for each schema object. */
export function columnsOfSchema(schema: TableSchema): ColumnIndex {
  const known = indexOfSchema.get(schema);
  if (known) return known;
  const made = new ColumnIndex(
    schema.columns.map((column) => ({ ...column, column: column.name })),
  );
  indexOfSchema.set(schema, made);
  return made;
}

/** One item of a FROM clause. */
export interface Source {
  /** What the query calls it; absent where it has no name. */
  readonly alias: Name | undefined;
  /** The table's name in parts as written, for `schema.table.column`; empty for everything else. */
  readonly path: readonly Name[];
  /** Absent: a table that no asset answers to, or a function of constants. */
  readonly target: Target | undefined;
  readonly columns: ColumnIndex;
  /** Columns beyond the known ones may be there. */
  readonly open: boolean;
  /** For open relations: adds a column that was not known and gives its name there. */
  readonly ensure?: (name: string) => string | undefined;
  /** A column added below would show here: a table, or a relation that passes on a star. */
  readonly passesNew: boolean;
  /** What a star over it gives where the items are structs of a known type. */
  readonly fields?: readonly string[];
  /** The alias itself is a value (`unnest(items) as item`), and this is its column. */
  readonly value?: VisibleColumn;
}

export interface ColumnPart {
  readonly source: Source;
  readonly column: VisibleColumn;
}

/** A column that USING or NATURAL made of several. */
export interface MergedColumn {
  readonly name: string;
  readonly parts: readonly ColumnPart[];
}

export interface CteScope {
  readonly find: (key: string) => CteEntry | undefined;
}

export interface CteEntry {
  readonly relation: RelationBuilder;
  readonly columns: ColumnIndex;
  readonly passesNew: boolean;
}

/** The names that a query block sees. */
export interface Scope {
  readonly sources: Source[];
  /** By key. */
  readonly merged: Map<string, MergedColumn>;
  readonly parent: Scope | undefined;
  readonly ctes: CteScope;
  /** The condition that rows of the sources must meet, before FROM is read. */
  where: Expr | undefined;
  /** Names without a qualifier that were resolved here, and to what. */
  readonly unqualified: Map<string, Source>;
  /** Names that were said with a qualifier too, by what they were resolved to. */
  readonly qualified: Map<Source, Set<string>>;
  /** Names without a qualifier that mean something else as long as no table here has such a column. */
  readonly borrowed: Set<string>;
  /** Names that GROUP BY takes for those of expressions, as long as no table here has such a column. */
  readonly keyNames: Set<string>;
  /** Tables beside the one that gives a key of USING, with its name: a column of that name in one of them makes it ambiguous. */
  readonly beside: Map<string, Set<Source>>;
  /** Columns that `columns(* exclude (…))` names and leaves out, and whose they are. */
  readonly leftOut: Map<string, Source>;
  /** Where each source is read first: the relation and its input there. */
  readonly homes: Map<Source, { readonly relation: RelationBuilder; readonly input: number }>;
  /** How often queries inside this block have named its columns: one that never does is not correlated. */
  readonly fromWithin: { count: number };
}

export function createScope(parent: Scope | undefined, ctes: CteScope): Scope {
  return {
    sources: [],
    merged: new Map(),
    parent,
    ctes,
    where: undefined,
    unqualified: new Map(),
    qualified: new Map(),
    borrowed: new Set(),
    keyNames: new Set(),
    beside: new Map(),
    leftOut: new Map(),
    homes: new Map(),
    fromWithin: { count: 0 },
  };
}

export type Resolution =
  | {
      readonly kind: "column";
      readonly source: Source;
      readonly column: VisibleColumn;
      /** What follows the column: fields of a struct. */
      readonly path: readonly Name[];
      /** 0: this block; more: an outer query. */
      readonly depth: number;
    }
  | {
      readonly kind: "merged";
      readonly merged: MergedColumn;
      readonly path: readonly Name[];
      readonly depth: number;
    }
  | { readonly kind: "row"; readonly source: Source; readonly depth: number }
  | { readonly kind: "ambiguous"; readonly sources: readonly Source[]; readonly depth: number }
  | { readonly kind: "missing" };

/** The column of a source for a name; an open source has every name. */
export function findColumn(source: Source, name: Name): VisibleColumn | undefined {
  const known = source.columns.find(name);
  if (known || !source.open) return known;
  const column = source.ensure ? source.ensure(name.text) : name.text;
  return column === undefined ? undefined : { name: name.text, column };
}

const MISSING: Resolution = { kind: "missing" };

/** Finds what a dotted name means, from the inner block outwards. Unknown names are `missing`, never guessed. */
export function resolveName(scope: Scope, names: readonly Name[]): Resolution {
  let depth = 0;
  for (let at: Scope | undefined = scope; at; at = at.parent, depth++) {
    const found = resolveIn(at, names, depth);
    if (found.kind === "missing") continue;
    if (depth > 0 && names.length === 1) noteBorrowed(scope, at, names);
    return found;
  }
  return MISSING;
}

/** The blocks between the name and the query around them that has it. */
function noteBorrowed(scope: Scope, owner: Scope, [name]: readonly Name[]): void {
  for (let at: Scope | undefined = scope; name && at && at !== owner; at = at.parent)
    at.borrowed.add(name.text);
}

function resolveIn(scope: Scope, names: readonly Name[], depth: number): Resolution {
  const [first] = names;
  if (!first) return MISSING;
  const qualified = names.length > 1 ? resolveQualified(scope, names, depth) : MISSING;
  if (qualified.kind !== "missing") return qualified;
  const bare = resolveBare({ scope, name: first, path: names.slice(1), depth });
  // What a table of the query is called is no column that an unlisted table may have.
  const isOfTable = names.length > 1 && findQualified(scope, [first]) !== undefined;
  const isGuess = bare.kind === "column" && bare.source.columns.find(first) === undefined;
  if (bare.kind !== "missing" && !(isOfTable && isGuess)) return bare;
  if (names.length > 1) return MISSING;
  const whole = scope.sources.find((source) => source.alias?.key === first.key);
  return whole ? { kind: "row", source: whole, depth } : MISSING;
}

function resolveQualified(scope: Scope, names: readonly Name[], depth: number): Resolution {
  for (let length = Math.min(names.length - 1, 3); length >= 1; length--) {
    const qualifier = names.slice(0, length);
    const source = findQualified(scope, qualifier);
    const name = names[length];
    if (!source || !name) continue;
    const column =
      source.value && !source.columns.find(name) ? undefined : findColumn(source, name);
    if (column) {
      noteQualified(scope, source, column.name);
      return { kind: "column", source, column, path: names.slice(length + 1), depth };
    }
    if (source.value) {
      return { kind: "column", source, column: source.value, path: names.slice(length), depth };
    }
  }
  return MISSING;
}

function noteQualified({ qualified }: Scope, source: Source, name: string): void {
  const names = qualified.get(source);
  if (names) names.add(name);
  else qualified.set(source, new Set([name]));
}

/** Names without a qualifier that would be found in a query around this one, if the table here had none: and whose they are. */
export function caughtNames({
  unqualified,
  qualified,
  parent,
}: Scope): readonly (readonly [name: string, source: Source])[] {
  if (parent === undefined) return [];
  return [...unqualified].filter(([name, source]) => {
    const wanted = { text: name, key: name, quoted: false, line: 0, column: 0 };
    if (qualified.get(source)?.has(name)) return false;
    for (let at: Scope | undefined = parent; at; at = at.parent) {
      if (at.merged.has(name)) return true;
      const owners = at.sources.filter(({ columns }) => columns.find(wanted));
      // Of several the engine does not choose: the query fails.
      if (owners.length > 0) return owners.length === 1;
    }
    return false;
  });
}

/** The source that a qualifier names: by alias, or by the tail of a table's path. */
export function findQualified(scope: Scope, qualifier: readonly Name[]): Source | undefined {
  const [only] = qualifier;
  if (qualifier.length === 1 && only) {
    const byAlias = scope.sources.find((source) => source.alias?.key === only.key);
    if (byAlias) return byAlias;
    const loosely = scope.sources.filter(
      (source) => source.alias?.text.toLowerCase() === only.text.toLowerCase(),
    );
    return loosely.length === 1 ? loosely[0] : undefined;
  }
  return scope.sources.find((source) => {
    const tail = source.path.slice(-qualifier.length);
    return (
      tail.length === qualifier.length &&
      tail.every((part, i) => part.text.toLowerCase() === qualifier[i]?.text.toLowerCase())
    );
  });
}

interface BareName {
  readonly scope: Scope;
  readonly name: Name;
  readonly path: readonly Name[];
  readonly depth: number;
}

function resolveBare({ scope, name, path, depth }: BareName): Resolution {
  const merged = scope.merged.get(name.key) ?? scope.merged.get(name.text.toLowerCase());
  if (merged) return { kind: "merged", merged, path, depth };
  const known = scope.sources.filter((source) => source.columns.find(name));
  const value = scope.sources.find((source) => source.value && source.alias?.key === name.key);
  if (known.length === 0 && value?.value) {
    return { kind: "column", source: value, column: value.value, path, depth };
  }
  const candidates = known.length > 0 ? known : scope.sources.filter((source) => source.open);
  const [only] = candidates;
  if (!only) return MISSING;
  if (candidates.length > 1) return { kind: "ambiguous", sources: candidates, depth };
  const column = findColumn(only, name);
  if (!column) return MISSING;
  scope.unqualified.set(column.name, only);
  return { kind: "column", source: only, column, path, depth };
}

import type { Column } from "#lib/model/asset.ts";
import {
  type DataType,
  type Expr,
  type Ident,
  identsOf,
  isObject,
  type ObjectName,
  tagOf,
} from "./ast.ts";
import type { Dialect } from "./dialect.ts";
import { typeText } from "./expression-type.ts";
import { pathKey } from "./relation-path.ts";
import { nameOf } from "./scope.ts";
import type { DeclaredTable } from "./statement-facts.ts";
import { findDropped, makeKey, type TableKey } from "./table-keys.ts";
import { enumValues } from "./type-meaning.ts";

export interface ColumnDef {
  readonly name: Ident;
  readonly data_type?: DataType;
  readonly options?: readonly unknown[];
}

type DraftColumn = { -readonly [Key in keyof Column]: Column[Key] };

interface NewDraft {
  readonly path: readonly string[];
  /** 1-based, of the CREATE. */
  readonly line: number;
  readonly dialect: Dialect;
}

/** A table as the statements read so far leave it: its columns and its keys. */
export class TableDraft {
  path: readonly string[];
  description: string | undefined;
  readonly line: number;
  readonly #dialect: Dialect;
  #columns: readonly Column[] = [];
  #primaryKey: readonly string[] = [];
  #uniqueKeys: readonly (readonly string[])[] = [];
  #keys: readonly TableKey[] = [];
  /** Names of constraints that make no rows unique, in lower case. */
  readonly #others = new Set<string>();
  /** By the name of its constraint in lower case: the column whose values a CHECK lists. */
  readonly #checks = new Map<string, string>();
  readonly #parents: (readonly string[])[] = [];
  readonly #wholes = new Map<TableDraft, "declared" | "attached">();
  readonly #unknownWholes: (readonly string[])[] = [];
  /** It has columns of a table that the text does not create. */
  isOpen = false;

  constructor({ path, line, dialect }: NewDraft) {
    this.path = path;
    this.line = line;
    this.#dialect = dialect;
  }

  get columns(): readonly Column[] {
    return this.#columns;
  }

  /** The tables that its rows must have a row in, as they are written. */
  get parents(): readonly (readonly string[])[] {
    return this.#parents;
  }

  /** The tables that it is a partition of, or inherits from. */
  get wholes(): ReadonlyMap<TableDraft, unknown> {
    return this.#wholes;
  }

  /** A name where the text does not create the table. */
  becomePartOf(whole: TableDraft | readonly string[], how: "declared" | "attached"): void {
    if (whole instanceof TableDraft) this.#wholes.set(whole, how);
    else this.#unknownWholes.push(whole);
  }

  leaveWhole(whole: TableDraft): void {
    this.#wholes.delete(whole);
  }

  /** Columns of the table that it is made a part of stand first; what it declares of them itself counts. */
  inheritColumns(columns: readonly Column[]): void {
    const own = new Map(this.#columns.map((column) => [column.name.toLowerCase(), column]));
    const first = columns.map((column) => {
      const declared = own.get(column.name.toLowerCase());
      own.delete(column.name.toLowerCase());
      return { ...column, ...declared };
    });
    this.#columns = [...first, ...own.values()];
  }

  #saidParts(): Pick<DeclaredTable, "partOf"> {
    const partOf = [
      ...[...this.#wholes].map(([{ path }, how]) => ({ path, how })),
      ...this.#unknownWholes.map((path) => ({ path, how: "declared" as const })),
    ];
    return partOf.length === 0 ? {} : { partOf };
  }

  finish(): DeclaredTable {
    return {
      ...(this.isOpen ? { isOpen: true as const } : {}),
      ...this.#saidParts(),
      path: this.path,
      columns: this.#columns,
      primaryKey: this.#primaryKey,
      uniqueKeys: this.#uniqueKeys,
      refersTo: this.#parents,
      line: this.line,
      ...(this.description === undefined ? {} : { description: this.description }),
    };
  }

  has(ident: Ident): boolean {
    const name = this.#text(ident).toLowerCase();
    return this.#columns.some((column) => column.name.toLowerCase() === name);
  }

  typeOf(ident: Ident): string | undefined {
    const name = this.#text(ident).toLowerCase();
    return this.#columns.find((column) => column.name.toLowerCase() === name)?.type;
  }

  /** `create table t (like s)`: the columns of `s` as they are now. */
  takeColumns(columns: readonly Column[]): void {
    this.#columns = [...this.#columns, ...columns];
  }

  /** It is another table under the same name: no key of the old one is left. */
  replaceColumns(columns: readonly Column[]): void {
    this.#columns = columns;
    this.#keys = [];
    this.#primaryKey = [];
    this.#uniqueKeys = [];
    this.#checks.clear();
  }

  addColumn({ name, data_type: type, options }: ColumnDef): void {
    const text = this.#text(name);
    const column: DraftColumn = { name: text };
    if (type && tagOf(type).tag !== "Unspecified") column.type = typeText(type);
    const values = type && enumValues(type);
    if (values) column.allowedValues = values;
    for (const option of options ?? []) this.#applyOption(column, option);
    this.#columns = [...this.#columns.filter((each) => each.name !== text), column];
  }

  changeColumn(ident: Ident, change: Partial<Column>): void {
    const name = this.#text(ident).toLowerCase();
    this.#columns = this.#columns.map((column) =>
      column.name.toLowerCase() === name ? { ...column, ...change } : column,
    );
  }

  dropColumns(idents: readonly Ident[]): void {
    for (const ident of idents) this.dropColumn(this.#text(ident));
  }

  dropColumn(name: string): void {
    const gone = name.toLowerCase();
    this.#columns = this.#columns.filter((column) => column.name.toLowerCase() !== gone);
  }

  addConstraint(constraint: unknown): void {
    const { tag, payload } = tagOf(constraint);
    const name = constraintName(isObject(payload) ? payload["name"] : undefined);
    if (tag === "ForeignKey") this.#refer(payload);
    if (tag === "Check") this.#check(payload, name);
    if (tag !== "PrimaryKey" && tag !== "Unique") {
      if (name !== undefined) this.#others.add(name.toLowerCase());
      return;
    }
    const listed = (payload as { readonly columns: readonly unknown[] }).columns;
    const columns = listed.flatMap(indexedIdent).map((ident) => this.#text(ident));
    const isPrimary = tag === "PrimaryKey";
    if (isPrimary) this.#primaryKey = columns;
    else this.#uniqueKeys = [...this.#uniqueKeys, columns];
    this.#addKey({ name, columns, isPrimary });
    const isLone = columns.length === 1;
    this.#columns = this.#columns.map((column) =>
      columns.includes(column.name)
        ? {
            ...column,
            ...(isPrimary ? { nullable: false } : {}),
            ...(isLone ? { unique: true } : {}),
          }
        : column,
    );
  }

  /** False where nobody can say what it took, or what it took is told by no single column. */
  dropConstraint(name: string): boolean {
    const checked = this.#checks.get(name.toLowerCase());
    if (checked !== undefined) {
      this.#checks.delete(name.toLowerCase());
      this.#columns = this.#columns.map(({ allowedValues: values, ...column }) =>
        values === undefined || column.name === checked
          ? column
          : { ...column, allowedValues: values },
      );
      return true;
    }
    const found = findDropped(this.#keys, { name, others: this.#others });
    if (found === "no key") return true;
    if (found === "unknown") return false;
    this.#dropKey(found);
    return found.columns.length <= 1;
  }

  dropPrimaryKey(): boolean {
    const key = this.#keys.find(({ isPrimary }) => isPrimary);
    return key === undefined || this.dropConstraint(key.name);
  }

  #applyOption(column: DraftColumn, option: unknown): void {
    const { tag, payload } = tagOf(
      isObject(option) && "option" in option ? option["option"] : option,
    );
    const name = constraintName(isObject(option) ? option["name"] : undefined);
    const columns = [column.name];
    if (tag === "NotNull") column.nullable = false;
    if (tag === "Null") column.nullable = true;
    if (tag === "Comment" && typeof payload === "string") column.description = payload;
    if (
      tag === "PrimaryKey" ||
      (tag === "Unique" && isObject(payload) && payload["is_primary"] === true)
    ) {
      column.nullable = false;
      column.unique = true;
      this.#primaryKey = [...this.#primaryKey, column.name];
      this.#addKey({ name, columns, isPrimary: true });
    } else if (tag === "Unique") {
      column.unique = true;
      this.#uniqueKeys = [...this.#uniqueKeys, columns];
      this.#addKey({ name, columns, isPrimary: false });
    } else if (tag === "ForeignKey") this.#refer(payload);
    else if (tag === "Check") {
      const values = allowedValues(payload);
      if (!values || values.length === 0) return;
      column.allowedValues = values;
      this.#checks.set(name?.toLowerCase() ?? this.#checkName(column.name), column.name);
    }
  }

  /** As PostgreSQL calls one without a name. */
  #checkName(column: string): string {
    return `${this.path.at(-1)}_${column}_check`.toLowerCase();
  }

  /** `constraint c check (status in ('a', 'b'))` behind the columns, or added later. */
  #check(payload: unknown, name: string | undefined): void {
    const values = allowedValues(payload);
    const ident = checkedIdent(payload);
    if (!values || values.length === 0 || ident === undefined) return;
    const column = this.#text(ident);
    this.changeColumn(ident, { allowedValues: values });
    this.#checks.set(name?.toLowerCase() ?? this.#checkName(column), column);
  }

  #refer(payload: unknown): void {
    const table = isObject(payload) ? payload["foreign_table"] : undefined;
    if (!Array.isArray(table)) return;
    this.#parents.push(identsOf(table as ObjectName).map((ident) => this.#text(ident)));
  }

  #addKey(key: Omit<Parameters<typeof makeKey>[0], "table">): void {
    this.#keys = [...this.#keys, makeKey({ ...key, table: this.path })];
  }

  #dropKey(key: TableKey): void {
    this.#keys = this.#keys.filter((one) => one !== key);
    if (key.isPrimary) this.#primaryKey = [];
    else this.#uniqueKeys = this.#uniqueKeys.filter((one) => !sameNames(one, key.columns));
    const [only, second] = key.columns;
    const isKept = this.#keys.some(({ columns }) => sameNames(columns, key.columns));
    if (only === undefined || second !== undefined || isKept) return;
    this.#columns = this.#columns.map(({ unique, ...column }) => {
      const isUnique = unique !== undefined && column.name !== only;
      return isUnique ? { ...column, unique } : column;
    });
  }

  #text(ident: Ident): string {
    return nameOf(ident, this.#dialect).text;
  }
}

const sameNames = (one: readonly string[], other: readonly string[]): boolean =>
  pathKey(one) === pathKey(other);

function constraintName(name: unknown): string | undefined {
  return isObject(name) && typeof name["value"] === "string" ? name["value"] : undefined;
}

/** A column of a key: bare, or wrapped as an index has it. */
function indexedIdent(column: unknown): Ident[] {
  if (isObject(column) && typeof column["value"] === "string") return [column as unknown as Ident];
  const inner =
    isObject(column) && isObject(column["column"]) ? column["column"]["expr"] : undefined;
  const { tag, payload } = tagOf(inner);
  return tag === "Identifier" ? [payload as Ident] : [];
}

const checkedExpr = (check: unknown): Expr =>
  isObject(check) && "expr" in check ? (check["expr"] as Expr) : (check as Expr);

/** The one column that `check (status in (…))` is about. */
function checkedIdent(check: unknown): Ident | undefined {
  const { payload } = tagOf(checkedExpr(check));
  const { tag, payload: ident } = tagOf(isObject(payload) ? payload["expr"] : undefined);
  return tag === "Identifier" ? (ident as Ident) : undefined;
}

/** `check (status in ('a', 'b'))`: the values that the column may have. */
function allowedValues(check: unknown): readonly string[] | undefined {
  const { tag, payload } = tagOf(checkedExpr(check));
  if (tag !== "InList") return undefined;
  const { list, negated } = payload as {
    readonly list: readonly Expr[];
    readonly negated: boolean;
  };
  if (negated) return undefined;
  const values = list.map((item) => {
    const wrapped = tagOf(item).payload;
    const literal = isObject(wrapped) ? tagOf(wrapped["value"]) : undefined;
    return typeof literal?.payload === "string" ? literal.payload : undefined;
  });
  return values.every((value) => value !== undefined) ? values : undefined;
}

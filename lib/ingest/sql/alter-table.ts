import type { Column } from "#lib/model/asset.ts";
import { type DataType, type Ident, tagOf } from "./ast.ts";
import { typeText } from "./expression-type.ts";
import type { ColumnDef, TableDraft } from "./table-draft.ts";
import { changesMeaning, enumValues } from "./type-meaning.ts";

/** What an ALTER does beyond the table's own columns and keys. */
export interface AlterNotes {
  /** A column that rows already there get. */
  readonly columnAdded: (column: ColumnDef) => void;
  readonly columnRenamed: (from: Ident, to: Ident) => void;
  /** Rows that are there hold other values in a column, or the same ones mean something else. */
  readonly valuesChanged: (column: Ident) => void;
  readonly rowsLost: () => void;
  /** Rows to come get another value where none is given. */
  readonly defaultChanged: (column: Ident) => void;
  /** What it took is not known, or told by no column. */
  readonly notFollowed: () => void;
  /** The table has no such column, as far as the text tells. */
  readonly notThere: (column: Ident) => void;
  /** A name as the dialect stores it. */
  readonly textOf: (ident: Ident) => string;
}

type Alteration = (draft: TableDraft, payload: never, notes: AlterNotes) => void;

/** Folds one operation of an ALTER TABLE into the table; what is not known to leave it as it is, is noted. */
export function alterTable(draft: TableDraft, operation: unknown, notes: AlterNotes): void {
  const { tag, payload } = tagOf(operation);
  const alteration = ALTERATIONS[tag];
  if (alteration) alteration(draft, payload as never, notes);
  else if (!CHANGES_NOTHING.test(tag)) notes.notFollowed();
}

/** Owners, options, storage, statistics, rules that are only checked, and rows that a part will get later. */
const CHANGES_NOTHING =
  /^(?:OwnerTo|Set(?:TblProperties|Options|OptionsParens|Tblproperties)|ReplicaIdentity|ClusterBy|DropClusteringKey|SuspendRecluster|ResumeRecluster|ValidateConstraint|RenameConstraint|DropForeignKey|DropIndex|Algorithm|Lock|AutoIncrement|Suspend|Resume|Refresh|(?:Enable|Disable)(?:Trigger|Always|Replica)\w*|EnableAlwaysTrigger|EnableReplicaTrigger|DisableRowLevelSecurity|\w*Projection|FreezePartition|UnfreezePartition|AddPartitions|RenameTable)$/;

const ALTERATIONS: Readonly<Record<string, Alteration>> = {
  AddColumn: (
    draft,
    payload: { readonly column_def: ColumnDef; readonly if_not_exists?: boolean },
    notes,
  ) => {
    if (payload.if_not_exists && draft.has(payload.column_def.name)) return;
    notes.columnAdded(payload.column_def);
    draft.addColumn(payload.column_def);
  },
  DropPartitions: (_draft, _payload: unknown, notes) => notes.rowsLost(),
  DropColumn: (
    draft,
    payload: { readonly column_names: readonly Ident[]; readonly if_exists?: boolean },
    notes,
  ) => {
    for (const column of payload.column_names)
      if (!payload.if_exists && !draft.has(column)) notes.notThere(column);
    draft.dropColumns(payload.column_names);
  },
  RenameColumn: (draft, { old_column_name: from, new_column_name: to }: RenamedColumn, notes) => {
    if (!draft.has(from)) notes.notThere(from);
    notes.columnRenamed(from, to);
    draft.changeColumn(from, { name: notes.textOf(to) });
  },
  ChangeColumn: (
    draft,
    payload: { readonly old_name: Ident; readonly new_name: Ident; readonly data_type: DataType },
    notes,
  ) =>
    draft.changeColumn(payload.old_name, {
      name: notes.textOf(payload.new_name),
      type: typeText(payload.data_type),
      ...valuesOf(payload.data_type),
    }),
  ModifyColumn: (
    draft,
    payload: {
      readonly col_name: Ident;
      readonly data_type: DataType;
      readonly options: readonly unknown[];
    },
  ) =>
    draft.changeColumn(payload.col_name, {
      type: typeText(payload.data_type),
      ...valuesOf(payload.data_type),
      ...(payload.options.includes("NotNull") ? { nullable: false } : {}),
    }),
  AlterColumn: (draft, payload: { readonly column_name: Ident; readonly op: unknown }, notes) => {
    const { tag } = tagOf(payload.op);
    if (!draft.has(payload.column_name)) notes.notThere(payload.column_name);
    if (tag === "SetDefault" || tag === "DropDefault") notes.defaultChanged(payload.column_name);
    const known = draft.typeOf(payload.column_name);
    if (meansOther({ column: payload.column_name, known, op: payload.op }))
      notes.valuesChanged(payload.column_name);
    draft.changeColumn(payload.column_name, alteredColumn(payload.op));
  },
  DropConstraint: (draft, payload: { readonly name: Ident }, notes) => {
    if (!draft.dropConstraint(payload.name.value)) notes.notFollowed();
  },
  DropPrimaryKey: (draft, _payload: unknown, notes) => {
    if (!draft.dropPrimaryKey()) notes.notFollowed();
  },
  AddConstraint: (draft, payload: { readonly constraint: unknown }) =>
    draft.addConstraint(payload.constraint),
};

interface RenamedColumn {
  readonly old_column_name: Ident;
  readonly new_column_name: Ident;
}

const valuesOf = (type: DataType): Pick<Column, "allowedValues"> => {
  const allowedValues = enumValues(type);
  return allowedValues === undefined ? {} : { allowedValues };
};

interface RetypedColumn {
  readonly column: Ident;
  readonly known: string | undefined;
  readonly op: unknown;
}

/** `type t using e` where `e` is more than the column as `t`, or a type that holds the same values and reads them otherwise. */
function meansOther({ column, known, op }: RetypedColumn): boolean {
  const { tag, payload } = tagOf(op);
  if (tag !== "SetDataType") return false;
  const { data_type: type, using } = payload as {
    readonly data_type: DataType;
    readonly using?: unknown;
  };
  if (using !== null && using !== undefined && !isColumnAs({ expr: using, column, type }))
    return true;
  return changesMeaning(known, type);
}

function isColumnAs(cast: {
  readonly expr: unknown;
  readonly column: Ident;
  readonly type: DataType;
}): boolean {
  const { tag, payload } = tagOf(cast.expr);
  if (tag === "Nested") return isColumnAs({ ...cast, expr: payload });
  if (tag === "Identifier")
    return (payload as Ident).value.toLowerCase() === cast.column.value.toLowerCase();
  if (tag !== "Cast") return false;
  const { expr, data_type: type } = payload as {
    readonly expr: unknown;
    readonly data_type: DataType;
  };
  return typeText(type) === typeText(cast.type) && isColumnAs({ ...cast, expr });
}

function alteredColumn(op: unknown): Partial<Column> {
  const { tag, payload } = tagOf(op);
  if (tag === "SetNotNull") return { nullable: false };
  if (tag === "DropNotNull") return { nullable: true };
  if (tag === "SetDataType")
    return { type: typeText((payload as { readonly data_type: DataType }).data_type) };
  return {};
}

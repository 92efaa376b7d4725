import { fingerprint } from "#lib/kit/fingerprint.ts";
import type { Column } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { type SourceKind, traitsOf } from "#lib/model/source-kind.ts";
import { type Draft, uniteColumns } from "./merge-facts.ts";
import type { ReadTable } from "./query-analyzer.ts";

/** The columns of every asset as all sources together know them: what names in SQL are resolved against. */
export interface TableSchemas {
  get(id: AssetId): ReadTable;
  /** Whether a column is one of the table's, where all of these are known; undefined: there may be more. */
  namesOf(id: AssetId): ColumnNames | undefined;
  /** Columns that a query was found to produce, for an asset of which no source gives the full list. */
  infer(id: AssetId, columns: readonly Column[], complete: boolean): void;
  /** Changes when the columns do. */
  signatureOf(id: AssetId): string;
}

export interface ColumnNames {
  /** However its letters are written. */
  has(column: string): boolean;
}

interface Known {
  readonly table: ReadTable & { readonly columns: readonly Column[] };
  readonly signature: string;
  readonly names: ColumnNames;
}

/** Drafts in a stated order (by source id) give the same schemas whatever was ingested first. */
export function buildSchemas(drafts: readonly Draft[]): TableSchemas {
  const byId = new Map<AssetId, Draft[]>();
  for (const draft of drafts) {
    if (!draft.fact.columns) continue;
    const list = byId.get(draft.id);
    if (list) list.push(draft);
    else byId.set(draft.id, [draft]);
  }
  const known = new Map<AssetId, Known>();
  for (const [id, list] of byId) {
    const ordered = [...list].sort(compareDrafts);
    const complete = ordered.some((draft) => draft.fact.columnsComplete === true);
    const columns = ordered.reduce<readonly Column[] | undefined>(
      (lead, draft) =>
        lead ? uniteColumns(lead, draft.fact.columns ?? [], complete) : (draft.fact.columns ?? []),
      undefined,
    );
    known.set(id, describeTable(id, columns ?? [], complete));
  }
  const of = (id: AssetId): Known => {
    const found = known.get(id) ?? describeTable(id, [], false);
    known.set(id, found);
    return found;
  };
  return {
    get: (id) => of(id).table,
    namesOf: (id) => {
      const { table, names } = of(id);
      return table.complete ? names : undefined;
    },
    infer: (id, columns, complete) => {
      known.set(id, describeTable(id, columns, complete));
    },
    signatureOf: (id) => of(id).signature,
  };
}

/** Full lists first, what is there before what somebody last wrote down of it, owners before mentions, then by source. */
function compareDrafts(a: Draft, b: Draft): number {
  return (
    Number(b.fact.columnsComplete === true) - Number(a.fact.columnsComplete === true) ||
    looks(b.source.kind) - looks(a.source.kind) ||
    Number(a.fact.placeholder === true) - Number(b.fact.placeholder === true) ||
    (a.source.id < b.source.id ? -1 : 1)
  );
}

const looks = (kind: SourceKind): number => Number(traitsOf(kind).looksAtTables === true);

/** What is asked of few tables is found when it is asked. */
function describeTable(id: AssetId, columns: readonly Column[], complete: boolean): Known {
  let folded: ReadonlySet<string> | undefined;
  const isNamed = (column: string): boolean => {
    folded ??= foldedNames(columns);
    return folded.has(column) || folded.has(column.toLowerCase());
  };
  let signature: string | undefined;
  return {
    table: { asset: id, columns, complete },
    names: {
      has: (column) => (columns.length <= FEW && isWritten(columns, column)) || isNamed(column),
    },
    get signature() {
      signature ??= `${columns.length}${complete ? "c" : "o"}${fingerprint(textOf(columns))}`;
      return signature;
    },
  };
}

/** Among so few, looking at each is quicker than making a set. */
const FEW = 24;

function isWritten(columns: readonly Column[], asked: string): boolean {
  for (const { name } of columns) if (name === asked) return true;
  return false;
}

/** As they are written and in lower case: most who ask write them as the table does, so few are folded anew. */
function foldedNames(columns: readonly Column[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of columns) {
    names.add(name);
    const folded = name.toLowerCase();
    if (folded !== name) names.add(folded);
  }
  return names;
}

const textOf = (columns: readonly Column[]): string =>
  columns
    .map(({ name, type, nullable }) => `${name}\u0001${type ?? ""}\u0001${nullable ?? ""}`)
    .join("\u0000");

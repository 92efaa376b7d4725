import type { AssetId } from "#lib/model/asset-id.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { Contribution } from "./asset-draft.ts";
import { ColumnNames } from "./column-names.ts";
import { draftAsset, walkedLineage } from "./draft-asset.ts";
import { EdgeBook } from "./edge-book.ts";
import { readIds } from "./merge-claims.ts";
import type { MergedAsset, MergedGraph } from "./merged-graph.ts";
import type { EdgeUse } from "./snapshot.ts";
import type { KeysByAsset } from "./unique-keys.ts";

type Columns = Pick<ColumnNames, "names" | "types" | "traits">;

/** What an asset added to a graph, without the asset: plain values, which any writer of objects can keep. */
export interface KeptDraft extends Omit<Contribution, "asset" | "columns" | "inner"> {
  /** A digest of all that it was made of. */
  readonly making: string;
  readonly columns: Columns;
  readonly inner: readonly (Omit<Contribution["inner"][number], "columns"> & {
    readonly columns: Columns;
  })[];
}

/** Drafts of a graph with the numbers that they speak in. */
export interface KeptDrafts {
  readonly uses: readonly EdgeUse[];
  readonly types: readonly string[];
  readonly drafts: ReadonlyMap<AssetId, KeptDraft>;
}

export const NO_DRAFTS: KeptDrafts = { uses: [], types: [], drafts: new Map() };

export interface ShelfInput {
  readonly kept: KeptDrafts;
  readonly digest: (text: string) => string;
  /** Digests of plans that are known already, as `digest` gives them for their JSON. */
  readonly planDigests?: WeakMap<QueryPlan, string>;
}

/** A book that has gone on for long is full of what is used no more. */
const MOST_USES = 60_000;

interface Draft {
  readonly graph: MergedGraph;
  readonly keys: KeysByAsset;
  readonly alwaysNull: ReadonlySet<string> | undefined;
}

/**
 * Drafts that an earlier run made of the same. A draft is taken where the digest of all that it is made of is the same,
 * so that the graph does not differ from one without a shelf.
 */
export class DraftShelf {
  readonly book = new EdgeBook();
  readonly #input: ShelfInput;
  readonly #drafts = new Map<AssetId, KeptDraft>();
  readonly #looks = new Map<AssetId, string>();
  #fresh = 0;

  constructor(input: ShelfInput) {
    const isWorn = input.kept.uses.length > MOST_USES;
    this.#input = isWorn ? { ...input, kept: NO_DRAFTS } : input;
    for (const use of this.#input.kept.uses) this.book.useNumber(use);
    for (const type of this.#input.kept.types) this.book.typeNumber(type);
  }

  /** How many had to be drafted. */
  get fresh(): number {
    return this.#fresh;
  }

  /** All that were asked for, to be kept for the next run. */
  get kept(): KeptDrafts {
    const { uses, types } = this.book;
    return { uses, types, drafts: this.#drafts };
  }

  draft(asset: MergedAsset, given: Draft): Contribution {
    const making = this.#input.digest(this.#makingOf(asset, given));
    const known = this.#input.kept.drafts.get(asset.id);
    if (known?.making === making) {
      this.#drafts.set(asset.id, known);
      return withColumns(known, asset);
    }
    this.#fresh += 1;
    const { asset: _, ...fresh } = draftAsset(asset, { ...given, book: this.book });
    this.#drafts.set(asset.id, { ...fresh, making });
    return { ...fresh, asset };
  }

  /** All that a draft asks of its asset and of others. */
  #makingOf(asset: MergedAsset, { graph, keys, alwaysNull }: Draft): string {
    const { kind, shortName, attributes, columns, columnsComplete, queries } = asset;
    const reads = [...new Set([asset.id, ...readIds(asset)])];
    return JSON.stringify([
      [asset.id, kind, shortName, attributes, columns, columnsComplete],
      queries.map((query) => [
        query.name,
        query.dialect,
        query.roles,
        query.provenance,
        query.plan && this.#planDigest(query.plan),
      ]),
      walkedLineage(asset).edges,
      alwaysNull && [...alwaysNull],
      reads.map((id) => [id, this.#lookOf(id, { graph, keys })]),
    ]);
  }

  #planDigest(plan: QueryPlan): string {
    return this.#input.planDigests?.get(plan) ?? this.#input.digest(JSON.stringify(plan));
  }

  /** What readers see of an asset. */
  #lookOf(id: AssetId, { graph, keys }: Pick<Draft, "graph" | "keys">): string {
    const known = this.#looks.get(id);
    if (known !== undefined) return known;
    const asset = graph.assets.get(id);
    const look = this.#input.digest(
      JSON.stringify([
        asset && [asset.kind, asset.shortName, asset.columnsComplete, asset.attributes.partOf],
        asset?.columns.map(({ name, type }) => [name, type]),
        keys.get(id),
      ]),
    );
    this.#looks.set(id, look);
    return look;
  }
}

function withColumns(kept: KeptDraft, asset: MergedAsset): Contribution {
  const { making: _, ...draft } = kept;
  return {
    ...draft,
    asset,
    columns: ColumnNames.of(kept.columns),
    inner: kept.inner.map((inner) => ({ ...inner, columns: ColumnNames.of(inner.columns) })),
  };
}

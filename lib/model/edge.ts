import type { AssetId } from "./asset-id.ts";
import type { Use } from "./use.ts";

/** Who claims a thing: the file and line, or the event. */
export interface Provenance {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** The run, event or request when there is no file. */
  readonly event?: string;
}

/** A name in a source's own words: kept so that it can be resolved again when more sources are known. */
export interface SaidName {
  readonly namespace: string;
  readonly name: string;
  /** Outermost first. */
  readonly path?: readonly string[];
}

/** A column, or a whole asset where `column` is absent (then its rows or its run are meant). */
export interface EdgeEnd {
  readonly asset: AssetId;
  readonly column?: string;
}

/**
 * `from` is used by `to`: data flows downstream. With columns at both ends the edge derives; to a whole asset it
 * influences its rows; from a whole asset to a whole asset with use UNKNOWN, only table grain is known.
 */
export interface Edge {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly use: Use;
  /** Rules over this edge give at most this certainty: what the producer sent was coarse. */
  readonly cap?: "likely" | "possible";
  /** The expression as people wrote it, shortened: `sum(amount_cents) / 100`. */
  readonly expression?: string;
  /** The job that moves the data, where one is known. */
  readonly via?: AssetId;
  /** The query of the asset that the edge was read from; absent: the source said the edge itself. */
  readonly query?: string;
  /** What the source called the upstream asset, where that differs from the name it was resolved to. */
  readonly said?: SaidName;
  /** Keys of the source that are not modelled, kept as they are. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly provenance: Provenance;
}

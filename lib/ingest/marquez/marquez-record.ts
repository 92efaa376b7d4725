import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
} from "#lib/ingest/loose-value.ts";
import { utcStamp } from "#lib/ingest/utc-stamp.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";

/** One column that Marquez says is made from others. */
export interface MarquezColumn {
  readonly field: string;
  readonly inputs: readonly LooseRecord[];
}

/** What the answers together say of one dataset. */
export interface MarquezDataset {
  readonly name: AssetName;
  record: LooseRecord;
  readonly columns: MarquezColumn[];
  readonly provenance: Provenance;
}

export interface MarquezJob {
  readonly name: AssetName;
  record: LooseRecord;
  readonly inputs: Map<string, AssetName>;
  readonly outputs: Map<string, AssetName>;
  readonly provenance: Provenance;
}

export const keyOf = ({ namespace, name }: AssetName): string => `${namespace}\n${name}`;

/** `id: {namespace, name}`, or both beside each other. */
export function nameOf(record: LooseRecord | undefined): AssetName | undefined {
  const id = asRecord(record?.["id"]) ?? record;
  const namespace = asText(id?.["namespace"]);
  const name = asText(id?.["name"]) ?? asText(id?.["dataset"]);
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** A time as Marquez writes it: ISO 8601, or seconds since 1970. */
export function timeOf(value: unknown): string | undefined {
  const text = asText(value);
  if (text !== undefined && /^\d{4}-/.test(text)) return text;
  const seconds = asNumber(value);
  return seconds === undefined ? undefined : `${utcStamp(Math.floor(seconds))}Z`;
}

export const columnsIn = (value: unknown): readonly MarquezColumn[] =>
  recordsIn(value).flatMap((entry) => {
    const field = asText(entry["name"]);
    return field === undefined ? [] : [{ field, inputs: recordsIn(entry["inputFields"]) }];
  });

export const listOf = (record: LooseRecord | undefined, key: string): readonly LooseRecord[] =>
  recordsIn(ownValue(record, key));

import { makeTable } from "#lib/kit/make-table.ts";
import type { AssetAttributes, Tier } from "#lib/model/asset.ts";
import { parseReaderMode } from "../reader-mode.ts";
import { type DbtProject, recordOf, textOf } from "./dbt-project.ts";
import type { ManifestExposure, ManifestNode, ManifestSource } from "./manifest-schema.ts";

interface Described {
  readonly meta?: Readonly<Record<string, unknown>> | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly config?: ManifestNode["config"];
  readonly description?: string | null | undefined;
  readonly group?: string | null | undefined;
}

/** `meta` of an entry; dbt 1.10 moved it under `config`, both are read. */
export const metaOf = (entry: Described): Readonly<Record<string, unknown>> => ({
  ...recordOf(entry.meta),
  ...recordOf(entry.config?.meta),
});

/** Domain, owner, tier, tags and description: what any entry of a manifest can say of itself. */
export function readAttributes(
  entry: Described,
  project: DbtProject,
  domain: string | undefined,
): AssetAttributes {
  const meta = metaOf(entry);
  const tags = tagsOf(entry);
  const owner =
    textOf(meta["owner"]) ?? textOf(recordOf(meta["owner"])["name"]) ?? groupOwner(entry, project);
  const tier = readTier(meta, tags);
  const ownDomain = textOf(meta["domain"]) ?? domain;
  const readerMode = parseReaderMode(meta["reader_mode"] ?? meta["readerMode"]);
  return {
    ...(ownDomain ? { domain: ownDomain } : {}),
    ...(owner ? { owner } : {}),
    ...(tier ? { tier } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(entry.description ? { description: entry.description } : {}),
    ...(readerMode ? { readerMode } : {}),
  };
}

function tagsOf(entry: Described): string[] {
  const configured = entry.config?.tags;
  const list = typeof configured === "string" ? [configured] : (configured ?? []);
  return [...new Set([...(entry.tags ?? []), ...list])];
}

function groupOwner(entry: Described, project: DbtProject): string | undefined {
  const name = entry.group ?? entry.config?.group;
  if (!name) return undefined;
  for (const group of project.groups.values()) {
    if (group.name === name) return ownerName(group.owner) ?? name;
  }
  return name;
}

export function ownerName(owner: ManifestExposure["owner"]): string | undefined {
  const email = Array.isArray(owner?.email) ? owner.email[0] : owner?.email;
  return textOf(owner?.name) ?? textOf(email);
}

/** `meta.tier` as 1, "1" or "tier 1", else a tag such as `tier1` or `tier:2`. */
function readTier(
  meta: Readonly<Record<string, unknown>>,
  tags: readonly string[],
): Tier | undefined {
  const said =
    meta["tier"] === undefined ? tags : [`tier${String(meta["tier"]).replace(/^\D*/, "")}`];
  for (const text of said) {
    const digit = /^tier[\s:_-]?([1-4])$/i.exec(text)?.[1];
    if (digit !== undefined) return Number(digit) as Tier;
  }
  return undefined;
}

const HOURS: Readonly<Record<string, number>> = makeTable({ minute: 1 / 60, hour: 1, day: 24 });

/** A source's freshness bound in hours (the error bound before the warning), or `sla_hours` of `meta`. */
export function readSla(entry: Described, source?: ManifestSource): Pick<AssetAttributes, "sla"> {
  const meta = metaOf(entry);
  const said = meta["sla_hours"] ?? meta["freshness_hours"];
  if (typeof said === "number") return { sla: { freshnessHours: said } };
  const bound = [source?.freshness?.error_after, source?.freshness?.warn_after].find(
    (one) => one?.count !== null && one?.count !== undefined,
  );
  const factor = HOURS[bound?.period ?? "hour"];
  return bound?.count && factor ? { sla: { freshnessHours: bound.count * factor } } : {};
}

import {
  asNumber,
  asRecord,
  asText,
  recordsIn,
  textsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import type { AssetAttributes, Tier } from "#lib/model/asset.ts";
import type { Entities } from "./aspects.ts";
import { nameInUrn } from "./urn.ts";

/** Who owns an entity, where it belongs and what is said of it, whatever kind it is. */
export function attributesOf(urn: string, entities: Entities): AssetAttributes {
  const aspect = (name: string) => entities.aspect(urn, name);
  const tags = tagsOf(recordsIn(aspect("globaltags")?.["tags"]), entities);
  const terms = recordsIn(aspect("glossaryterms")?.["terms"]).flatMap(
    (one) => asText(one["urn"]) ?? [],
  );
  const deprecation = aspect("deprecation");
  const incidents = openIncidents(urn, entities);
  const extra = withoutUndefined({
    urn,
    terms: terms.length === 0 ? undefined : terms.map(nameInUrn),
    deprecated:
      deprecation?.["deprecated"] === true ? (asText(deprecation["note"]) ?? true) : undefined,
    incidents: incidents.length === 0 ? undefined : incidents,
  });
  const properties = customProperties(urn, entities);
  return withoutUndefined({
    dbtUniqueId: asText(properties?.["dbt_unique_id"]),
    owner: ownerOf(recordsIn(aspect("ownership")?.["owners"])),
    domain: domainOf(urn, entities),
    tier: tags.map(tierIn).find((tier) => tier !== undefined),
    tags: tags.length === 0 ? undefined : tags,
    extra,
  });
}

/** What a connector adds of its own. */
export const customProperties = (
  urn: string,
  entities: Entities,
): Readonly<Record<string, unknown>> | undefined =>
  ["datasetproperties", "dashboardinfo", "datajobinfo"]
    .map((name) => asRecord(entities.aspect(urn, name)?.["customProperties"]))
    .find((properties) => properties !== undefined);

/** Who answers for the data before who answers for the system; a team before a person. */
const OWNER_ORDER = ["BUSINESS_OWNER", "DATAOWNER", "TECHNICAL_OWNER", "PRODUCER", "DATA_STEWARD"];

function ownerOf(owners: readonly Readonly<Record<string, unknown>>[]): string | undefined {
  const ranked = owners
    .flatMap((one) => {
      const urn = asText(one["owner"]);
      const at = OWNER_ORDER.indexOf(asText(one["type"]) ?? "");
      const rank = at < 0 ? OWNER_ORDER.length : at;
      return urn === undefined ? [] : [{ urn, rank, isTeam: urn.startsWith("urn:li:corpGroup:") }];
    })
    .sort((a, b) => Number(b.isTeam) - Number(a.isTeam) || a.rank - b.rank);
  const [first] = ranked;
  return first === undefined ? undefined : nameInUrn(first.urn);
}

function domainOf(urn: string, entities: Entities): string | undefined {
  const [domain] = textsIn(entities.aspect(urn, "domains")?.["domains"]);
  if (domain === undefined) return undefined;
  return asText(entities.aspect(domain, "domainproperties")?.["name"]) ?? nameInUrn(domain);
}

/** A tag's URN may be a mere number; its properties have the name then. */
export const tagsOf = (
  tags: readonly Readonly<Record<string, unknown>>[],
  entities: Entities,
): readonly string[] =>
  tags.flatMap((one) => {
    const urn = asText(one["tag"]);
    if (urn === undefined) return [];
    return [asText(entities.aspect(urn, "tagproperties")?.["name"]) ?? nameInUrn(urn)];
  });

const tierIn = (tag: string): Tier | undefined => {
  const tier = /^(?:\w+:)?tier[\s:._-]*([1-4])$/i.exec(tag)?.[1];
  return tier === undefined ? undefined : (Number(tier) as Tier);
};

/** Incidents that nobody has resolved. */
function openIncidents(
  urn: string,
  entities: Entities,
): readonly Readonly<Record<string, unknown>>[] {
  return (incidentsByEntity(entities).get(urn) ?? []).flatMap((incident) => {
    const info = entities.aspect(incident, "incidentinfo");
    const state = asText(asRecord(info?.["status"])?.["state"]);
    if (info === undefined || state === "RESOLVED") return [];
    return [
      withoutUndefined({
        title: asText(info["title"]) ?? asText(info["type"]) ?? nameInUrn(incident),
        priority: asText(info["priority"]) ?? asNumber(info["priority"]),
        state,
      }),
    ];
  });
}

const known = new WeakMap<Entities, ReadonlyMap<string, readonly string[]>>();

function incidentsByEntity(entities: Entities): ReadonlyMap<string, readonly string[]> {
  const before = known.get(entities);
  if (before !== undefined) return before;
  const found = new Map<string, string[]>();
  for (const { urn, aspects } of entities.all.values()) {
    for (const entity of textsIn(aspects.get("incidentinfo")?.["entities"]))
      found.set(entity, [...(found.get(entity) ?? []), urn]);
  }
  known.set(entities, found);
  return found;
}

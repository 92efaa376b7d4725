import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import type { AssetAttributes, Tier } from "#lib/model/asset.ts";
import { fqnKey, splitFqn } from "./fully-qualified-name.ts";
import type { Entity, Gathered } from "./gather-entities.ts";

/** Who owns an entity, where it belongs and what is said of it, whatever kind it is. */
export function attributesOf(entity: Entity, gathered: Gathered): AssetAttributes {
  const { record } = entity;
  const tags = tagsOf(record);
  const incidents = openIncidents(entity, gathered);
  const extra = withoutUndefined({
    fullyQualifiedName: entity.fqn,
    incidents: incidents.length === 0 ? undefined : incidents,
  });
  const views = asNumber(asRecord(asRecord(record?.["usageSummary"])?.["monthlyStats"])?.["count"]);
  return withoutUndefined({
    owner: ownerOf(record),
    domain: domainOf(record),
    tier: tags.map(tierIn).find((tier) => tier !== undefined),
    tags: tags.length === 0 ? undefined : tags.filter((tag) => tierIn(tag) === undefined),
    description: asText(record?.["description"]),
    url: asText(record?.["sourceUrl"]) ?? asText(record?.["dashboardUrl"]),
    usage: views === undefined ? undefined : { views30d: views },
    extra,
  });
}

/** A team before a person. */
function ownerOf(record: LooseRecord | undefined): string | undefined {
  const one = asRecord(record?.["owner"]);
  const owners = [...recordsIn(record?.["owners"]), ...(one === undefined ? [] : [one])];
  const chosen = owners.find((owner) => owner["type"] === "team") ?? owners[0];
  return asText(chosen?.["name"]) ?? asText(chosen?.["displayName"]);
}

function domainOf(record: LooseRecord | undefined): string | undefined {
  const domain = recordsIn(record?.["domains"])[0] ?? asRecord(record?.["domain"]);
  return asText(domain?.["name"]) ?? asText(domain?.["displayName"]);
}

export const tagsOf = (record: LooseRecord | undefined): readonly string[] =>
  recordsIn(record?.["tags"]).flatMap((tag) => asText(tag["tagFQN"]) ?? []);

const tierIn = (tag: string): Tier | undefined => {
  const tier = /^Tier\.Tier([1-4])$/.exec(tag)?.[1];
  return tier === undefined ? undefined : (Number(tier) as Tier);
};

/** Incidents of the table's tests that nobody has resolved; of each only its last word counts. */
function openIncidents({ parts }: Entity, gathered: Gathered): readonly LooseRecord[] {
  const latest = new Map<string, TestIncident>();
  for (const one of incidentsByName(gathered).get(fqnKey(parts)) ?? []) {
    const known = latest.get(one.key);
    if (known === undefined || one.at >= known.at) latest.set(one.key, one);
  }
  return [...latest.values()].flatMap(({ record, test }) => {
    const state = asText(record["testCaseResolutionStatusType"]);
    if (state === "Resolved") return [];
    const title = test.slice(parts.length).join(".");
    return [withoutUndefined({ title, state, severity: asText(record["severity"]) })];
  });
}

interface TestIncident {
  readonly record: LooseRecord;
  /** The parts of the test's name, which begins with its table's. */
  readonly test: readonly string[];
  readonly key: string;
  readonly at: number;
}

const known = new WeakMap<Gathered, ReadonlyMap<string, readonly TestIncident[]>>();

/** By every beginning of the test's name: one of them is the table's. */
function incidentsByName(gathered: Gathered): ReadonlyMap<string, readonly TestIncident[]> {
  const before = known.get(gathered);
  if (before !== undefined) return before;
  const found = new Map<string, TestIncident[]>();
  for (const record of gathered.incidents) {
    const name = asText(asRecord(record["testCaseReference"])?.["fullyQualifiedName"]);
    if (name === undefined) continue;
    const test = splitFqn(name);
    const at = asNumber(record["timestamp"]) ?? 0;
    const one = { record, test, key: asText(record["stateId"]) ?? name, at };
    for (let length = 1; length < test.length; length += 1) {
      const key = fqnKey(test.slice(0, length));
      const list = found.get(key);
      if (list) list.push(one);
      else found.set(key, [one]);
    }
  }
  known.set(gathered, found);
  return found;
}

import type { Assessment, AssetVerdict } from "#lib/impact/assessment.ts";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentEvent } from "#lib/incidents/incident-action.ts";
import { assignRoles } from "./counts.ts";
import { nameOfRef } from "./incident-words.ts";

export interface AlsoHit {
  /** What people and models look at, in the order of the assessment. */
  readonly consumers: readonly AssetVerdict[];
  /** What lies between the cause and consumers, reported by nobody either. */
  readonly between: number;
  /** False: the cause can reach more than is known to the column. */
  readonly complete: boolean;
}

/** What is in the blast radius of the cause and was neither reported as broken nor seen right. What is unknown is in it. */
export function findAlsoHit(
  assessment: Assessment,
  { incident, events }: { readonly incident: Incident; readonly events: readonly IncidentEvent[] },
): AlsoHit {
  const reported = reportedAssets(events);
  const names = new Set(
    [...incident.symptoms.map(({ ref }) => ref), ...incident.healthy].flatMap((ref) => [
      ref.toLowerCase(),
      nameOfRef(ref).toLowerCase(),
    ]),
  );
  const cause = incident.cause?.asset;
  const roles = assignRoles(assessment);
  const hit = assessment.verdicts.filter(
    ({ verdict, asset: { id, name, shortName } }) =>
      verdict !== "unaffected" &&
      id !== cause &&
      name !== cause &&
      !reported.has(id) &&
      !names.has(name.toLowerCase()) &&
      !names.has(shortName.toLowerCase()),
  );
  const consumers = hit.filter(({ asset }) => roles.get(asset.id) === "consumer");
  return { consumers, between: hit.length - consumers.length, complete: assessment.complete };
}

/** Assets of symptoms: opening and a new symptom are followed by what they name; a picked cause by its radius. */
function reportedAssets(events: readonly IncidentEvent[]): ReadonlySet<string> {
  const reported = new Set<string>();
  for (const [at, { action }] of events.entries()) {
    const isNamed =
      action.kind === "open" ||
      (action.kind === "affect" && events[at - 1]?.action.kind === "add_symptom");
    if (isNamed) for (const { asset } of action.affected) reported.add(asset);
  }
  return reported;
}

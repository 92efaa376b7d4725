import type { ManagedTransaction } from "neo4j-driver";
import { KIND_LABELS } from "./graph-schema.ts";

/**
 * What an asset shows of itself: of its present claims, those of its owner before those of mere readers, and the newest
 * first; the first that says a thing counts. The exact merge is in the claims; this is for people.
 */
export async function refreshAssets(
  tx: ManagedTransaction,
  assets: readonly string[],
): Promise<void> {
  if (assets.length > 0) await tx.run(REFRESH, { assets });
}

const FACTS = ["domain", "owner", "tier"] as const;
const LABELS = [...new Set(Object.values(KIND_LABELS))];
const kindsOf = (label: string): string =>
  JSON.stringify(Object.entries(KIND_LABELS).flatMap(([kind, of]) => (of === label ? [kind] : [])));

const REFRESH = `
UNWIND $assets AS key MATCH (a:Asset {key: key})
OPTIONAL MATCH (c:Claim {asset: key}) WHERE c.validTo IS NULL
WITH a, c ORDER BY c.placeholder, c.validFrom DESC, c.id
WITH a, collect(c) AS claims
WITH a, claims, a.kind AS before, head([c IN claims | c.kind]) AS kind
SET a.kind = kind${FACTS.map((fact) => `, a.${fact} = head([c IN claims WHERE c.${fact} IS NOT NULL | c.${fact}])`).join("")}
WITH a, kind, before WHERE coalesce(kind, '') <> coalesce(before, '')
${LABELS.map(
  (
    label,
  ) => `FOREACH (x IN CASE WHEN kind IN ${kindsOf(label)} THEN [1] ELSE [] END | SET a:${label})
FOREACH (x IN CASE WHEN kind IN ${kindsOf(label)} THEN [] ELSE [1] END | REMOVE a:${label})`,
).join("\n")}`;

import type { AssetId } from "#lib/model/asset-id.ts";
import type { Pragma } from "#lib/model/pragma.ts";
import type { Finding } from "#lib/review/finding.ts";
import type { GatePolicy } from "#lib/review/gate-policy.ts";
import { type PragmaWaivers, waiversInCode } from "#lib/review/pragma-waiver.ts";
import { filesOfFact } from "./collect-pragmas.ts";
import type { ComparedStates } from "./compare-states.ts";

/** Waivers that stand in code, as far as the policy takes them. */
export function readInCode({
  pragmas = [],
  policy,
  now,
}: {
  readonly pragmas?: readonly Pragma[];
  readonly policy: GatePolicy;
  /** ISO 8601. */
  readonly now: string;
}): PragmaWaivers {
  const read = waiversInCode(pragmas, now);
  if (policy.pragmas === "allow") return read;
  const why = "the policy takes no waivers that stand in code";
  const more = read.waivers.flatMap(({ place }) => (place ? [{ ...place, why }] : []));
  return { waivers: [], refused: [...read.refused, ...more] };
}

/** The files that say an asset in the new state, by the name that it is judged under. */
export function fileFinder({
  pairs,
  worlds,
}: ComparedStates): (asset: Finding["asset"]) => ReadonlySet<string> {
  const found = new Map<AssetId, Set<string>>();
  for (const { before, after } of pairs) {
    const known = after && ((before && worlds.base.assetOf(before)) ?? worlds.head.assetOf(after));
    if (after === undefined || known === undefined) continue;
    const files = found.get(known.id) ?? new Set();
    for (const file of filesOfFact(after)) files.add(file);
    found.set(known.id, files);
  }
  return ({ id }) => found.get(id) ?? new Set();
}

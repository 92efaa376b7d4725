import type { AssetName } from "#lib/model/asset-id.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { nameKey } from "./name-key.ts";
import type { NamesConfig } from "./names-config.ts";

const NONE: readonly AssetName[] = [];

/** All names under which a fact is known: its own, those that its source gives, and those that people said are the same. */
export function namesOfFact({ same = [] }: NamesConfig): (fact: AssetFact) => readonly AssetName[] {
  const others = new Map<string, AssetName[]>();
  const add = (from: AssetName, to: AssetName): void => {
    const known = others.get(nameKey(from));
    if (known) known.push(to);
    else others.set(nameKey(from), [to]);
  };
  for (const [a, b] of same) {
    add(a, b);
    add(b, a);
  }
  if (others.size === 0) return ({ name, aliases = NONE }) => [name, ...aliases];
  return ({ name, aliases = NONE }) => {
    const own = [name, ...aliases];
    return [...own, ...own.flatMap((one) => others.get(nameKey(one)) ?? NONE)];
  };
}

/** Whether two names are one because people said so. */
export function decidedNames({ same = [] }: NamesConfig): (a: AssetName, b: AssetName) => boolean {
  const keyOf = (a: AssetName, b: AssetName): string =>
    [nameKey(a), nameKey(b)].sort().join("\u0001");
  const keys = new Set(same.map(([a, b]) => keyOf(a, b)));
  return (a, b) => keys.size > 0 && keys.has(keyOf(a, b));
}

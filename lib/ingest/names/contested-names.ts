import type { AssetFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { toldAt } from "../described-at.ts";
import { nameKey } from "./name-key.ts";
import type { UnionFind } from "./union-find.ts";

/** A further name that several things give themselves which do not have one name of their own. */
export interface ContestedName {
  readonly key: string;
  /** Places in the list of facts. */
  readonly claimants: readonly number[];
}

/**
 * The names that facts give beside their own and that several claim. What is only mentioned claims nothing.
 */
export function listContested(facts: readonly AssetFact[]): readonly ContestedName[] {
  const claims = new Map<string, number[]>();
  for (const [at, { aliases = [], placeholder }] of facts.entries()) {
    if (placeholder === true) continue;
    for (const alias of aliases) {
      const key = nameKey(alias);
      const known = claims.get(key);
      if (known === undefined) claims.set(key, [at]);
      else known.push(at);
    }
  }
  return [...claims].flatMap(([key, claimants]) => {
    const names = new Set(claimants.flatMap((at) => ownName(facts[at])));
    return names.size < 2 ? [] : [{ key, claimants }];
  });
}

const ownName = (fact: AssetFact | undefined): readonly string[] =>
  fact === undefined ? [] : [nameKey(fact.name)];

/**
 * Whether those that claim one name are several things: not where they are one already by their own names or paths, nor where
 * the name went from one place to another, as a catalogue's does when its table is written anew elsewhere. That is so where it
 * is known of each when it was told of last, and none is made from another.
 */
export function areSeveral(
  { claimants }: ContestedName,
  facts: readonly AssetFact[],
  groups: UnionFind,
): boolean {
  if (new Set(claimants.map((at) => groups.find(at))).size < 2) return false;
  const claiming = claimants.flatMap((at) => facts[at] ?? []);
  if (claiming.some((fact) => toldAt(fact) === undefined)) return true;
  const names = new Set(claiming.map(({ name }) => nameKey(name)));
  return claiming.some(({ name, edges }) =>
    edges.some(({ from }) => {
      const key = nameKey(from.name);
      return key !== nameKey(name) && names.has(key);
    }),
  );
}

/** Says of several things that call themselves by one name that they are kept apart. */
export function contestedProblem(
  { key, claimants }: ContestedName,
  facts: readonly AssetFact[],
): Problem {
  const claiming = claimants.flatMap((at) => facts[at] ?? []);
  const said = [...new Set(claiming.map(({ name }) => name.name))].sort();
  const { file, line } = claiming[0]?.provenance ?? {};
  const name = key.slice(key.indexOf("\u0000") + 1);
  return {
    code: "ambiguous-name",
    message: `${said.slice(0, 5).join(", ")}${said.length > 5 ? ` and ${said.length - 5} more` : ""} all say that they are ${name} too; they are kept apart, and who reads ${name} is not known to read any of them`,
    next: "Say which of them it is: confirm the pair with `faultline identity`, or correct the others.",
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    severity: "warning",
  };
}

import type { SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import { isCaseSensitive } from "#lib/model/letter-case.ts";
import type { SourceKind } from "#lib/model/source-kind.ts";
import { withoutDay } from "../date-shards.ts";
import { fold, type PathRules } from "./canonical-path.ts";
import type { Member } from "./cluster-names.ts";
import { type NameSystem, systemOf } from "./name-system.ts";

export interface SourceFacts {
  readonly source: SourceInfo;
  readonly facts: readonly AssetFact[];
}

/** One mention of an asset, with what it may be known by. */
export interface Entry extends Member {
  readonly fact: AssetFact;
  readonly sourceKind: SourceKind;
  readonly path: readonly string[];
  readonly key: string;
}

export function listEntries(sources: readonly SourceFacts[], rules: PathRules): Entry[] {
  const entries: Entry[] = [];
  const systems = new Map<string, NameSystem>();
  for (const { source, facts } of sources) {
    for (const fact of facts) {
      const { namespace } = fact.name;
      const system = systems.get(namespace) ?? systemOf(namespace, rules.isMapped(namespace));
      systems.set(namespace, system);
      const { dialect } = fact.attributes;
      const path = withoutDay(rules.canonical(fact.path ?? [], namespace), { namespace, dialect });
      entries.push({
        fact,
        source: source.id,
        sourceKind: source.kind,
        system,
        placeholder: fact.placeholder === true && fact.columnsComplete !== true,
        path,
        spelling: path.join("\u0000"),
        key: rules.keyOf(path, isCaseSensitive(namespace, dialect)),
      });
    }
  }
  return entries;
}

/** The end of a path: what a reader may leave out stands before it. */
export const tailKey = (path: readonly string[]): string => fold(path.join("\u0000"));

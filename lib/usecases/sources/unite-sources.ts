import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { mergeEventFacts } from "#lib/ingest/openlineage/merge-event-facts.ts";

/** Sources as they were read from one place each. */
export interface ReadPlace {
  readonly path: string;
  readonly sources: readonly AssembleSource[];
}

/**
 * The sources of several places as one list, each id once: events of one producer add up wherever they lie; two projects
 * of one name are two sources, and the later is told apart by its place.
 */
export function uniteSources(places: readonly ReadPlace[]): readonly AssembleSource[] {
  const united = new Map<string, AssembleSource>();
  for (const { path, sources } of places) {
    for (const source of sources) {
      const { id } = source.source;
      const known = united.get(id);
      if (known === undefined) united.set(id, source);
      else if (known.complete || source.complete)
        united.set(`${id}@${path}`, {
          ...source,
          source: { ...source.source, id: `${id}@${path}` },
        });
      else united.set(id, addUp(known, source));
    }
  }
  return [...united.values()];
}

const addUp = (before: AssembleSource, after: AssembleSource): AssembleSource => ({
  ...after,
  facts: mergeEventFacts(before.facts, after.facts),
  problems: [...before.problems, ...after.problems],
});

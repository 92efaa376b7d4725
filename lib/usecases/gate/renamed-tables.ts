import type { ReadSqlResult } from "#lib/ingest/read-sql-files.ts";
import { pathKey } from "#lib/ingest/sql/relation-path.ts";
import type { AssetFact } from "#lib/model/fact.ts";
import type { RenamedTable } from "./check-state.ts";
import type { DeployedTable } from "./deployed-tables.ts";
import { pathOfFact } from "./path-of-fact.ts";

/**
 * What deployed tables are called in the end. A name that one of them gave up is that of a new table afterwards: what that one
 * is called later says nothing of the first.
 */
export function renamedTables(
  { moved }: Pick<ReadSqlResult, "moved">,
  {
    known,
    facts,
  }: {
    /** By the key of the path by which the migrations call them. */
    readonly known: ReadonlyMap<string, DeployedTable>;
    readonly facts: readonly AssetFact[];
  },
): readonly RenamedTable[] {
  const firstNames = new Map<string, string | undefined>();
  const givenUp = new Set<string>();
  for (const { from, to } of moved) {
    const key = pathKey(from);
    const first = firstNames.has(key) ? firstNames.get(key) : givenUp.has(key) ? undefined : key;
    firstNames.delete(key);
    givenUp.add(key);
    firstNames.set(pathKey(to), first);
  }
  const byPath = new Map(facts.map((fact) => [pathKey(pathOfFact(fact)), fact]));
  return [...firstNames].flatMap(([last, first]) => {
    const from = first === undefined ? undefined : known.get(first)?.asset;
    const to = byPath.get(last);
    return from && to ? [{ from: { namespace: from.namespace, name: from.name }, to }] : [];
  });
}

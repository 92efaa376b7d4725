import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { changeFact } from "#lib/model/edge-lanes.ts";
import type { AssetFact, SourceFile } from "#lib/model/fact.ts";
import type { Pragma } from "#lib/model/pragma.ts";
import { readPragmas } from "./read-pragmas.ts";

/** `-- faultline: owner checkout-core`; undefined: it is no such pragma, or names no team. */
export const ownerIn = ({ verb, words }: Pragma): string | undefined =>
  verb === "owner" && words.length === 1 ? words[0] : undefined;

/**
 * Owners that stand in SQL: in a file of statements, of all that is made below the line, up to the next one; in the code
 * of a dbt model, of the model. What a source says of the owner itself stands.
 */
export function sayOwnersInCode(
  sources: readonly AssembleSource[],
  files: readonly SourceFile[],
): readonly AssembleSource[] {
  const byFile = new Map<string, readonly Pragma[]>();
  for (const file of files) {
    const own = /\.(?:sql|ddl)$/i.test(file.path) ? readPragmas(file) : [];
    if (own.some((pragma) => ownerIn(pragma) !== undefined)) byFile.set(file.path, own);
  }
  return sources.map((source) => {
    const { kind } = source.source;
    if (kind === "dbt") return withOwners(source, ownerOfModel);
    if (kind === "sql" && byFile.size > 0)
      return withOwners(source, (fact) => ownerAbove(fact, byFile));
    return source;
  });
}

function withOwners(
  source: AssembleSource,
  ownerOf: (fact: AssetFact) => string | undefined,
): AssembleSource {
  let isChanged = false;
  const facts = source.facts.map((fact) => {
    const owner = fact.attributes.owner === undefined ? ownerOf(fact) : undefined;
    if (owner === undefined) return fact;
    isChanged = true;
    return changeFact(fact, { attributes: { ...fact.attributes, owner } });
  });
  return isChanged ? { ...source, facts } : source;
}

function ownerOfModel({ queries }: AssetFact): string | undefined {
  const pragmas = queries.flatMap(({ name, sql }) => readPragmas({ path: name, text: sql }));
  return pragmas.map(ownerIn).findLast((owner) => owner !== undefined);
}

function ownerAbove(
  { provenance: { file, line } }: AssetFact,
  byFile: ReadonlyMap<string, readonly Pragma[]>,
): string | undefined {
  if (file === undefined || line === undefined) return undefined;
  const above = (byFile.get(file) ?? []).filter((pragma) => (pragma.line ?? 0) <= line);
  return above.map(ownerIn).findLast((owner) => owner !== undefined);
}

import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import { readPragmas } from "#lib/ingest/pragmas/read-pragmas.ts";
import type { AssetFact, SourceFile } from "#lib/model/fact.ts";
import type { Pragma } from "#lib/model/pragma.ts";
import type { CheckSide } from "./check-state.ts";

const IS_SQL = /\.(?:sql|ddl)$/i;

/** What stands in the SQL of a state for Faultline: in its files, and in the queries of tools that hold theirs (dbt). */
export function collectPragmas(
  side: CheckSide,
  sources: readonly AssembleSource[],
): readonly Pragma[] {
  const files: readonly SourceFile[] = typeof side === "string" ? [] : side.files;
  const texts = files.filter(({ path }) => IS_SQL.test(path));
  const read = new Set(texts.map(({ path }) => path));
  const queries = sources.flatMap(({ facts }) => facts.flatMap(queriesOf));
  const found = [
    ...texts.flatMap(readPragmas),
    ...queries
      .filter(({ path }) => !read.has(path))
      // The lines of a compiled text are not those of its file.
      .flatMap((query) => readPragmas(query).map(({ line: _line, ...pragma }) => pragma)),
  ];
  return [...new Map(found.map((pragma) => [JSON.stringify(pragma), pragma])).values()];
}

const queriesOf = ({ queries, provenance }: AssetFact): readonly SourceFile[] =>
  queries.flatMap((query) => {
    const path = provenance.file ?? query.provenance.file;
    return path === undefined ? [] : [{ path, text: query.sql }];
  });

/** The files that say an asset, by the fact. */
export const filesOfFact = ({ provenance, queries }: AssetFact): readonly string[] =>
  [provenance.file, ...queries.map((query) => query.provenance.file)].filter(
    (file) => file !== undefined,
  );

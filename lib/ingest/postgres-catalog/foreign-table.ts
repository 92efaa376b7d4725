import { joinRelationName } from "#lib/ingest/relation-name.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { EdgeFact, FactEnd } from "#lib/model/fact.ts";
import type { CatalogRelation } from "./catalog-schema.ts";

/** The columns of a foreign table, from where its rows are. Where that is not told, a table of the wrapper's server. */
export function foreignEdges(
  relation: CatalogRelation,
  provenance: Provenance,
): readonly EdgeFact[] {
  const { foreign } = relation;
  if (relation.kind !== "f" || !foreign) return [];
  const from = placeOf(relation, foreign);
  return relation.columns.map(
    ({ name, remote }): EdgeFact => ({
      from: { ...from, column: remote ?? name },
      toColumn: name,
      use: "IDENTITY",
      provenance,
    }),
  );
}

/** Other databases' wrappers by the scheme of their OpenLineage namespace and the port they answer on. */
const SERVERS: Readonly<Record<string, { readonly scheme: string; readonly port: string }>> =
  makeTable({
    postgres_fdw: { scheme: "postgres", port: "5432" },
    mysql_fdw: { scheme: "mysql", port: "3306" },
    tds_fdw: { scheme: "mssql", port: "1433" },
  });

function placeOf(
  relation: CatalogRelation,
  foreign: NonNullable<CatalogRelation["foreign"]>,
): FactEnd {
  const { wrapper, server, host, port, database, schema, table, file } = foreign;
  if (file) return { name: { namespace: "file", name: file } };
  const known = SERVERS[wrapper];
  const path = [
    database,
    schema ?? defaultSchema(relation, wrapper),
    table ?? relation.name,
  ].filter((part) => typeof part === "string");
  if (known === undefined || !host)
    return { name: { namespace: `${wrapper}://${server}`, name: joinRelationName(path) } };
  return {
    name: {
      namespace: `${known.scheme}://${host}:${port ?? known.port}`,
      name: joinRelationName(path),
    },
    path,
  };
}

/** Left out, the remote schema is called as the foreign table's own; MySQL has none. */
const defaultSchema = ({ schema }: CatalogRelation, wrapper: string): string | undefined =>
  wrapper === "mysql_fdw" ? undefined : schema;

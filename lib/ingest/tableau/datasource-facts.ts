import { withoutUndefined } from "#lib/ingest/loose-value.ts";
import { quoted } from "#lib/ingest/quote-name.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import { type TableauDatasource, tablesOf } from "./read-datasource.ts";
import type { SheetQuery } from "./read-sheet.ts";

export const NAMESPACE = "tableau";

const publishedName = (datasource: TableauDatasource): AssetName => ({
  namespace: NAMESPACE,
  name: datasource.published ?? datasource.title,
});

/** Fields of a published data source are its columns; what the workbook itself computes comes down to some of them. */
export function publishedEdges(
  { datasource, outputs, filters }: SheetQuery,
  provenance: { readonly file: string },
): readonly EdgeFact[] {
  const name = publishedName(datasource);
  const edgesOf = (field: string, used: Pick<EdgeFact, "use" | "toColumn">): EdgeFact[] => {
    const leaves = datasource.leavesOf(field);
    // What is computed of no field is computed for each row.
    if (leaves.length === 0) return [{ from: { name }, provenance, ...used, use: "COUNT_STAR" }];
    return leaves.map((leaf) => ({
      from: { name, column: datasource.titleOf(leaf) },
      provenance,
      ...used,
    }));
  };
  return [
    ...outputs.flatMap(({ field, label, role }) => edgesOf(field, { toColumn: label, use: role })),
    ...filters.flatMap(({ field }) => edgesOf(field, { use: "BI_FILTER" })),
  ];
}

export function wholeSource(
  datasource: TableauDatasource,
  provenance: { readonly file: string },
): readonly EdgeFact[] {
  if (datasource.published !== undefined)
    return [{ from: { name: publishedName(datasource) }, use: "UNKNOWN", provenance }];
  return tablesOf(datasource).map(
    ({ connection, path = [] }): EdgeFact => ({
      from: { name: { namespace: connection.namespace, name: path.join(".") }, path },
      use: "UNKNOWN",
      provenance,
    }),
  );
}

/** The tables below a data source. Their owner is another source; Tableau only reports the columns that it saw. */
export function tableFacts(datasource: TableauDatasource, file: string): readonly AssetFact[] {
  if (datasource.published !== undefined) return [];
  return tablesOf(datasource).map((relation) => {
    const { connection, path = [] } = relation;
    const columns = datasource.columnsOf(relation);
    return {
      name: { namespace: connection.namespace, name: path.join(".") },
      path,
      kind: connection.file === undefined ? "table" : "file",
      attributes: { dialect: connection.dialect },
      ...(columns.length === 0 ? {} : { columns, columnsComplete: false }),
      edges: [],
      queries: [],
      provenance: { file },
      placeholder: true,
    };
  });
}

/** A .tds file: the data source that workbooks name by its id, as a view over its tables. */
export function publishedFacts(
  datasource: TableauDatasource,
  { id, file }: { readonly id: string; readonly file: string },
): readonly AssetFact[] {
  const fields = datasource.fieldNames.filter((name) => !datasource.field(name).aggregated);
  const measures = datasource.fieldNames.filter((name) => datasource.field(name).aggregated);
  const outputs = fields.map(
    (name) =>
      `${datasource.field(name).sql} AS ${quoted(datasource.titleOf(name), datasource.dialect)}`,
  );
  const from = datasource.fromSql(datasource.fieldNames);
  const windows = measures.map(
    (name) =>
      `${datasource.field(name).sql} AS ${quoted(datasource.titleOf(name), datasource.dialect)}`,
  );
  const provenance = { file: file };
  const queryOver = (name: string, parts: readonly string[]): readonly QueryFact[] =>
    parts.length === 0 || from === ""
      ? []
      : [
          {
            name,
            sql: `SELECT ${parts.join(", ")}\nFROM ${from}`,
            dialect: datasource.dialect,
            provenance,
          },
        ];
  return [
    ...tableFacts(datasource, file),
    {
      name: { namespace: NAMESPACE, name: id },
      kind: "view",
      attributes: withoutUndefined({ dialect: datasource.dialect }),
      aliases: datasource.title === id ? [] : [{ namespace: NAMESPACE, name: datasource.title }],
      edges: [],
      queries: [...queryOver("fields", outputs), ...queryOver("measures", windows)],
      provenance,
    },
  ];
}

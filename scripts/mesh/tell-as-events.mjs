import { partsOf, rewriteNames } from "./spell-names.mjs";

const OPEN_LINEAGE = "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/client";
const facet = (name, version, rest) => ({
  _producer: OPEN_LINEAGE,
  _schemaURL: `https://openlineage.io/spec/facets/${version}/${name}.json`,
  ...rest,
});

const DIRECT = {
  IDENTITY: "IDENTITY",
  CAST: "TRANSFORMATION",
  ARITH: "TRANSFORMATION",
  COALESCE: "TRANSFORMATION",
  CONDITIONAL: "TRANSFORMATION",
  CONDITIONAL_NO_ELSE: "TRANSFORMATION",
  AGG_SUM: "AGGREGATION",
  AGG_COUNT: "AGGREGATION",
  AGG_DISTINCT: "AGGREGATION",
  AGG_IDEMPOTENT: "AGGREGATION",
};
const INDIRECT = {
  JOIN_INNER: "JOIN",
  JOIN_LEFT: "JOIN",
  FILTER: "FILTER",
  FILTER_IN: "FILTER",
  GROUP_BY: "GROUP_BY",
  SORT: "SORT",
  WINDOW: "WINDOW",
};

/** One finished run of each job, as an OpenLineage client tells it: schemas and column lineage, no SQL. */
export function tellAsEvents({ company, team, models, known }) {
  const own = new Set(models.map((model) => model.relation));
  const events = models.map((model, index) => {
    const identify = (relation) => ({
      namespace: team.events,
      name: partsOf(relation, {
        ...team.spelling,
        parts: team.spelling.parts === 3 || index % 2 === 0 ? 3 : 2,
      }).join("."),
    });
    /** What is kept as files has its path for a name, and the table's as a symlink. */
    const asFile = (relation) => ({
      namespace: team.files,
      name: `warehouse/${relation.replace(".", "/")}`,
      facets: {
        symlinks: facet("SymlinksDatasetFacet", "1-0-1", {
          identifiers: [{ ...identify(relation), type: "TABLE" }],
        }),
      },
    });
    const typeOf = (relation) =>
      company.models.some((one) => one.relation === relation && one.kind === "view")
        ? "VIEW"
        : "TABLE";
    const isFile = (relation) => team.files !== undefined && own.has(relation);
    const nameOf = (relation) => (isFile(relation) ? asFile(relation) : identify(relation));
    const dataset = (relation, facets = {}) => ({
      ...nameOf(relation),
      facets: {
        ...nameOf(relation).facets,
        datasetType: facet("DatasetTypeDatasetFacet", "1-0-0", { datasetType: typeOf(relation) }),
        schema: facet("SchemaDatasetFacet", "1-2-0", {
          fields: (company.columns.get(relation) ?? []).map(({ name, type }) => ({ name, type })),
        }),
        ...facets,
      },
    });
    const plain = { parts: 2, letters: "lower", quote: "" };
    const lineage = company.lineageOf(
      rewriteNames(model.sql, { known, database: company.database, spelling: plain }),
    );
    const inputField = ({ table, column, use }, type) => {
      const { namespace, name } = nameOf(table.toLowerCase());
      const subtype = type === "DIRECT" ? DIRECT[use] : INDIRECT[use];
      return {
        namespace,
        name,
        field: column,
        transformations: [
          { type, subtype: subtype ?? (type === "DIRECT" ? "TRANSFORMATION" : "CONDITIONAL") },
        ],
      };
    };
    const fields = Object.fromEntries(
      lineage.outputs.map(({ name, sources }) => [
        name,
        { inputFields: sources.map((source) => inputField(source, "DIRECT")) },
      ]),
    );
    return {
      eventTime: `2026-11-16T03:${String(index).padStart(2, "0")}:00.000Z`,
      eventType: "COMPLETE",
      producer: OPEN_LINEAGE,
      schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
      run: { runId: `0193${String(index).padStart(4, "0")}-0000-7000-8000-000000000000` },
      job: { namespace: `${team.name}_jobs`, name: `build_${model.relation.replace(".", "_")}` },
      inputs: model.reads.map((read) => dataset(read)),
      outputs: [
        dataset(model.relation, {
          columnLineage: facet("ColumnLineageDatasetFacet", "1-2-0", {
            fields,
            dataset: lineage.influences.map((source) => inputField(source, "INDIRECT")),
          }),
        }),
      ],
    };
  });
  const lines = events.map((event) => JSON.stringify(event));
  return { [`${team.name}/events.ndjson`]: `${lines.join("\n")}\n` };
}

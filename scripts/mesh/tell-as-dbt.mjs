import { partsOf, rewriteNames, writeName } from "./spell-names.mjs";

const columnsIn = (columns, letters) =>
  columns.map(({ name, type }, index) => ({
    name: letters === "upper" ? name.toUpperCase() : name,
    type,
    index: index + 1,
  }));

/** A team's models as what dbt leaves in its target folder: a manifest and a catalog. */
export function tellAsDbt({ company, team, models, sources, foreign = [], known, spelling }) {
  const project = team.name;
  const modelId = (relation) => `model.${project}.${relation.replace(".", "__")}`;
  const foreignId = (relation) => `model.${team.foreignModels}.${relation.replace(".", "__")}`;
  const sourceId = (relation) => `source.${project}.${relation}`;
  const own = new Set(models.map((model) => model.relation));
  const idOf = (relation) => {
    if (own.has(relation)) return modelId(relation);
    return foreign.includes(relation) ? foreignId(relation) : sourceId(relation);
  };
  const node = (relation, rest) => {
    const [database, schema, table] = partsOf(relation, { ...spelling, parts: 3 });
    return {
      name: relation.replace(".", "__"),
      resource_type: "model",
      package_name: project,
      original_file_path: `models/${relation.replace(".", "/")}.sql`,
      database,
      schema,
      alias: table,
      relation_name: writeName(relation, spelling),
      columns: {},
      ...rest,
    };
  };
  const nodes = [
    ...models.map((model) =>
      node(model.relation, {
        unique_id: modelId(model.relation),
        config: { materialized: model.kind },
        depends_on: { macros: [], nodes: model.reads.map(idOf) },
        raw_code: "-- written by a template",
        compiled_code: rewriteNames(model.sql, { known, database: company.database, spelling }),
        language: "sql",
      }),
    ),
    ...foreign.map((relation) =>
      node(relation, {
        unique_id: foreignId(relation),
        package_name: team.foreignModels,
        depends_on: { macros: [], nodes: [] },
      }),
    ),
  ];
  const listed = sources.map((relation) => {
    const [database, schema, identifier] = partsOf(relation, { ...spelling, parts: 3 });
    return {
      unique_id: sourceId(relation),
      resource_type: "source",
      package_name: project,
      original_file_path: "models/sources.yml",
      source_name: schema,
      name: team.identifiers ? `src_${identifier}` : identifier,
      identifier,
      database: spelling.parts === 2 ? null : database,
      schema,
      relation_name: writeName(relation, spelling),
      columns: {},
    };
  });
  const catalogOf = (relation, id) => [
    id,
    {
      unique_id: id,
      metadata: { type: "BASE TABLE", schema: "", name: relation, database: null },
      columns: Object.fromEntries(
        columnsIn(
          company.columns.get(relation) ?? [],
          team.adapter === "snowflake" ? "upper" : "lower",
        ).map((column) => [column.name, column]),
      ),
      stats: {},
    },
  ];
  const metadata = (kind, version) => ({
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${kind}/${version}.json`,
    generated_at: "2026-11-16T04:10:00Z",
    project_name: project,
    adapter_type: team.adapter,
  });
  const folder = `${project}/target`;
  return {
    [`${folder}/manifest.json`]: toJson({
      metadata: metadata("manifest", "v12"),
      nodes: Object.fromEntries(nodes.map((one) => [one.unique_id, one])),
      sources: Object.fromEntries(listed.map((one) => [one.unique_id, one])),
      macros: {},
      exposures: {},
      metrics: {},
      groups: {},
    }),
    [`${folder}/catalog.json`]: toJson({
      metadata: metadata("catalog", "v1"),
      nodes: Object.fromEntries(
        models.map((model) => catalogOf(model.relation, modelId(model.relation))),
      ),
      sources: Object.fromEntries(
        sources.map((relation) => catalogOf(relation, sourceId(relation))),
      ),
    }),
  };
}

const toJson = (value) => `${JSON.stringify(value, undefined, 1)}\n`;

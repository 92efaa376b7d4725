// Makes the OpenLineage events of the Spark jobs in graph-seed/company/spark: schemas and figures from a real run on
// DuckDB, column lineage as the Spark integration reports it. The mapping below is checked against each job's columns.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";
import { readCompany } from "./read-company.mjs";
import { openCompany } from "./run-company.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "graph-seed", "company");
const PRODUCER = "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark";
const TRINO = "https://github.com/trinodb/trino/plugin/trino-openlineage";
const ICEBERG = "iceberg://catalog.harbour.example";
const FACETS = {
  sql: "1-1-0/SQLJobFacet",
  schema: "1-2-0/SchemaDatasetFacet",
  columnLineage: "1-2-0/ColumnLineageDatasetFacet",
  ownership: "1-0-1/OwnershipDatasetFacet",
  jobOwnership: "1-0-1/OwnershipJobFacet",
  jobType: "2-0-4/JobTypeJobFacet",
  datasetType: "1-0-0/DatasetTypeDatasetFacet",
  outputStatistics: "1-0-2/OutputStatisticsOutputDatasetFacet",
  dataQualityMetrics: "1-0-3/DataQualityMetricsInputDatasetFacet",
  processing_engine: "1-1-1/ProcessingEngineRunFacet",
};

/** A field: input field and how. `=` identity, `~` transformation, `+` aggregation, `#` counting (masked); `@` group, `?` filter, `&` join keys are of the dataset. */
const JOBS = {
  "search.query_daily": {
    owner: "search-relevance",
    fields: {
      query_text: "=search_events.query_text",
      day: "~search_events.searched_at",
      searches: "",
      clicks: "#search_events.clicked_sku",
    },
    dataset: "@search_events.query_text @search_events.searched_at",
  },
  "search.click_through": {
    owner: "search-relevance",
    fields: {
      query_text: "=search_events.query_text",
      sku: "=search_events.clicked_sku",
      clicks: "",
      average_position: "+search_events.clicked_position",
    },
    dataset: "?search_events.clicked_sku @search_events.query_text @search_events.clicked_sku",
  },
  "search.zero_results": {
    owner: "search-relevance",
    fields: {
      query_text: "=search_events.query_text",
      searches: "",
      last_seen_at: "+search_events.searched_at",
    },
    dataset: "?search_events.results_shown @search_events.query_text",
  },
  "search.ranker_training": {
    owner: "search-relevance",
    fields: {
      query_text: "=relevance_labels.query_text",
      sku: "=relevance_labels.sku",
      grade: "=relevance_labels.grade",
      clicks: "~click_through.clicks",
      average_position: "=click_through.average_position",
    },
    dataset:
      "&relevance_labels.query_text &click_through.query_text &relevance_labels.sku &click_through.sku",
  },
  "inventory.stock_daily": {
    owner: "inventory-planning",
    fields: {
      sku: "=stock_movements.sku",
      warehouse_code: "=stock_movements.warehouse_code",
      day: "~stock_movements.moved_at",
      net_units: "+stock_movements.units",
      movements: "",
    },
    dataset: "@stock_movements.sku @stock_movements.warehouse_code @stock_movements.moved_at",
  },
  "inventory.stock_levels": {
    owner: "inventory-planning",
    fields: {
      sku: "=stock_daily.sku",
      warehouse_code: "=stock_daily.warehouse_code",
      on_hand: "+stock_daily.net_units",
    },
    dataset: "@stock_daily.sku @stock_daily.warehouse_code",
  },
  "inventory.reorder_points": {
    owner: "inventory-planning",
    fields: {
      sku: "=stock_levels.sku",
      warehouse_code: "=stock_levels.warehouse_code",
      on_hand: "=stock_levels.on_hand",
      lead_days: "~supplier_lead_times.lead_days",
      supplier: "=supplier_lead_times.supplier",
    },
    dataset: "&stock_levels.sku &supplier_lead_times.sku ?stock_levels.on_hand",
  },
  "inventory.shrinkage_daily": {
    owner: "inventory-planning",
    fields: {
      sku: "=stock_movements.sku",
      warehouse_code: "=stock_movements.warehouse_code",
      day: "~stock_movements.moved_at",
      units_lost: "+stock_movements.units",
    },
    dataset:
      "?stock_movements.kind @stock_movements.sku @stock_movements.warehouse_code @stock_movements.moved_at",
  },
  "inventory.reservations": {
    owner: "inventory-planning",
    fields: {
      sku: "=checkout_order_events.sku",
      warehouse_code: "=checkout_order_events.warehouse_code",
      reserved_units: "+checkout_order_events.units",
      events: "",
    },
    dataset:
      "?checkout_order_events.event_type @checkout_order_events.sku @checkout_order_events.warehouse_code",
  },
  // this one runs on Trino, whose integration sends the statement and no column lineage
  "inventory.store_availability": { owner: "inventory-planning", sendsSql: true },
};
const TRANSFORMATIONS = {
  "=": { type: "DIRECT", subtype: "IDENTITY", description: "", masking: false },
  "~": { type: "DIRECT", subtype: "TRANSFORMATION", description: "", masking: false },
  "+": { type: "DIRECT", subtype: "AGGREGATION", description: "", masking: false },
  "#": { type: "DIRECT", subtype: "AGGREGATION", description: "", masking: true },
  "@": { type: "INDIRECT", subtype: "GROUP_BY", description: "", masking: false },
  "?": { type: "INDIRECT", subtype: "FILTER", description: "", masking: false },
  "&": { type: "INDIRECT", subtype: "JOIN", description: "", masking: false },
};

const company = readCompany(root);
const execution = parseYaml(readFileSync(join(root, "execution.yaml"), "utf8"));
const names = new Map(
  Object.entries(execution.relations).flatMap(([namespace, relations]) =>
    Object.entries(relations).map(([name, relation]) => [relation, { namespace, name }]),
  ),
);
const nameOf = (relation) =>
  names.get(relation) ??
  (relation.startsWith("catalog.")
    ? { namespace: "postgres://catalog-db.harbour.example:5432", name: relation }
    : { namespace: ICEBERG, name: relation });
const running = await openCompany(company);
const byDomain = new Map();
let minute = 5;
for (const step of company.steps.filter((one) => JOBS[one.relation])) {
  const events = (await eventsOf(step, minute)).map((event) =>
    JOBS[step.relation].sendsSql ? sentBy(TRINO, event) : event,
  );
  const domain = step.relation.split(".")[0];
  byDomain.set(domain, [...(byDomain.get(domain) ?? []), ...events]);
  minute += 4;
}
for (const [domain, events] of byDomain) {
  const file = join(root, "sources", domain, "events.ndjson");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${events.map((event) => JSON.stringify(event)).join("\n")}\n`);
}
await running.close();

async function eventsOf(step, startMinute) {
  const job = JOBS[step.relation];
  const columns = await running.columnsOf(step.relation);
  const missing = job.sendsSql
    ? undefined
    : columns.find((column) => job.fields[column.name] === undefined);
  if (missing !== undefined) throw new Error(`${step.relation}.${missing.name} has no lineage`);
  const inputs = [];
  for (const relation of step.reads) inputs.push(await inputOf(relation));
  const [[rows]] = await running.rowsOf(`select count(*) from ${step.relation}`);
  const fieldOf = (mark) => {
    const [short, field] = mark.slice(1).split(".");
    const relation = step.reads.find((one) => one.split(".")[1] === short);
    return { ...nameOf(relation), field, transformations: [TRANSFORMATIONS[mark[0]]] };
  };
  const output = {
    ...nameOf(step.relation),
    facets: {
      schema: facet("schema", {
        fields: columns.map(({ name, type }) => ({ name, type: type.toLowerCase() })),
      }),
      datasetType: facet("datasetType", { datasetType: "TABLE", subType: "" }),
      ownership: facet("ownership", { owners: [{ name: job.owner, type: "team" }] }),
      ...(job.sendsSql ? {} : { columnLineage: columnLineageOf(job, fieldOf) }),
    },
    outputFacets: { outputStatistics: facet("outputStatistics", { rowCount: Number(rows) }) },
  };
  const base = {
    producer: PRODUCER,
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    run: {
      runId: runIdOf(step.relation),
      facets: {
        processing_engine: facet(
          "processing_engine",
          job.sendsSql
            ? { version: "476", name: "trino", openlineageAdapterVersion: "1.53.0" }
            : { version: "3.5.9", name: "spark", openlineageAdapterVersion: "1.53.0" },
        ),
      },
    },
    job: {
      namespace: job.sendsSql ? "trino_prod" : "spark_prod",
      name: `harbour_${step.relation.replace(".", "_")}`,
      facets: {
        jobType: facet("jobType", {
          processingType: "BATCH",
          integration: job.sendsSql ? "TRINO" : "SPARK",
          jobType: job.sendsSql ? "QUERY" : "SQL_JOB",
        }),
        ...(job.sendsSql
          ? { sql: facet("sql", { query: step.sql.trim(), dialect: "trino" }) }
          : {}),
        ownership: facet("jobOwnership", { owners: [{ name: job.owner, type: "team" }] }),
      },
    },
  };
  const at = (one) => `2026-11-16T03:${String(one).padStart(2, "0")}:12.418Z`;
  const { columnLineage, ...early } = output.facets;
  return [
    {
      eventTime: at(startMinute),
      eventType: "START",
      ...base,
      inputs,
      outputs: [{ ...nameOf(step.relation), facets: early }],
    },
    { eventTime: at(startMinute + 2), eventType: "COMPLETE", ...base, inputs, outputs: [output] },
  ];
}

function columnLineageOf(job, fieldOf) {
  const fields = Object.entries(job.fields).filter(([, mark]) => mark !== "");
  return facet("columnLineage", {
    fields: Object.fromEntries(
      fields.map(([name, mark]) => [name, { inputFields: [fieldOf(mark)] }]),
    ),
    dataset: job.dataset.split(" ").map(fieldOf),
  });
}

async function inputOf(relation) {
  const columns = await running.columnsOf(relation);
  const counted = columns
    .map(({ name }) => `count(*) - count("${name}"), count(distinct "${name}")`)
    .join(", ");
  const [[rows, ...figures]] = await running.rowsOf(`select count(*), ${counted} from ${relation}`);
  const columnMetrics = Object.fromEntries(
    columns.map(({ name }, at) => [
      name,
      { nullCount: Number(figures[at * 2]), distinctCount: Number(figures[at * 2 + 1]) },
    ]),
  );
  return {
    ...nameOf(relation),
    facets: {
      schema: facet("schema", {
        fields: columns.map(({ name, type }) => ({ name, type: type.toLowerCase() })),
      }),
    },
    inputFacets: {
      dataQualityMetrics: facet("dataQualityMetrics", { rowCount: Number(rows), columnMetrics }),
    },
  };
}

function sentBy(producer, event) {
  return JSON.parse(JSON.stringify(event).replaceAll(PRODUCER, producer));
}

function facet(name, content) {
  const path = FACETS[name];
  return {
    _producer: PRODUCER,
    _schemaURL: `https://openlineage.io/spec/facets/${path}.json#/$defs/${path.split("/")[1]}`,
    ...content,
  };
}

/** The same run id in every build: a version 4 UUID's form over a hash of the name. */
function runIdOf(name) {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

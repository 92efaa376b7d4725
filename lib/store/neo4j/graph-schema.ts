import type { ManagedTransaction } from "neo4j-driver";
import type { AssetKind } from "#lib/model/asset.ts";

/** Transactions that one writer may run side by side. */
export const LANES = ["1", "2"] as const;
export type Lane = (typeof LANES)[number];

/** Format of the graph; a store of a newer one is refused. */
export const GRAPH_FORMAT = 1;

const UNIQUE: readonly (readonly [label: string, property: string])[] = [
  ["Store", "key"],
  ["Lane", "key"],
  ["Version", "version"],
  ["Source", "key"],
  ["Claim", "id"],
  ["Asset", "key"],
  ["Column", "key"],
  ["Owner", "key"],
  ["Domain", "key"],
  ["Record", "key"],
];

const INDICES: readonly (readonly [name: string, label: string, properties: string])[] = [
  ["claim_source_asset", "Claim", "n.source, n.asset"],
  ["claim_asset", "Claim", "n.asset"],
  ["claim_from", "Claim", "n.validFrom"],
  ["claim_to", "Claim", "n.validTo"],
  ["mark_from", "StaleMark", "n.validFrom"],
  ["mark_to", "StaleMark", "n.validTo"],
  ["asset_name", "Asset", "n.name"],
  ["record_collection", "Record", "n.collection"],
];

interface SchemaStatement {
  /** Of the constraint or the index that it makes. */
  readonly name: string;
  readonly statement: string;
}

const uniqueStatement = ([label, property]: (typeof UNIQUE)[number]): SchemaStatement => {
  const name = `faultline_${label.toLowerCase()}_${property}`;
  return {
    name,
    statement: `CREATE CONSTRAINT ${name} IF NOT EXISTS FOR (n:${label}) REQUIRE n.${property} IS UNIQUE`,
  };
};

const indexStatement = ([suffix, label, properties]: (typeof INDICES)[number]): SchemaStatement => {
  const name = `faultline_${suffix}`;
  return {
    name,
    statement: `CREATE INDEX ${name} IF NOT EXISTS FOR (n:${label}) ON (${properties})`,
  };
};

/** All constraints and indices. Schema changes need a transaction each. */
export const SCHEMA_STATEMENTS: readonly SchemaStatement[] = [
  ...UNIQUE.map(uniqueStatement),
  ...INDICES.map(indexStatement),
];

/** Lanes are made before anybody takes one: whoever waits for them would not see one that is only being made. */
export async function ensureStoreNode(tx: ManagedTransaction): Promise<number> {
  const result = await tx.run(
    `MERGE (s:Store {key: 'store'})
     ON CREATE SET s.format = $format, s.version = 0, s.lastClaim = 0, s.step = 0
     RETURN s.format AS format`,
    { format: GRAPH_FORMAT },
  );
  await tx.run("UNWIND $lanes AS lane MERGE (:Lane {key: lane})", { lanes: LANES });
  return Number(result.records[0]?.get("format") ?? 0);
}

/** The label beside `:Asset` that people ask by. */
export const KIND_LABELS: Readonly<Record<AssetKind, string>> = {
  table: "Dataset",
  view: "Dataset",
  file: "Dataset",
  topic: "Dataset",
  feature_view: "Dataset",
  job: "Job",
  dashboard: "Dashboard",
  chart: "Chart",
  report: "Report",
  ml_job: "MlJob",
  ml_model: "MlModel",
  metric: "Metric",
  application: "Application",
};

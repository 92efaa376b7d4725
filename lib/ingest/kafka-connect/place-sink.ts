import { placeTable, type TablePlace } from "../table-place.ts";
import type { Connector } from "./parse-connectors.ts";
import { serverOfUrl } from "./server-of-url.ts";

type Config = Connector["config"];
type Place = (config: Config, topic: string) => TablePlace | undefined;

const nameFrom = (format: string | undefined, topic: string): string =>
  (format ?? "$" + "{topic}").replaceAll("$" + "{topic}", topic);

const jdbc: Place = (config, topic) => {
  const server = serverOfUrl(config.get("connection.url") ?? "");
  const name = nameFrom(config.get("table.name.format"), topic);
  return server && placeTable([server], name);
};

/** Debezium writes the dots of a topic as underscores, and calls the format otherwise. */
const debeziumJdbc: Place = (config, topic) => {
  const server = serverOfUrl(config.get("connection.url") ?? "");
  const format = config.get("collection.name.format") ?? config.get("table.name.format");
  return server && placeTable([server], nameFrom(format, topic.replaceAll(".", "_")));
};

/** `topic1:table1, topic2:table2`. */
const mapped = (map: string | undefined, topic: string): string | undefined =>
  (map ?? "")
    .split(",")
    .map((pair) => pair.split(":").map((part) => part.trim()))
    .find(([from]) => from === topic)?.[1];

const snowflake: Place = (config, topic) => {
  const account = /^(?:https?:\/\/)?([^.:/]+)/.exec(config.get("snowflake.url.name") ?? "")?.[1];
  const table =
    mapped(config.get("snowflake.topic2table.map"), topic) ?? topic.replace(/[^\w$]/g, "_");
  const server = {
    type: "snowflake",
    account,
    database: config.get("snowflake.database.name"),
    schema: config.get("snowflake.schema.name"),
  };
  return placeTable([server], table);
};

const bigquery: Place = (config, topic) => {
  const table = mapped(config.get("topic2TableMap"), topic) ?? topic.replace(/[^\w]/g, "_");
  const named = config.get("defaultDataset") ?? (config.get("datasets") ?? "").split("=").at(-1);
  return placeTable([{ type: "bigquery", project: config.get("project"), dataset: named }], table);
};

const inBucket =
  (scheme: string, key: string): Place =>
  (config, topic) => {
    const bucket = config.get(key);
    if (bucket === undefined) return undefined;
    const folder = config.get("topics.dir") ?? "topics";
    return {
      namespace: `${scheme}://${bucket}`,
      path: [[folder, topic].filter((part) => part !== "").join("/")],
      kind: "file",
    };
  };

const iceberg: Place = (config, topic) => {
  const tables = (config.get("iceberg.tables") ?? "").split(",").map((part) => part.trim());
  const [only = "", second] = tables;
  if (second === undefined && only !== "") return { namespace: "iceberg", path: only.split(".") };
  const own = tables.find((table) => table.split(".").at(-1) === topic);
  return own === undefined ? undefined : { namespace: "iceberg", path: own.split(".") };
};

/** By class. */
export const SINKS: ReadonlyMap<string, Place> = new Map([
  ["io.confluent.connect.jdbc.JdbcSinkConnector", jdbc],
  ["io.aiven.connect.jdbc.JdbcSinkConnector", jdbc],
  ["io.debezium.connector.jdbc.JdbcSinkConnector", debeziumJdbc],
  ["com.snowflake.kafka.connector.SnowflakeSinkConnector", snowflake],
  ["com.snowflake.kafka.connector.SnowflakeStreamingSinkConnector", snowflake],
  ["com.wepay.kafka.connect.bigquery.BigQuerySinkConnector", bigquery],
  ["io.confluent.connect.s3.S3SinkConnector", inBucket("s3", "s3.bucket.name")],
  [
    "io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector",
    inBucket("s3", "aws.s3.bucket.name"),
  ],
  ["io.confluent.connect.gcs.GcsSinkConnector", inBucket("gs", "gcs.bucket.name")],
  ["org.apache.iceberg.connect.IcebergSinkConnector", iceberg],
  ["io.tabular.iceberg.connect.IcebergSinkConnector", iceberg],
]);

/** The table or folder that a topic flows into. */
export const placeSink = ({
  connector: { config },
  topic,
}: {
  readonly connector: Connector;
  /** After transforms that route. */
  readonly topic: string;
}): TablePlace | undefined => SINKS.get(config.get("connector.class") ?? "")?.(config, topic);

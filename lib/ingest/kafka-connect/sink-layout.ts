import { quoted } from "../quote-name.ts";
import type { Connector } from "./parse-connectors.ts";

type Config = Connector["config"];

/** How a sink lays a message out as a row. */
export interface SinkLayout {
  /** The query of the row, over the one of the message. */
  readonly sql: (message: string) => string;
  /** The columns that the row has whatever is in the message; absent: those of the message, and perhaps more. */
  readonly columns?: readonly string[];
}

const AS_IT_IS: SinkLayout = { sql: (message) => message };

/** The message beside columns of where it came from, which no field of it decides. */
const withMore = (names: readonly string[]): SinkLayout => ({
  sql: (message) =>
    `select *, ${names.map((name) => `now() as ${quoted(name, "duckdb")}`).join(", ")} from (${message}) as message`,
});

/** No field has this name, so that all of the row is meant. */
const WHOLE = '"the whole message"';
const CONTENT = "RECORD_CONTENT";
const METADATA = "RECORD_METADATA";

/** One VARIANT with all of the message, one with its place in the topic: so each reader asks for fields by their paths. */
const IN_ONE_VARIANT: SinkLayout = {
  sql: (message) =>
    `select ${WHOLE} as ${CONTENT}, now() as ${METADATA} from (${message}) as ${WHOLE}`,
  columns: [CONTENT, METADATA],
};

/** A column for each field has to be asked for, until version 4 of the connector, whose class is another one. */
const snowflake =
  (byDefault: boolean) =>
  (config: Config): SinkLayout => {
    const said = config.get("snowflake.enable.schematization")?.trim().toLowerCase();
    const hasFields = said === undefined || said === "" ? byDefault : said === "true";
    return hasFields ? withMore([METADATA]) : IN_ONE_VARIANT;
  };

function bigquery(config: Config): SinkLayout {
  const names = ["kafkaKeyFieldName", "kafkaDataFieldName"].flatMap((key) => {
    const name = config.get(key)?.trim();
    return name === undefined || name === "" ? [] : [name];
  });
  return names.length === 0 ? AS_IT_IS : withMore(names);
}

const LAYOUTS: ReadonlyMap<string, (config: Config) => SinkLayout> = new Map([
  ["com.snowflake.kafka.connector.SnowflakeSinkConnector", snowflake(false)],
  ["com.snowflake.kafka.connector.SnowflakeStreamingSinkConnector", snowflake(true)],
  ["com.wepay.kafka.connect.bigquery.BigQuerySinkConnector", bigquery],
]);

export const sinkLayout = ({ config }: Connector): SinkLayout =>
  LAYOUTS.get(config.get("connector.class") ?? "")?.(config) ?? AS_IT_IS;

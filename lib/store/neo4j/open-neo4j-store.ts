import neo4j, { type Driver } from "neo4j-driver";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { LineageStore } from "../lineage-store.ts";
import type { StoreEnvironment } from "../store-environment.ts";
import type { StoreError } from "../store-error.ts";
import { ensureStoreNode, GRAPH_FORMAT, SCHEMA_STATEMENTS } from "./graph-schema.ts";
import { Neo4jAccess, rowsOf } from "./neo4j-access.ts";
import { describeNeo4jError } from "./neo4j-error.ts";
import { Neo4jStore } from "./neo4j-store.ts";
import { WRITE_PACE, type WritePace } from "./write-lease.ts";

/** A server that is away is told of within these times together; the driver tries again with the next question. */
const CONNECT_MS = 2_000;
const ACQUIRE_MS = 3_500;
const RETRY_MS = 3_000;

/**
 * Opens the store in a Neo4j 5 (or later) database and makes its constraints where they are missing. Reads
 * `NEO4J_USERNAME`, `NEO4J_PASSWORD` and `NEO4J_DATABASE` (the server's default database where absent).
 */
export async function openNeo4jStore(
  url: string,
  env: StoreEnvironment,
  pace: Partial<WritePace> = {},
): Promise<Result<LineageStore, StoreError>> {
  const label = `Neo4j at ${withoutPassword(url)}`;
  let driver: Driver;
  try {
    driver = createDriver(url, env);
  } catch (thrown) {
    return err({ ...describeNeo4jError(thrown, label), code: "refused" });
  }
  const database = env["NEO4J_DATABASE"];
  const access = new Neo4jAccess({
    label,
    driver,
    ...(database === undefined ? {} : { database }),
  });
  const opened = await access.attempt(async () => {
    await driver.verifyConnectivity(database === undefined ? {} : { database });
    await makeSchema(access);
    const format = await access.write(ensureStoreNode);
    return format > GRAPH_FORMAT ? err(newerFormat(label, format)) : ok(format);
  });
  if (opened.ok) return ok(new Neo4jStore(access, { ...WRITE_PACE, ...pace }));
  await driver.close();
  return opened;
}

/** Only what is missing: each costs a transaction of its own, and one that is new a moment of the whole database. */
async function makeSchema(access: Neo4jAccess): Promise<void> {
  // The index behind a constraint has the constraint's name.
  const rows = await access.read((tx) => rowsOf<{ name: string }>(tx, "SHOW INDEXES YIELD name"));
  const known = new Set(rows.map(({ name }) => name));
  for (const { name, statement } of SCHEMA_STATEMENTS) {
    if (!known.has(name)) await access.write((tx) => tx.run(statement));
  }
}

function createDriver(url: string, env: StoreEnvironment): Driver {
  const user = env["NEO4J_USERNAME"];
  const password = env["NEO4J_PASSWORD"];
  const login =
    user === undefined && password === undefined
      ? undefined
      : neo4j.auth.basic(user ?? "neo4j", password ?? "");
  return neo4j.driver(url, login, {
    disableLosslessIntegers: true,
    connectionTimeout: CONNECT_MS,
    connectionAcquisitionTimeout: ACQUIRE_MS,
    maxTransactionRetryTime: RETRY_MS,
    fetchSize: 2_000,
    userAgent: "faultline",
  });
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^/@]*@/, "//");

const newerFormat = (label: string, format: number): StoreError => ({
  code: "newer-format",
  message: `${label} holds a graph of format ${format}, and this Faultline knows formats up to ${GRAPH_FORMAT}.`,
  next: "Use the Faultline that wrote it, or a newer one.",
});

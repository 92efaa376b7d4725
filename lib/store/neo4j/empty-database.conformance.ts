import neo4j from "neo4j-driver";
import type { LineageStore } from "../lineage-store.ts";
import { unwrap } from "../unwrap.conformance.ts";
import { openNeo4jStore } from "./open-neo4j-store.ts";
import type { WritePace } from "./write-lease.ts";

export async function runCypher(
  uri: string,
  statement: string,
  parameters: Record<string, unknown> = {},
): Promise<readonly Record<string, unknown>[]> {
  const { NEO4J_USERNAME = "", NEO4J_PASSWORD } = process.env;
  const login = NEO4J_PASSWORD ? neo4j.auth.basic(NEO4J_USERNAME, NEO4J_PASSWORD) : undefined;
  const driver = neo4j.driver(uri, login, { disableLosslessIntegers: true });
  const session = driver.session();
  try {
    const result = await session.run(statement, parameters);
    return result.records.map((record) => record.toObject());
  } finally {
    await session.close();
    await driver.close();
  }
}

/** The test server's store with everything in it taken away; constraints stay. */
export async function openEmptyNeo4j(
  uri: string,
  pace?: Partial<WritePace>,
): Promise<LineageStore> {
  await runCypher(uri, "MATCH (n) CALL { WITH n DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS");
  return unwrap(await openNeo4jStore(uri, process.env, pace));
}

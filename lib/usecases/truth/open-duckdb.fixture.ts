import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** A database in memory for the tests of one file. What `beforeAll` returns is called after the last of them: return `close`. */
export async function openDuckdb(): Promise<{
  readonly connection: DuckDBConnection;
  readonly close: () => void;
}> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

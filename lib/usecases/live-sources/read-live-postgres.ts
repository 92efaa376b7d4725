import type { ClientConfig } from "pg";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import type { ReadFile } from "../sources/read-files.ts";
import { assembleCatalog, type CatalogRows } from "./assemble-catalog.ts";
import type { LiveAddress } from "./live-address.ts";
import type { LiveContext } from "./live-reader.ts";
import { explainPostgres } from "./postgres-errors.ts";
import { CATALOG_QUERIES, type CatalogQuery } from "./postgres-queries.ts";

/** Of one question about the catalog, and of waiting for a lock of it. */
const STATEMENT_TIMEOUT = "60s";
const LOCK_TIMEOUT = "5s";
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The catalog of a PostgreSQL database, read in one transaction that cannot write. The password is that of the address, of
 * `PGPASSWORD` or of `.pgpass`; TLS is as `sslmode` of the address or `PGSSLMODE` says, with libpq's meaning.
 */
export async function readLivePostgres(
  { url, shown }: LiveAddress,
  { env }: LiveContext,
): Promise<Result<readonly ReadFile[], Failure>> {
  const config = configOf(url, env);
  if (config === undefined) {
    return err({
      code: "bad-usage",
      message: `${shown} is no address of a database`,
      next: "Write postgres://user@host:5432/database; the password goes into PGPASSWORD.",
    });
  }
  // Loaded where it is used: most commands never need it.
  const { Client } = (await import("pg")).default;
  let client: InstanceType<typeof Client> | undefined;
  try {
    // A certificate that cannot be read throws here already.
    client = new Client(config);
    // A connection that breaks between two questions is told by the next one.
    client.on("error", () => undefined);
    await client.connect();
    const open = client;
    await open.query("begin transaction isolation level repeatable read read only");
    await open.query(`set local statement_timeout = '${STATEMENT_TIMEOUT}'`);
    await open.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    await open.query("set local search_path = pg_catalog");
    const rows = await askAll(async (sql) => (await open.query(sql)).rows);
    await open.query("rollback");
    const server = { host: hostOf(open.host), port: open.port };
    const text = JSON.stringify(assembleCatalog(rows, server));
    const root = `postgres://${server.host}:${server.port}/${rows.server[0]?.["database"] ?? ""}`;
    return ok([{ path: root, root, text }]);
  } catch (error) {
    return err(explainPostgres(shown, error));
  } finally {
    await client?.end().catch(() => undefined);
  }
}

async function askAll(
  ask: (sql: string) => Promise<CatalogRows[CatalogQuery]>,
): Promise<CatalogRows> {
  const names = Object.keys(CATALOG_QUERIES) as CatalogQuery[];
  const rows: Partial<Record<CatalogQuery, CatalogRows[CatalogQuery]>> = {};
  for (const name of names) rows[name] = await ask(CATALOG_QUERIES[name]);
  return rows as CatalogRows;
}

/** A socket is on this machine. */
const hostOf = (host: string): string =>
  host === "" || host.startsWith("/") ? "localhost" : host.toLowerCase();

/** The address as the driver takes it. Without a user, a password or a mode of its own the environment's hold. */
function configOf(
  address: string,
  env: Readonly<Record<string, string | undefined>>,
): ClientConfig | undefined {
  const url = parseUrl(address);
  if (url === undefined) return undefined;
  const mode = url.searchParams.get("sslmode") ?? env["PGSSLMODE"];
  if (mode) url.searchParams.set("sslmode", mode);
  const root = env["PGSSLROOTCERT"];
  if (mode && root && !url.searchParams.has("sslrootcert"))
    url.searchParams.set("sslrootcert", root);
  // Otherwise the driver has modes of its own.
  if (mode && mode !== "no-verify") url.searchParams.set("uselibpqcompat", "true");
  const password = url.password === "" ? env["PGPASSWORD"] : undefined;
  const user = url.username === "" ? env["PGUSER"] : undefined;
  return {
    connectionString: url.href,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "faultline",
    ...(user ? { user } : {}),
    ...(password ? { password } : {}),
  };
}

function parseUrl(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

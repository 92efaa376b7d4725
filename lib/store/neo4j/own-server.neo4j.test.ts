import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import neo4j from "neo4j-driver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../open-store.ts";
import { batchOf, claimOf } from "../sample-batches.conformance.ts";
import { unwrap } from "../store.conformance.ts";
import type { StoreEnvironment } from "../store-environment.ts";
import { findFreePort, startServerProcess, type TestNeo4j } from "./test-server.ts";

const LOGIN = { NEO4J_USERNAME: "neo4j", NEO4J_PASSWORD: "only-for-tests" };

function hasJava(): boolean {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A server that asks for a password, and that a test may end. */
describe.skipIf(!hasJava())("a Neo4j with a password", () => {
  const data = mkdtempSync(join(tmpdir(), "faultline-neo4j-own-"));
  let port: number;
  let server: TestNeo4j;

  beforeAll(async () => {
    port = await findFreePort();
    server = await startServerProcess({ data, port, login: true });
    const driver = neo4j.driver(server.uri, neo4j.auth.basic("neo4j", "neo4j"));
    const session = driver.session({ database: "system" });
    await session.run("ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password", {
      password: LOGIN.NEO4J_PASSWORD,
    });
    await session.close();
    await driver.close();
  }, 180_000);

  afterAll(async () => {
    await server?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  const failureOf = async (url: string, env: StoreEnvironment) => {
    const started = Date.now();
    const opened = await openStore(url, env);
    if (opened.ok) await opened.value.close();
    expect(Date.now() - started).toBeLessThan(10_000);
    return opened.ok ? undefined : opened.error;
  };

  it("refuses a wrong password and none at all, and says which settings to look at", async () => {
    for (const env of [{ ...LOGIN, NEO4J_PASSWORD: "wrong" }, { NEO4J_USERNAME: "neo4j" }, {}]) {
      const failure = await failureOf(server.uri, env);
      expect(failure).toMatchObject({
        code: "refused",
        next: expect.stringContaining("NEO4J_PASSWORD"),
      });
      expect(failure?.message).toContain(`Neo4j at ${server.uri} refused the log-in`);
    }
  });

  it("names a database that does not exist", async () => {
    expect(await failureOf(server.uri, { ...LOGIN, NEO4J_DATABASE: "elsewhere" })).toMatchObject({
      code: "refused",
      message: expect.stringContaining("elsewhere"),
      next: expect.stringContaining("NEO4J_DATABASE"),
    });
  });

  it.each(["neo4j+s", "bolt+s", "bolt+ssc"])(
    "says of %s that the server may speak plain Bolt only",
    async (scheme) => {
      expect(await failureOf(`${scheme}://127.0.0.1:${port}`, LOGIN)).toMatchObject({
        code: "unreachable",
        next: expect.stringContaining("encrypt"),
      });
    },
  );

  it("answers again after the server was restarted under an open store", async () => {
    const store = unwrap(await openStore(server.uri, LOGIN));
    unwrap(await store.apply(batchOf([claimOf("before")])));
    await server.stop();
    expect(await store.version()).toMatchObject({ ok: false, error: { code: "unreachable" } });
    expect(await store.apply(batchOf([claimOf("lost")], { source: "b:lost" }))).toMatchObject({
      ok: false,
      error: { code: "unreachable" },
    });
    server = await startServerProcess({ data, port, login: true });
    expect(unwrap(await store.version()).version).toBe(1);
    unwrap(await store.apply(batchOf([claimOf("after")], { source: "b:next" })));
    expect(unwrap(await store.claims()).map(({ claim }) => claim.name)).toEqual([
      "after",
      "before",
    ]);
    await store.close();
  }, 180_000);
});

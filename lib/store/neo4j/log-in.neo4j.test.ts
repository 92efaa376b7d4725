import { connect, createServer, type Socket } from "node:net";
import { describe, expect, inject, it } from "vitest";
import { openStore } from "../open-store.ts";
import { batchOf, claimOf } from "../sample-batches.conformance.ts";
import type { StoreEnvironment } from "../store-environment.ts";
import { unwrap } from "../unwrap.conformance.ts";
import { openEmptyNeo4j } from "./empty-database.conformance.ts";
import { openNeo4jStore } from "./open-neo4j-store.ts";

const uri = inject("neo4jUri") ?? "";
const LOGIN = process.env;
const hasLogin = Boolean(LOGIN["NEO4J_PASSWORD"]) || Boolean(process.env["CI"]);

const failureOf = async (url: string, env: StoreEnvironment) => {
  const started = Date.now();
  const opened = await openStore(url, env);
  if (opened.ok) await opened.value.close();
  expect(Date.now() - started).toBeLessThan(10_000);
  return opened.ok ? undefined : opened.error;
};

describe.skipIf(uri === "")("Neo4j and what a person sets", () => {
  it.skipIf(!hasLogin)(
    "refuses a wrong password and none at all, and says which settings to look at",
    async () => {
      for (const env of [{ ...LOGIN, NEO4J_PASSWORD: "wrong" }, { NEO4J_USERNAME: "neo4j" }, {}]) {
        const failure = await failureOf(uri, env);
        expect(failure).toMatchObject({
          code: "refused",
          next: expect.stringContaining("NEO4J_PASSWORD"),
        });
        expect(failure?.message).toContain(`Neo4j at ${uri} refused the log-in`);
      }
    },
  );

  it("names a database that does not exist", async () => {
    expect(await failureOf(uri, { ...LOGIN, NEO4J_DATABASE: "elsewhere" })).toMatchObject({
      code: "refused",
      message: expect.stringContaining("elsewhere"),
      next: expect.stringContaining("NEO4J_DATABASE"),
    });
  });

  it.each(["neo4j+s", "bolt+s", "bolt+ssc"])(
    "says of %s that the server may speak plain Bolt only",
    async (scheme) => {
      expect(await failureOf(uri.replace(/^\w+/, scheme), LOGIN)).toMatchObject({
        code: "unreachable",
        next: expect.stringContaining("encrypt"),
      });
    },
  );
});

/** A way to the real server that a test can cut and mend, as when the server is restarted or the network fails. */
async function openPassage(target: URL) {
  const open = new Set<Socket>();
  const passage = createServer((client) => {
    const server = connect(Number(target.port || 7687), target.hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy()).on("close", () => open.delete(socket));
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      passage.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
  await listen(0);
  const address = passage.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      passage.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return { url: `bolt://127.0.0.1:${port}`, cut, mend: () => listen(port) };
}

describe.skipIf(uri === "")("Neo4j away and back again", () => {
  it("answers again under an open store, with nothing of what could not be written", async () => {
    await (await openEmptyNeo4j(uri)).close();
    const passage = await openPassage(new URL(uri));
    // What was being shown when the way was cut holds the lease no longer than this.
    const store = unwrap(await openNeo4jStore(passage.url, LOGIN, { leaseMs: 1_000 }));
    unwrap(await store.apply(batchOf([claimOf("before")])));
    await passage.cut();
    expect(await store.version()).toMatchObject({ ok: false, error: { code: "unreachable" } });
    const lost = batchOf([claimOf("lost")], { source: "b:lost" });
    expect(await store.apply(lost)).toMatchObject({ ok: false, error: { code: "unreachable" } });
    await passage.mend();
    expect(unwrap(await store.version()).version).toBe(1);
    unwrap(await store.apply(batchOf([claimOf("after")], { source: "b:next" })));
    const names = unwrap(await store.claims()).map(({ claim }) => claim.name);
    expect(names).toEqual(["after", "before"]);
    await store.close();
    await passage.cut();
  }, 60_000);
});

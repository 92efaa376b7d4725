import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, inject, it } from "vitest";
import { openStore } from "../open-store.ts";
import { roundsIn, startWriter } from "../run-writer.conformance.ts";
import { batchOf, claimOf } from "../sample-batches.conformance.ts";
import { unwrap } from "../unwrap.conformance.ts";
import { openEmptyNeo4j, runCypher } from "./empty-database.conformance.ts";
import { openNeo4jStore } from "./open-neo4j-store.ts";

const uri = inject("neo4jUri") ?? "";
const PENDING = "MATCH (s:Store) RETURN coalesce(s.isPending, false) AS isPending";
const EDGES = "MATCH ()-[r:DERIVES]->() WHERE r.validTo IS NULL RETURN count(r) AS n";

describe.skipIf(uri === "")("Neo4j and what can go wrong", () => {
  it("shows whole batches only after a writer was killed, and the next writer clears what it left", async () => {
    await (await openEmptyNeo4j(uri)).close();
    const claims = 400;
    let interrupted = 0;
    for (const delay of [0, 200]) {
      const writer = startWriter({ url: uri, source: "dbt:shop", claims, rounds: 50 });
      await writer.firstRound;
      // From now on a batch is there by half, under a version that is not published.
      while ((await runCypher(uri, PENDING))[0]?.["isPending"] !== true) await sleep(20);
      await sleep(delay);
      writer.child.kill("SIGKILL");
      await writer.ended;
      const [store] = await runCypher(uri, PENDING);
      if (store?.["isPending"] === true) interrupted++;
      const reader = unwrap(await openNeo4jStore(uri, process.env, { leaseMs: 1_000 }));
      const found = unwrap(await reader.claims()).filter(({ source }) => source.id === "dbt:shop");
      expect(found).toHaveLength(claims);
      expect(roundsIn(found, "dbt:shop").size).toBe(1);
      // The dead writer's lease ends by itself in a quarter of a minute; the test does not wait for that.
      const next = batchOf([claimOf("after", { columns: ["id"], edges: ["table_1.id -> id"] })], {
        source: "b:next",
      });
      await runCypher(
        uri,
        "MATCH (s:Store) WHERE s.writer IS NOT NULL SET s.leaseUntil = timestamp() - 1",
      );
      unwrap(await reader.apply(next));
      expect(roundsIn(unwrap(await reader.claims()), "dbt:shop").size).toBe(1);
      await reader.close();
      expect(await runCypher(uri, EDGES)).toEqual([{ n: claims * 10 + 1 }]);
      const [left] = await runCypher(
        uri,
        `MATCH (s:Store) OPTIONAL MATCH (n) WHERE n.validFrom > s.version OR n.validTo > s.version
         OPTIONAL MATCH ()-[r]->() WHERE r.validFrom > s.version OR r.validTo > s.version
         RETURN count(n) AS nodes, count(r) AS relations`,
      );
      expect(left).toEqual({ nodes: 0, relations: 0 });
    }
    expect(interrupted).toBeGreaterThan(0);
  }, 120_000);

  it("makes two writers take turns", async () => {
    const first = await openEmptyNeo4j(uri);
    const second = unwrap(await openStore(uri, process.env));
    const batches = Array.from({ length: 6 }, (_, at) =>
      batchOf([claimOf(`t${at}`)], { source: `s:${at}` }),
    );
    const applied = await Promise.all(
      batches.map((batch, at) => (at % 2 === 0 ? first : second).apply(batch)),
    );
    expect(applied.map((result) => unwrap(result).version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(unwrap(await first.claims())).toHaveLength(6);
    await first.close();
    await second.close();
  });

  it("tells of a writer that does not end, and writes nothing beside it", async () => {
    const store = await openEmptyNeo4j(uri, { leaseMs: 1_000, patienceMs: 300 });
    await runCypher(
      uri,
      "MATCH (s:Store) SET s.writer = 'somebody', s.leaseUntil = timestamp() + 60000",
    );
    expect(await store.apply(batchOf([claimOf("a")]))).toMatchObject({
      ok: false,
      error: { code: "refused" },
    });
    expect(unwrap(await store.version()).version).toBe(0);
    await store.close();
  });

  it("refuses a graph of a newer format", async () => {
    await (await openEmptyNeo4j(uri)).close();
    await runCypher(uri, "MATCH (s:Store) SET s.format = 99");
    expect(await openStore(uri, process.env)).toMatchObject({
      ok: false,
      error: { code: "newer-format" },
    });
    await (await openEmptyNeo4j(uri)).close();
  });

  it("says within five seconds that a server is away, when nothing listens and when nothing answers", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    for (const url of ["bolt://127.0.0.1:9", "neo4j://127.0.0.1:9", `bolt://127.0.0.1:${port}`]) {
      const started = Date.now();
      const opened = await openStore(url, {});
      expect([url, opened.ok ? "opened" : opened.error.code]).toEqual([url, "unreachable"]);
      expect(Date.now() - started).toBeLessThan(5_000);
    }
    silent.close();
  });
});

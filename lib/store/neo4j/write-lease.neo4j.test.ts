import neo4j from "neo4j-driver";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openEmptyNeo4j, runCypher } from "./empty-database.conformance.ts";
import { Neo4jAccess, StoreFailure } from "./neo4j-access.ts";
import { WriteLease } from "./write-lease.ts";

const uri = inject("neo4jUri") ?? "";
const PACE = { leaseMs: 50, patienceMs: 20_000, textPerTransaction: 1_000_000 };

describe.skipIf(uri === "")("the lease of a writer", () => {
  let access: Neo4jAccess;

  beforeAll(async () => {
    await (await openEmptyNeo4j(uri)).close();
    const { NEO4J_USERNAME = "", NEO4J_PASSWORD } = process.env;
    const login = NEO4J_PASSWORD ? neo4j.auth.basic(NEO4J_USERNAME, NEO4J_PASSWORD) : undefined;
    access = new Neo4jAccess({ label: "Neo4j", driver: neo4j.driver(uri, login) });
  });
  afterAll(() => access?.close());

  it("lets a writer that lost it show nothing more", async () => {
    const slow = await WriteLease.acquire(access, PACE);
    const next = await WriteLease.acquire(access, PACE);
    let ran = 0;
    const late = slow.stepInLane("1", async () => {
      ran++;
      return undefined;
    });
    await expect(late).rejects.toBeInstanceOf(StoreFailure);
    expect(ran).toBe(0);
    await next.release();
  });

  it("is taken over only once what the last writer shows beside it is done", async () => {
    const slow = await WriteLease.acquire(access, PACE);
    const done: string[] = [];
    let takeOver: Promise<WriteLease> | undefined;
    await slow.stepInLane("2", async (tx) => {
      takeOver = WriteLease.acquire(access, PACE);
      void takeOver.then(() => done.push("taken over"));
      // The lease has ended long before this.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await tx.run("CREATE (:Domain {key: 'beside'})");
      done.push("shown");
      return undefined;
    });
    await (await takeOver)?.release();
    expect(done).toEqual(["shown", "taken over"]);
    expect(await runCypher(uri, "MATCH (d:Domain {key: 'beside'}) RETURN d.key AS key")).toEqual([
      { key: "beside" },
    ]);
  });
});

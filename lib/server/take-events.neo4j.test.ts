import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { dataset, input, runEvent, schema } from "#lib/ingest/openlineage/event.fixture.ts";
import { openEmptyNeo4j, runCypher } from "#lib/store/neo4j/empty-database.conformance.ts";
import { serveForTests } from "./serve-for-tests.ts";

const uri = inject("neo4jUri") ?? "";
const before = process.cwd();
// The inbox of a store over the network lies below the folder in which the server runs.
const folder = mkdtempSync(join(tmpdir(), "faultline-neo4j-events-"));

describe.skipIf(uri === "")("a server over Neo4j", () => {
  beforeAll(async () => {
    process.chdir(folder);
    const store = await openEmptyNeo4j(uri);
    await store.close();
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  it("takes events over HTTP through its inbox into Neo4j, each once, and what changed with them", async () => {
    const env = {
      ...process.env,
      FAULTLINE_STORE: uri,
      FAULTLINE_CONFIG: join(folder, "none.yaml"),
    };
    const server = await serveForTests(env);
    const post = async (event: unknown): Promise<number> => {
      const answer = await fetch(`${server.url}/api/v1/lineage`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(event),
      });
      return answer.status;
    };
    const load = (number: number, ...fields: string[]) =>
      runEvent({
        job: `load_${number}`,
        runId: `0195528a-1f5a-7c3b-8d4e-${String(number).padStart(12, "0")}`,
        time: `2026-03-02T02:00:${String(number).padStart(2, "0")}Z`,
        inputs: [dataset("shop.raw.orders", { schema: schema("id BIGINT") })],
        outputs: [
          dataset(`shop.mart.t${number}`, {
            schema: schema(...fields),
            columnLineage: {
              fields: {
                id: { inputFields: [input("shop.raw.orders", "id", "DIRECT", "IDENTITY")] },
              },
            },
          }),
        ],
      });
    const events = Array.from({ length: 20 }, (_none, number) =>
      load(number, "id BIGINT", "n INT"),
    );
    expect(await Promise.all(events.map(post))).toEqual(events.map(() => 201));
    await server.services.events.settle();
    // Another schema, and an event that is sent again.
    expect(await post({ ...load(3, "id BIGINT"), eventTime: "2026-03-03T02:00:00Z" })).toBe(201);
    expect(await post(load(4, "id BIGINT", "n INT"))).toBe(201);
    await server.services.events.settle();
    await server.stop();
    const [tables] = await runCypher(
      uri,
      "MATCH (c:Claim) WHERE c.validTo IS NULL AND c.kind = 'table' RETURN count(*) AS claims, count(DISTINCT c.asset) AS assets",
    );
    expect(tables).toEqual({ claims: 21, assets: 21 });
    const [runs] = await runCypher(
      uri,
      "MATCH (r:Record {collection: 'runs'}) RETURN count(*) AS jobs",
    );
    expect(runs).toEqual({ jobs: 20 });
    const changes = await runCypher(
      uri,
      "MATCH (r:Record {collection: 'changes'}) RETURN r.body AS body",
    );
    expect(changes).toHaveLength(1);
    expect(String(changes[0]?.["body"])).toContain("drop_column");
  });
});

import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readPaths } from "../sources/read-paths.ts";

const RECORD = JSON.stringify({
  type: "record",
  name: "Order",
  fields: [{ name: "id", type: "long" }],
});
const SUBJECT = { subject: "orders-value", version: 3, id: 7, schema: RECORD };

/** As the registries of two makers answer: one lists all schemas, the other only subjects. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  "/one/schemas?latestOnly=true": [SUBJECT],
  "/empty/schemas?latestOnly=true": [],
  "/two/subjects": ["orders-value"],
  "/two/subjects/orders-value/versions/latest": SUBJECT,
  "/connect/connectors?expand=info": {
    sink: {
      info: {
        name: "sink",
        config: {
          "connector.class": "io.confluent.connect.s3.S3SinkConnector",
          "topics.regex": "ord.*",
          "s3.bucket.name": "lake",
        },
      },
    },
  },
  "/connect/connectors/sink/topics": { sink: { topics: ["orders"] } },
  "/files/orders.avsc": JSON.parse(RECORD),
};

let server: Server;
let base: string;
const seen: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    const answer = ANSWERS[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { error_code: 404 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterAll(() => server.close());

async function read(place: string, env: Record<string, string> = {}) {
  const { sources, problems } = await readPaths({
    paths: [place],
    parser: await loadSqlParser(),
    now: "2026-01-01T00:00:00Z",
    env,
  });
  return {
    problems: problems.map(({ code }) => code),
    sources: sources.map(({ source, facts }) => [source.id, facts.map(({ name }) => name.name)]),
  };
}

describe("live sources over HTTP", () => {
  it("a schema registry is read, whichever way it lists its schemas", async () => {
    for (const registry of ["one", "two"])
      expect(await read(`schema-registry+http://${base}/${registry}`)).toEqual({
        problems: [],
        sources: [[`schema:http://${base}/${registry}`, ["orders"]]],
      });
  });

  it("a registry without subjects is a source that has nothing, and no file that nobody knows", async () => {
    expect(await read(`schema-registry+http://${base}/empty`)).toEqual({
      problems: [],
      sources: [[`schema:http://${base}/empty`, []]],
    });
  });

  it("is handed the secret of the environment", async () => {
    seen.length = 0;
    await read(`schema-registry+http://${base}/one`, {
      SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO: "me:pw",
    });
    expect(seen[0]).toBe(`Basic ${Buffer.from("me:pw").toString("base64")}`);
  });

  it("a Connect worker and a file behind an address are read, too", async () => {
    expect((await read(`kafka-connect+http://${base}/connect`)).sources).toEqual([
      [`kafka-connect:http://${base}/connect`, ["orders", "topics/orders"]],
    ]);
    expect((await read(`http://${base}/files/orders.avsc`)).sources).toEqual([
      [`schema:http://${base}/files/orders.avsc`, ["Order"]],
    ]);
  });

  it("that do not answer are a problem, and nothing of them is taken over", async () => {
    expect(await read(`http://${base}/files/none.json`)).toEqual({
      problems: ["unreachable-source"],
      sources: [],
    });
    expect(await read(`schema-registry+http://${base}/none`)).toEqual({
      problems: ["unreachable-source"],
      sources: [],
    });
  });
});

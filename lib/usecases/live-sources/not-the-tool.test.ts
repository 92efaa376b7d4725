import { afterEach, describe, expect, it } from "vitest";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readPaths } from "../sources/read-paths.ts";
import {
  type AnswerServer,
  type AskedRequest,
  type GivenAnswer,
  serveAnswers,
} from "./serve-answers.conformance.ts";

let server: AnswerServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const TOOLS = [
  "superset",
  "metabase",
  "mlflow",
  "datahub",
  "openmetadata",
  "marquez",
  "schema-registry",
  "kafka-connect",
];

const read = (tool: string, answer: GivenAnswer) => readFrom(tool, () => answer);

async function readFrom(tool: string, answer: (request: AskedRequest) => GivenAnswer) {
  server = await serveAnswers(answer);
  const { sources, problems } = await readPaths({
    paths: [`${tool}+${server.url}`],
    parser: await loadSqlParser(),
    now: "2026-01-01T00:00:00Z",
    env: {},
  });
  return { sources: sources.length, problems: problems.map(({ code }) => code) };
}

/** Who takes such an answer for a system that has nothing calls all that is known of it stale. */
describe("an address where something else answers is a source that could not be read", () => {
  it.each(TOOLS)("%s: a page of maintenance that answers as if all were well", async (tool) => {
    expect(await read(tool, { body: { message: "down for maintenance" } })).toEqual({
      sources: 0,
      problems: ["unreachable-source"],
    });
  });

  it.each(TOOLS)("%s: nothing is there", async (tool) => {
    expect(await read(tool, { status: 404, body: { error: "not found" } })).toEqual({
      sources: 0,
      problems: ["unreachable-source"],
    });
  });

  it.each(TOOLS)("%s: it wants a login", async (tool) => {
    const { sources, problems } = await read(tool, { status: 401, body: {} });
    expect([sources, problems.length]).toEqual([0, 1]);
  });

  it("a list of DataHub or OpenMetadata that stops in the middle is no shorter list", async () => {
    const datahub = await readFrom("datahub", ({ query }) =>
      query.has("scrollId")
        ? { status: 400, body: { message: "the scroll is over" } }
        : { body: { entities: [{ urn: "urn:li:dataset:(a)" }], scrollId: "next" } },
    );
    expect(datahub).toEqual({ sources: 0, problems: ["unreachable-source"] });
    await server?.close();
    const openmetadata = await readFrom("openmetadata", ({ query }) =>
      query.has("after")
        ? { status: 404, body: {} }
        : { body: { data: [{ id: "1" }], paging: { after: "next" } } },
    );
    expect(openmetadata).toEqual({ sources: 0, problems: ["unreachable-source"] });
  });

  it("a worker or a registry that is busy once is asked again after the time that it says", async () => {
    let asked = 0;
    const sink = { info: { name: "s", config: { "connector.class": "X", topics: "t" } } };
    const { problems } = await readFrom("kafka-connect", ({ path }) => {
      asked += 1;
      if (asked === 1) return { status: 429, headers: { "retry-after": "1" } };
      if (asked === 2) return { status: 500 };
      return { body: path.endsWith("/topics") ? { s: { topics: ["t"] } } : { s: sink } };
    });
    expect(problems).not.toContain("unreachable-source");
    expect(asked).toBe(4);
  });

  it("a subject that was deleted since the registry listed it is left out, and the others are read", async () => {
    const schema = JSON.stringify({
      type: "record",
      name: "O",
      fields: [{ name: "id", type: "long" }],
    });
    const read = await readFrom("schema-registry", ({ path }) => {
      if (path === "/subjects") return { body: ["gone-value", "o-value"] };
      if (path === "/subjects/o-value/versions/latest")
        return { body: { subject: "o-value", version: 1, id: 1, schema } };
      return { status: 404, body: { error_code: 40401 } };
    });
    expect(read).toEqual({ sources: 1, problems: [] });
  });
});

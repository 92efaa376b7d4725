import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { type AnswerServer, serveAnswers } from "./serve-answers.conformance.ts";

const urn = (at: number) => `urn:li:dataset:(urn:li:dataPlatform:postgres,shop.raw.t${at},PROD)`;
const pages = [0, 1, 2].map((page) =>
  [0, 1].map((at) => ({
    urn: urn(page * 2 + at),
    schemaMetadata: { value: { fields: [{ fieldPath: "id", nativeDataType: "int" }] } },
    ...(page + at === 0
      ? {}
      : {
          upstreamLineage: {
            value: { upstreams: [{ dataset: urn(page * 2 + at - 1), type: "TRANSFORMED" }] },
          },
        }),
  })),
);

let server: AnswerServer;
let isOld = false;
let busy = 1;
beforeAll(async () => {
  server = await serveAnswers(({ path, query, headers }) => {
    if (headers["authorization"] !== "Bearer right") return { status: 401 };
    if (isOld) return { status: 404 };
    if (path !== "/openapi/v3/entity/dataset")
      return path.endsWith("/incident") ? { status: 400 } : { body: { entities: [] } };
    if (busy > 0) {
      busy -= 1;
      return { status: 503 };
    }
    const page = Number(query.get("scrollId") ?? 0);
    return { body: { entities: pages[page], ...(page < 2 ? { scrollId: String(page + 1) } : {}) } };
  });
});
afterAll(() => server.close());

const ingest = async (token: string) =>
  unwrap(
    await ingestPaths({
      paths: [`datahub+${server.url}`],
      store: unwrap(await openStore("memory:", {})),
      parser: await loadSqlParser(),
      now: "2026-11-20T03:00:00Z",
      env: { DATAHUB_GMS_TOKEN: token },
    }),
  );

it("a live DataHub is scrolled to its end, also where it is busy for a moment", async () => {
  expect(await ingest("right")).toMatchObject({ assets: 6, edges: 5, problems: [] });
});

it("an old DataHub and a wrong token are told with what to do", async () => {
  expect((await ingest("wrong")).problems[0]).toMatchObject({
    code: "unreachable-source",
    next: expect.stringMatching(/DATAHUB_GMS_TOKEN/),
  });
  isOld = true;
  expect((await ingest("right")).problems[0]?.next).toMatch(/file sink/);
});

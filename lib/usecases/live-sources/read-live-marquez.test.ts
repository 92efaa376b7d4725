import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { type AnswerServer, serveAnswers } from "./serve-answers.conformance.ts";

const NAMESPACE = "postgres://db:5432";
const TABLES = 230;
const tables = Array.from({ length: TABLES }, (_, at) => ({
  id: { namespace: NAMESPACE, name: `shop.raw.t${at}` },
  type: "DB_TABLE",
  name: `shop.raw.t${at}`,
  physicalName: `shop.raw.t${at}`,
  sourceName: "shop",
  updatedAt: "2026-11-20T00:00:00Z",
  fields: [{ name: "id", type: "INT", tags: [] }],
  columnLineage:
    at === 0
      ? []
      : [
          {
            name: "id",
            inputFields: [{ namespace: NAMESPACE, dataset: `shop.raw.t${at - 1}`, field: "id" }],
          },
        ],
  tags: [],
  facets: {},
}));

let server: AnswerServer;
let broken = false;
beforeAll(async () => {
  server = await serveAnswers(({ path, query, headers }) => {
    if (headers["authorization"] !== "Bearer right") return { status: 401 };
    const offset = Number(query.get("offset"));
    const cut = <T>(all: readonly T[]) => all.slice(offset, offset + Number(query.get("limit")));
    if (path === "/api/v1/namespaces")
      return {
        body: { namespaces: cut([{ name: NAMESPACE }, { name: "hidden", isHidden: true }]) },
      };
    const of = `/api/v1/namespaces/${encodeURIComponent(NAMESPACE)}`;
    if (path === `${of}/datasets`)
      return broken && offset > 0
        ? { status: 400 }
        : { body: { totalCount: TABLES, datasets: cut(tables) } };
    if (path === `${of}/jobs`) return { body: { totalCount: 0, jobs: [] } };
    return { status: 404 };
  });
});
afterAll(() => server.close());

const ingest = async (env: Record<string, string>) => {
  const store = unwrap(await openStore("memory:", {}));
  const read = async () =>
    unwrap(
      await ingestPaths({
        paths: [`marquez+${server.url}`],
        store,
        parser: await loadSqlParser(),
        now: "2026-11-20T03:00:00Z",
        env,
      }),
    );
  return { store, read };
};

it("a live Marquez is read to its last page, with every column edge", async () => {
  const { read } = await ingest({ MARQUEZ_API_KEY: "right" });
  expect(await read()).toMatchObject({ assets: TABLES, edges: TABLES - 1, problems: [] });
});

it("a Marquez that answers half of the way takes nothing away", async () => {
  const { read } = await ingest({ MARQUEZ_API_KEY: "right" });
  await read();
  broken = true;
  const report = await read();
  broken = false;
  expect(report).toMatchObject({ assets: 0, madeStale: 0 });
  expect(report.problems.map(({ code }) => code)).toEqual(["unreachable-source"]);
});

it("a wrong key is told with the variable that holds it", async () => {
  const { read } = await ingest({ MARQUEZ_API_KEY: "wrong" });
  expect((await read()).problems[0]?.next).toMatch(/MARQUEZ_API_KEY/);
});

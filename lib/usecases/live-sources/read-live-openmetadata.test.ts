import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore } from "#lib/store/open-store.ts";
import { unwrap } from "#lib/store/unwrap.conformance.ts";
import { ingestPaths } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { type AnswerServer, serveAnswers } from "./serve-answers.conformance.ts";

const COUNT = 250;
const fqn = (at: number) => `pg.shop.raw.t${at}`;
const tables = Array.from({ length: COUNT }, (_, at) => ({
  id: String(at),
  fullyQualifiedName: fqn(at),
  tableType: "Regular",
  serviceType: "Postgres",
  columns: [{ name: "id", dataType: "INT" }],
}));

/** Answers as a 1.5 does: it knows `owners` and `domain`, and no `domains`. */
let server: AnswerServer;
let breaksAt = -1;
beforeAll(async () => {
  server = await serveAnswers(({ path, query, headers }) => {
    if (headers["authorization"] !== "Bearer right") return { status: 401 };
    if ((query.get("fields") ?? "").split(",").includes("domains")) return { status: 400 };
    if (path === "/api/v1/tables") {
      const from = Number(query.get("after") ?? 0);
      const to = from + Number(query.get("limit"));
      const after = to < COUNT ? { after: String(to) } : {};
      return { body: { data: tables.slice(from, to), paging: { total: COUNT, ...after } } };
    }
    const id = Number(/^\/api\/v1\/lineage\/table\/(\d+)$/.exec(path)?.[1] ?? -1);
    if (id === breaksAt && id > 0) return { status: 409 };
    if (id < 0)
      return path === "/api/v1/mlmodels"
        ? { status: 404 }
        : { body: { data: [], paging: { total: 0 } } };
    const upstream = { id: String(id - 1), type: "table", fullyQualifiedName: fqn(id - 1) };
    return {
      body: {
        entity: { id: String(id), type: "table", fullyQualifiedName: fqn(id) },
        nodes: id === 0 ? [] : [upstream],
        upstreamEdges:
          id === 0
            ? []
            : [
                {
                  fromEntity: upstream.id,
                  toEntity: String(id),
                  lineageDetails: {
                    columnsLineage: [
                      { fromColumns: [`${fqn(id - 1)}.id`], toColumn: `${fqn(id)}.id` },
                    ],
                  },
                },
              ],
        downstreamEdges: [],
      },
    };
  });
});
afterAll(() => server.close());

const ingest = async (token: string) =>
  unwrap(
    await ingestPaths({
      paths: [`openmetadata+${server.url}`],
      store: unwrap(await openStore("memory:", {})),
      parser: await loadSqlParser(),
      now: "2026-11-20T03:00:00Z",
      env: { OPENMETADATA_JWT_TOKEN: token },
    }),
  );

it("a live OpenMetadata is read page by page, with the lineage into each table, in the words that it knows", async () => {
  expect(await ingest("right")).toMatchObject({
    assets: COUNT,
    columns: COUNT,
    edges: COUNT - 1,
    problems: [],
  });
});

it("where the lineage of one table cannot be had, nothing is taken over", async () => {
  breaksAt = 100;
  const report = await ingest("right");
  breaksAt = -1;
  expect(report).toMatchObject({ assets: 0, problems: [{ code: "unreachable-source" }] });
});

it("a wrong token is told with the variable that holds it", async () => {
  expect((await ingest("wrong")).problems[0]?.next).toMatch(/OPENMETADATA_JWT_TOKEN/);
});

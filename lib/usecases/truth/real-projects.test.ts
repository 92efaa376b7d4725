import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { assembleGraph } from "../graph/assemble-graph.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";

/** Real projects lie beside a development checkout; without them there is nothing to compare with. */
const DATA = new URL("../../../../shared/data/", import.meta.url).pathname;
const here = existsSync(DATA);
const NOW = "2026-01-01T00:00:00Z";

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const graphOf = (...paths: readonly string[]) =>
  assembleGraph({ paths: paths.map((path) => `${DATA}${path}`), parser, now: NOW, cwd: DATA });

describe.skipIf(!here)("real dbt projects", () => {
  it.each(["jaffle_shop_duckdb", "jaffle_shop", "attribution_playbook", "stripe"])(
    "%s is read without errors, every query to the column",
    async (project) => {
      const { graph, problems, unresolved } = await graphOf(
        `truth/${project}/manifest.json`,
        `truth/${project}/catalog.json`,
      );
      expect(problems.filter((problem) => problem.severity !== "info")).toEqual([]);
      expect(unresolved).toBe(0);
      const queries = [...graph.assets.values()].flatMap((asset) => asset.queries);
      expect(queries.filter((query) => query.plan === undefined)).toEqual([]);
    },
  );

  it("jaffle-shop's customers come from where its SQL says", async () => {
    const { graph } = await graphOf(
      "truth/jaffle_shop_duckdb/manifest.json",
      "truth/jaffle_shop_duckdb/catalog.json",
    );
    const customers = [...graph.assets.values()].find((asset) => asset.shortName === "customers");
    const derived = customers?.edges
      .filter((edge) => edge.to.column !== undefined)
      .map(
        (edge) =>
          `${edge.from.asset.split(".").at(-1)}.${edge.from.column} -> ${edge.to.column} ${edge.use}`,
      );
    expect(derived).toEqual(
      expect.arrayContaining([
        "stg_customers.customer_id -> customer_id STAR",
        "stg_customers.first_name -> first_name STAR",
        "stg_orders.order_date -> first_order AGG_IDEMPOTENT",
        "stg_orders.order_date -> most_recent_order AGG_IDEMPOTENT",
        "stg_orders.order_id -> number_of_orders AGG_COUNT",
        "stg_payments.amount -> customer_lifetime_value AGG_SUM",
      ]),
    );
  });

  it("meshshop has the nodes and dependencies that dbt itself writes into its graph summary", async () => {
    const { graph } = await graphOf("sources/dbt/v1");
    const { readFileSync } = await import("node:fs");
    const summary = JSON.parse(
      readFileSync(`${DATA}sources/dbt/v1/graph_summary.json`, "utf8"),
    ) as {
      linked: Record<string, { name: string; type: string; succ?: number[] }>;
    };
    const byDbtId = new Map(
      [...graph.assets.values()].map((asset) => [asset.attributes.dbtUniqueId, asset]),
    );
    const kinds = new Set(["model", "seed", "snapshot", "source", "exposure", "metric"]);
    const nodes = Object.values(summary.linked).filter((node) => kinds.has(node.type));
    // The seed and the source of one relation are one asset, which has the seed's id.
    const idOf = (name: string) =>
      name === "source.meshshop.lake.raw_orders" ? "seed.meshshop.raw_orders" : name;
    const missing = nodes.filter((node) => !byDbtId.has(idOf(node.name)));
    expect(missing).toEqual([]);
    for (const node of nodes) {
      for (const next of node.succ ?? []) {
        const reader = summary.linked[String(next)];
        if (!reader || !kinds.has(reader.type)) continue;
        const from = byDbtId.get(idOf(node.name))?.id;
        const edges = byDbtId.get(idOf(reader.name))?.edges.map((edge) => edge.from.asset);
        expect(edges, `${node.name} -> ${reader.name}`).toContain(from);
      }
    }
  });
});

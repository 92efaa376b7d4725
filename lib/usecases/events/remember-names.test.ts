import { describe, expect, it } from "vitest";
import { namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import { openStore } from "#lib/store/open-store.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";

const NOW = "2026-03-03T02:00:00.000Z";

describe("how names meet over borders", () => {
  it("is remembered: a later ingest that says nothing of it joins as the first one did", async () => {
    const store = await openStore("memory:", {});
    if (!store.ok) throw new Error(store.error.message);
    const parser = await loadSqlParser();
    const take = (path: string, text: string, names?: { databases: Record<string, string> }) =>
      ingestSources({
        ...readSources({
          files: [{ path, root: path, text }],
          at: NOW,
          parser,
          dialect: "postgres",
        }),
        parser,
        store: store.value,
        now: NOW,
        ...(names ? { names: namesConfigSchema.parse(names) } : {}),
      });
    await take("a.sql", "create table mesh.checkout.orders (id int)", {
      databases: { prod_mesh: "mesh" },
    });
    const later = await take(
      "b.sql",
      "create view prod_mesh.checkout.v as select id from prod_mesh.checkout.orders",
    );
    expect(later.ok && later.value.unresolved).toBe(0);
  });
});

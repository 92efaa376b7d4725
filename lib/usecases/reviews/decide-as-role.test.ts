import { beforeEach, expect, it } from "vitest";
import type { ReviewPolicy } from "#lib/review/review-action.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import { appendReviewEntry, proposeReview } from "./manage-reviews.ts";

const MESH = {
  assets: [
    { id: "shop.orders", kind: "table", domain: "shop", owner: "shop", columns: [{ name: "x" }] },
    {
      id: "fin.revenue",
      kind: "table",
      domain: "finance",
      owner: "finance",
      queries: [{ name: "q", sql: "select x from shop.orders", dialect: "duckdb" }],
    },
  ],
};
const POLICY: ReviewPolicy = {
  version: "1",
  windowDays: { 1: 30, 2: 14, 3: 7, 4: 0 },
  escalateAfter: 5,
  decidingRole: "change board",
};
const LOCAL: Actor = { kind: "local", name: "ana", teams: [], scopes: ["sign"] };

let store: LineageStore;
beforeEach(async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
});

async function decideAs(actor: Actor): Promise<string> {
  const parser = await loadSqlParser();
  const files = [{ path: "mesh.json", text: JSON.stringify(MESH), root: "mesh.json" }];
  const now = "2026-03-02T09:00:00Z";
  const { sources } = readSources({ files, parser, at: now });
  expect((await ingestSources({ sources, store, parser, now })).ok).toBe(true);
  const view = await loadGraphView(store);
  if (!view.ok) throw new Error(view.error.message);
  const hand = { store, view: view.value, actor: LOCAL, now };
  const changes = [{ kind: "drop_column" as const, ref: "shop.orders.x" }];
  const made = await proposeReview(hand, { changes, policy: POLICY });
  if (!made.ok) throw new Error(made.error.message);
  const { id } = made.value.review;
  const no = { kind: "sign", owner: "finance", answer: "object", reason: "we read it" } as const;
  const hash = made.value.review.content.hash;
  const signed = await appendReviewEntry(hand, { id, asked: { ...no, hash } });
  if (!signed.ok) throw new Error(signed.error.message);
  const asked = {
    kind: "decide",
    role: "change board",
    owner: "finance",
    answer: "agree",
    reason: "go",
    hash,
  } as const;
  const late = "2026-03-16T09:00:00Z";
  const done = await appendReviewEntry({ ...hand, actor, now: late }, { id, asked });
  return done.ok ? "decided" : done.error.message;
}

const token = (more: Partial<Actor>): Actor => ({
  kind: "token",
  name: "sal",
  teams: [],
  scopes: ["sign"],
  ...more,
});

it.each([
  ["a token of the producer's domain", token({ domain: "shop" }), "sal is not of change board"],
  ["a token without a domain", token({}), "sal is not of change board"],
  ["an administrator's token", token({ scopes: ["sign", "admin"] }), "decided"],
  ["a member of the team", token({ kind: "proxy", teams: ["change board"] }), "decided"],
  ["whoever is at their own machine", LOCAL, "decided"],
])("what the deciding role says: %s", async (_, actor, said) => {
  expect(await decideAs(actor)).toBe(said);
});

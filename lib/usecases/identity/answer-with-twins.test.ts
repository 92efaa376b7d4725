import { beforeEach, describe, expect, it } from "vitest";
import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { ChangeKind } from "#lib/impact/change.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import { sayUnread } from "#lib/view/unread-words.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { answerImpact } from "../ask/answer-impact.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import { answerWithTwins } from "./answer-with-twins.ts";
import { decideIdentity } from "./decide-identity.ts";
import { manifestOfReader, ORDERS_DDL } from "./two-names.fixture.ts";

const NOW = "2026-03-03T09:00:00Z";
const ACTOR = { kind: "token", name: "dana", teams: [], scopes: ["sign"] } as unknown as Actor;
let store: LineageStore;

beforeEach(async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
});

async function ingest(files: Readonly<Record<string, string>>): Promise<void> {
  const parser = await loadSqlParser();
  const read = Object.entries(files).map(([path, text]) => ({ path, text, root: path }));
  const { sources } = readSources({ files: read, parser, at: NOW });
  const done = await ingestSources({ sources, store, parser, now: NOW });
  if (!done.ok) throw new Error(done.error.message);
}

async function ask(ref: string, kind: ChangeKind = "drop_column"): Promise<Assessment> {
  const view = await loadGraphView(store);
  if (!view.ok) throw new Error(view.error.message);
  const answer = answerImpact(view.value, { changes: [{ ref, kind }] });
  if (!answer.ok) throw new Error(answer.error.message);
  const whole = await answerWithTwins(answer.value, { graph: view.value.graph, store });
  if ("results" in whole || isChangeError(whole)) throw new Error("one assessment was asked for");
  return whole;
}

describe("an answer that ends at what looks like a table of another name", () => {
  it("names it with its readers and is not complete", async () => {
    await ingest({ "ddl.sql": ORDERS_DDL, "manifest.json": manifestOfReader() });
    const answer = await ask("shop.orders.amount");
    expect(answer.complete).toBe(false);
    expect(answer.suspectedTwins).toMatchObject([
      { asset: { name: "shop.orders" }, twin: { name: "mesh.shop.orders" }, readers: 1 },
    ]);
    expect(sayUnread(answer)).toContain(
      "mesh.shop.orders may be shop.orders (99%), with 1 reader that is not in this answer",
    );
  });

  it("says nothing of it where the readers are in the answer already", async () => {
    await ingest({ "ddl.sql": ORDERS_DDL, "manifest.json": manifestOfReader() });
    const answer = await ask("mesh.shop.orders.amount");
    expect(answer.suspectedTwins).toBeUndefined();
  });

  it("says nothing of it where only a description changes", async () => {
    await ingest({ "ddl.sql": ORDERS_DDL, "manifest.json": manifestOfReader() });
    const answer = await ask("shop.orders.amount", "description_only");
    expect(answer).toMatchObject({ complete: true });
  });

  it("is complete once somebody has said that the two are two", async () => {
    await ingest({ "ddl.sql": ORDERS_DDL, "manifest.json": manifestOfReader() });
    const request = { store, actor: ACTOR, now: NOW, a: "sql/shop.orders", b: "mesh.shop.orders" };
    const decided = await decideIdentity({ ...request, action: "reject" });
    if (!decided.ok) throw new Error(decided.error.message);
    const answer = await ask("sql/shop.orders.amount");
    expect(answer).toMatchObject({ complete: true });
    expect(answer.suspectedTwins).toBeUndefined();
  });

  it("does not take two for one by a part of their names", async () => {
    await ingest({
      "ddl.sql": "create table crm.orders (ticket bigint, opened date, closed date);",
      "manifest.json": manifestOfReader(),
    });
    const answer = await ask("crm.orders.ticket");
    expect(answer).toMatchObject({ complete: true });
  });
});

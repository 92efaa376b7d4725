import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import { describeAsset } from "#lib/impact/describe-asset.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import type { ChangesBetween } from "#lib/view/changes-between.ts";
import { loadGraphView } from "../graph/load-graph-view.ts";
import { guessTiers } from "../owners/guess-tiers.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import { askChangesBetween } from "./ask-changes-between.ts";
import { diffGraphs } from "./diff-graphs.ts";

let store: LineageStore;
beforeEach(async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
});

/** Each file is a source of its own; an empty text is a source that says nothing any more. */
async function say(now: string, files: Readonly<Record<string, string>>): Promise<void> {
  const parser = await loadSqlParser();
  const read = Object.entries(files).map(([path, text]) => ({ path, text, root: path }));
  const { sources } = readSources({
    files: read.filter(({ text }) => text !== ""),
    parser,
    at: now,
  });
  const silent = read
    .filter(({ text }) => text === "")
    .map(({ path }) => ({
      source: { id: `sql:${path}`, kind: "sql" as const, label: path },
      facts: [],
      at: now,
      complete: true,
      problems: [],
    }));
  const done = await ingestSources({ sources: [...sources, ...silent], store, parser, now });
  if (!done.ok) throw new Error(done.error.message);
}

async function between(from: string, to?: string): Promise<ChangesBetween> {
  const answer = await askChangesBetween((at) => loadGraphView(store, at), {
    from,
    ...(to === undefined ? {} : { to }),
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

const told = ({ assets }: ChangesBetween): readonly string[] =>
  assets.flatMap(({ name, state, differences }) => [
    `${state} ${name}`,
    ...differences.map(({ column, what }) => `  ${[column, what].filter(Boolean).join(" ")}`),
  ]);

const ORDERS = "create table shop.orders (id int not null, amount int, note text);";
const VIEW = "create view shop.big as select id, amount from shop.orders;";

describe("what changed between two moments", () => {
  it("is told asset by asset: columns, what reads what, and what came", async () => {
    await say("2026-01-01T00:00:00Z", { "a.sql": ORDERS, "v.sql": VIEW });
    await say("2026-01-02T00:00:00Z", {
      "a.sql":
        "create table shop.orders (id bigint not null, amount int, paid boolean); create table shop.refunds (id int);",
      "v.sql": "create view shop.big as select id from shop.orders;",
    });
    expect(told(await between("2026-01-01T12:00:00Z"))).toEqual([
      "changed shop.big",
      "  id changed its type from INT to BIGINT",
      "  amount was removed",
      "  no longer reads shop.orders.amount",
      "changed shop.orders",
      "  id changed its type from INT to BIGINT",
      "  note was removed",
      "  paid was added",
      "new shop.refunds",
    ]);
  });

  it("a source that falls silent makes its tables stale, not gone, and they come back", async () => {
    await say("2026-01-01T00:00:00Z", { "a.sql": ORDERS, "v.sql": VIEW });
    await say("2026-01-02T00:00:00Z", { "v.sql": "" });
    const gone = await between("2026-01-01T12:00:00Z");
    expect(gone.assets).toMatchObject([
      { name: "shop.big", state: "stale", staleSince: "2026-01-02T00:00:00Z" },
    ]);
    await say("2026-01-03T00:00:00Z", { "v.sql": VIEW });
    expect(told(await between("2026-01-02T12:00:00Z"))).toEqual(["back shop.big"]);
    expect(told(await between("2026-01-01T12:00:00Z"))).toEqual([]);
  });

  it("a guessed tier does not keep what nobody says any more", async () => {
    await say("2026-01-01T00:00:00Z", { "a.sql": ORDERS, "v.sql": VIEW });
    await guessTiers({ store, now: "2026-01-01T00:00:01Z" });
    await say("2026-01-02T00:00:00Z", { "v.sql": "" });
    await guessTiers({ store, now: "2026-01-02T00:00:01Z" });
    expect((await between("2026-01-01T12:00:00Z")).assets).toMatchObject([
      { name: "shop.big", state: "stale", staleSince: "2026-01-02T00:00:00Z" },
    ]);
    const claims = await store.claims();
    const { assets } = mergeClaims(claims.ok ? claims.value : [], 1);
    const stale = [...assets.values()]
      .map(describeAsset)
      .map(({ name, staleSince }) => [name, staleSince]);
    expect(Object.fromEntries(stale)).toEqual({
      "shop.orders": undefined,
      "shop.big": "2026-01-02T00:00:00Z",
    });
  });

  it("a table that only its readers name now is no longer said", async () => {
    await say("2026-01-01T00:00:00Z", { "a.sql": ORDERS, "v.sql": VIEW });
    await say("2026-01-02T00:00:00Z", { "a.sql": "" });
    expect(told(await between("2026-01-01T12:00:00Z"))).toContain("stale shop.orders");
  });

  it("a rename that the format tells is one", async () => {
    const schema = (name: string) =>
      JSON.stringify({
        type: "record",
        name: "Order",
        fields: [
          { name: "id", type: "long" },
          { name, type: "double", aliases: ["amount"] },
        ],
      });
    await say("2026-01-01T00:00:00Z", { "o.avsc": schema("amount") });
    await say("2026-01-02T00:00:00Z", { "o.avsc": schema("total") });
    const answer = await between("2026-01-01T12:00:00Z");
    expect(told(answer)).toEqual(["changed Order", "  amount is called total now"]);
    expect(answer.assets[0]?.differences[0]?.change).toMatchObject({
      kind: "rename_column",
      column: "amount",
      to: "total",
    });
  });

  it("is refused where the moments stand the wrong way round or are none", async () => {
    await say("2026-01-01T00:00:00Z", { "a.sql": ORDERS });
    await say("2026-01-02T00:00:00Z", { "v.sql": VIEW });
    const ask = (from: string, to: string) =>
      askChangesBetween((at) => loadGraphView(store, at), { from, to });
    expect(await ask("2", "1")).toMatchObject({ ok: false, error: { code: "bad-usage" } });
    expect(await ask("yesterday", "1")).toMatchObject({ ok: false, error: { code: "bad-usage" } });
    expect(await ask("99", "1")).toMatchObject({ ok: false });
  });

  it("there and back is the same, the other way round", async () => {
    const columns = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1 });
    const tables = fc.dictionary(fc.constantFrom("t", "u", "v"), columns);
    await fc.assert(
      fc.asyncProperty(tables, tables, async (one, other) => {
        const graph = async (said: Readonly<Record<string, readonly string[]>>) => {
          const opened = await openStore("memory:", {});
          if (!opened.ok) throw new Error(opened.error.message);
          store = opened.value;
          const ddl = Object.entries(said).map(
            ([name, list]) =>
              `create table s.${name} (${list.map((column) => `${column} int`).join(", ")});`,
          );
          if (ddl.length > 0) await say("2026-01-01T00:00:00Z", { "a.sql": ddl.join("\n") });
          const claims = await store.claims();
          return mergeClaims(claims.ok ? claims.value : [], 1);
        };
        const [before, after] = [await graph(one), await graph(other)];
        const count = (list: ReturnType<typeof diffGraphs>, what: string) =>
          list
            .flatMap(({ differences }) => differences)
            .filter((difference) => difference.what === what).length;
        const [there, back] = [diffGraphs(before, after), diffGraphs(after, before)];
        expect(count(there, "was added")).toBe(count(back, "was removed"));
        expect(there.filter(({ state }) => state === "new").map(({ name }) => name)).toEqual(
          back.filter(({ state }) => state === "gone").map(({ name }) => name),
        );
        expect(diffGraphs(before, before)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GATE, type GatePolicy } from "#lib/review/gate-policy.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { openStore } from "#lib/store/open-store.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { decideIdentity } from "../identity/decide-identity.ts";
import { manifestOfReader, ORDERS_DDL } from "../identity/two-names.fixture.ts";
import { ingestSources } from "../sources/ingest-sources.ts";
import { loadSqlParser } from "../sources/load-sql-parser.ts";
import { readSources } from "../sources/read-sources.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

const NOW = "2026-03-03T09:00:00Z";
const ACTOR = { kind: "token", name: "dana", teams: [], scopes: ["sign"] } as unknown as Actor;
const BLOCKS: GatePolicy = { ...DEFAULT_GATE, mode: "block" };
let store: LineageStore;
beforeEach(async () => {
  const opened = await openStore("memory:", {});
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  const parser = await loadSqlParser();
  const read = [
    { path: "ddl.sql", text: ORDERS_DDL, root: "ddl.sql" },
    { path: "manifest.json", text: manifestOfReader(), root: "manifest.json" },
  ];
  const { sources } = readSources({ files: read, parser, at: NOW });
  const done = await ingestSources({ sources, store, parser, now: NOW });
  if (!done.ok) throw new Error(done.error.message);
});

async function check(schema: string, policy: GatePolicy = BLOCKS): Promise<CheckAnswer> {
  const side = (label: string, text: string) => ({
    label,
    files: [{ path: "ddl.sql", root: "ddl.sql", text }],
  });
  const [base, head] = [side("base", ORDERS_DDL), side("head", schema)];
  const answer = await checkStored({ base, head, policy, waivers: [], now: NOW, store });
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

const DROPPED = "create table shop.orders (id bigint);\n";

describe("a pull request on a table whose readers know it by what looks like another name", () => {
  it("is incomplete and names the other table", async () => {
    const answer = await check(DROPPED);
    expect(answer).toMatchObject({
      outcome: "incomplete",
      exitCode: 3,
      why: "mesh.shop.orders may be shop.orders (99%), with 1 reader that is not in this answer",
      assessment: { complete: false, suspectedTwins: [{ twin: { name: "mesh.shop.orders" } }] },
    });
    expect(answer.confidence.notUnderstood).toContainEqual({
      asset: "mesh.shop.orders",
      why: expect.stringContaining("may be shop.orders (99%)") as string,
    });
  });

  it("passes with a hole where the policy observes, and only says so where it warns of holes", async () => {
    const observed = await check(DROPPED, DEFAULT_GATE);
    expect(observed).toMatchObject({ outcome: "would_be_incomplete", exitCode: 0 });
    const incomplete = { mode: "warn" as const, columns_known: 0.9 };
    const warned = await check(DROPPED, { ...BLOCKS, incomplete });
    expect(warned).toMatchObject({ outcome: "passed", why: "nothing that we know breaks" });
  });

  it("is judged as usual once somebody has said that the two are two", async () => {
    const request = { store, actor: ACTOR, now: NOW, a: "sql/shop.orders", b: "mesh.shop.orders" };
    const decided = await decideIdentity({ ...request, action: "reject" });
    if (!decided.ok) throw new Error(decided.error.message);
    const answer = await check(DROPPED);
    expect(answer).toMatchObject({ outcome: "passed", why: "nothing breaks" });
    expect(answer.assessment.suspectedTwins).toBeUndefined();
  });
});

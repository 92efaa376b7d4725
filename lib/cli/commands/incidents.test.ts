import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Replayed } from "#lib/incidents/past/replay.ts";
import { runIn } from "../run-in.fixture.ts";

let folder: string;

const MESH = {
  assets: [
    {
      id: "shop.orders",
      kind: "table",
      domain: "checkout",
      columns: [{ name: "amount" }, { name: "note" }],
    },
    { id: "board_report", kind: "report", domain: "finance", tier: 1 },
  ],
  edges: [{ from: "shop.orders.amount", to: "board_report", use: "MEASURE" }],
};

const PAST = `id,title,opened_at,resolved_at,description,asset,column,change
1,Board report failed,2025-11-03T06:00:00Z,2025-11-03T10:00:00Z,,shop.orders,amount,drop_column
2,"Revenue empty: somebody renamed shop.orders.amount",2025-11-10T06:00:00Z,,,,,
3,Dashboard stale since midnight,2025-11-11T06:00:00Z,,,,,
4,A note is gone,2025-11-12T06:00:00Z,,,shop.orders,note,drop_column
5,Column dropped in the CRM,2025-11-13T06:00:00Z,,,crm.people,name,drop_column
6,The printer is broken,2025-11-14T06:00:00Z,,,,,
`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultline-past-"));
  writeFileSync(join(folder, "mesh.json"), JSON.stringify(MESH));
  writeFileSync(join(folder, "past.csv"), PAST);
  expect((await run("ingest", "mesh.json")).code).toBe(0);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...argv: readonly string[]) => runIn(folder, argv, { stdin: PAST });

async function replayed(...argv: readonly string[]): Promise<ReadonlyMap<string, Replayed>> {
  const { out } = await run("incidents", "replay", "--format", "json", ...argv);
  const { incidents } = JSON.parse(out) as { incidents: readonly Replayed[] };
  return new Map(incidents.map((one) => [one.id, one]));
}

describe("incidents of before", () => {
  it("are kept once, however often they are imported", async () => {
    expect((await run("incidents", "import", "past.csv")).out).toContain(
      "6 incidents added, 0 renewed",
    );
    expect((await run("incidents", "import", "-")).out).toContain("0 incidents added, 6 renewed");
  });

  it("are told whether the gate would have stopped them, and why not", async () => {
    await run("incidents", "import", "past.csv");
    const all = await replayed();
    expect(all.get("1")).toMatchObject({ outcome: "stopped", isGuessed: false, column: "amount" });
    expect(all.get("2")).toMatchObject({
      outcome: "stopped",
      isGuessed: true,
      kind: "rename_column",
    });
    expect(all.get("3")).toMatchObject({ outcome: "not_stopped" });
    expect(all.get("3")?.why).toContain("no pull request shows it");
    expect(all.get("4")).toMatchObject({ outcome: "not_stopped" });
    expect(all.get("4")?.why).toContain("nothing that the graph knows reads");
    expect(all.get("5")).toMatchObject({
      outcome: "unknown",
      why: "crm.people is not in the graph",
    });
    expect(all.get("6")).toMatchObject({ outcome: "unknown" });
    const { out } = await run("incidents", "replay");
    expect(out).toContain("2 of 6 would have been stopped");
  });

  it.each([
    ["column amount does not exist in shop.orders", "amount", "stopped"],
    [
      "psycopg2.errors.UndefinedColumn: column r.amount does not exist LINE 1: select r.amount from shop.orders r",
      "amount",
      "stopped",
    ],
    ["shop.orders.amount was dropped", "amount", "stopped"],
    ["Column amount of shop.orders renamed without notice", "amount", "stopped"],
    ["shop.orders was dropped over night", undefined, "stopped"],
    ["Schema change in shop.orders", undefined, "unknown"],
  ])("plain words are understood: %s", async (title, column, outcome) => {
    writeFileSync(
      join(folder, "words.csv"),
      `id,title,opened_at\nW,"${title.replaceAll('"', '""')}",2026-01-05\n`,
    );
    await run("incidents", "import", "words.csv");
    const told = (await replayed()).get("W");
    expect(told).toMatchObject({ outcome, ...(column === undefined ? {} : { column }) });
    if (outcome === "unknown")
      expect(told?.why).toBe("it does not say which column of shop.orders");
  });

  it("a policy that counts nothing lets them through, and it says so", async () => {
    await run("incidents", "import", "past.csv");
    writeFileSync(join(folder, "lax.yaml"), "version: lax\nfail_on: none\n");
    const all = await replayed("--policy", "lax.yaml");
    expect(all.get("1")).toMatchObject({ outcome: "shown" });
    expect(all.get("1")?.why).toContain("the policy does not count");
  });

  it("what is no export is said to be none", async () => {
    writeFileSync(join(folder, "nothing.csv"), "a,b\n1,2\n");
    const { code, err } = await run("incidents", "import", "nothing.csv");
    expect(code).not.toBe(0);
    expect(err).toContain("entry 1 has no id, title and time");
  });
});

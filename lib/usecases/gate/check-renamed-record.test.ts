import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { readSide } from "./check-state.ts";
import { checkStored } from "./check-stored.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-records-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly amount?: string;
}

function state(side: string, records: readonly Told[]): string {
  mkdirSync(join(folder, side));
  for (const { name, aliases, amount = "double" } of records) {
    const fields = [
      { name: "id", type: "long" },
      { name: "amount", type: amount },
    ];
    const schema = { type: "record", namespace: "shop", name, fields, aliases };
    writeFileSync(join(folder, side, `${name}.avsc`), JSON.stringify(schema));
  }
  return side;
}

async function changesOf(before: readonly Told[], after: readonly Told[]) {
  const answer = await checkStored({
    now: "2026-03-03T09:00:00Z",
    policy: DEFAULT_GATE,
    waivers: [],
    base: await readSide(state("base", before), folder),
    head: await readSide(state("head", after), folder),
  });
  if (!answer.ok) return answer.error.code;
  return answer.value.changes.map(({ kind, column }) => `${kind} ${column ?? "all"}`);
}

describe("an Avro record under another name", () => {
  it("is the one that its alias names, with what changed inside it", async () => {
    const purchase = { name: "Purchase", aliases: ["Order"] };
    expect(await changesOf([{ name: "Order" }], [purchase])).toEqual([]);
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    expect(await changesOf([{ name: "Order" }], [{ ...purchase, amount: "string" }])).toEqual([
      expect.stringMatching(/type.* amount$/),
    ]);
  });

  it("is gone where two say that they were it", async () => {
    const heirs = ["A", "B"].map((name) => ({ name, aliases: ["Order"], amount: "string" }));
    const kept = { name: "Kept" };
    expect(await changesOf([{ name: "Order" }, kept], [...heirs, kept])).toEqual([
      "table_dropped_or_renamed all",
    ]);
  });

  it("is another one while both are there, and the one that goes is told", async () => {
    const both = [{ name: "Order" }, { name: "Purchase", aliases: ["Order"] }];
    expect(await changesOf(both, [{ name: "Purchase", aliases: ["Order"] }])).toEqual([
      "table_dropped_or_renamed all",
    ]);
  });
});

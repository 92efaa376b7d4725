import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { readSide } from "../gate/check-state.ts";
import { checkStored } from "../gate/check-stored.ts";
import type { CheckAnswer } from "../gate/run-check.ts";
import type { VerifyTarget } from "./verify-target.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-verify-check-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const stateWith = (totals: string) => ({
  assets: [
    {
      id: "shop.orders",
      kind: "table",
      columns: [
        { name: "id", type: "INTEGER" },
        { name: "amount", type: "INTEGER" },
      ],
    },
    {
      id: "shop.totals",
      kind: "view",
      queries: [{ name: "build", dialect: "duckdb", sql: totals }],
    },
    {
      id: "Revenue",
      kind: "dashboard",
      queries: [{ name: "tile", dialect: "duckdb", sql: "select sum(total) from shop.totals" }],
    },
  ],
  edges: [],
});

const TOTALS = "select id, sum(amount) as total from shop.orders group by id";

async function check(head: string, verify: VerifyTarget): Promise<CheckAnswer> {
  writeFileSync(join(folder, "base.json"), JSON.stringify(stateWith(TOTALS)));
  writeFileSync(join(folder, "head.json"), JSON.stringify(stateWith(head)));
  const answer = await checkStored({
    now: "2026-03-03T09:00:00Z",
    policy: DEFAULT_GATE,
    waivers: [],
    verify,
    base: await readSide("base.json", folder),
    head: await readSide("head.json", folder),
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

const revenueIn = ({ assessment }: CheckAnswer) =>
  assessment.verdicts.find(({ asset }) => asset.name === "Revenue");

function samples(): VerifyTarget {
  const rows = [1, 2, 3].map((id) => `${id},${id * 10}`).join("\n");
  writeFileSync(join(folder, "orders.csv"), `id,amount\n${rows}\n`);
  return { kind: "samples", folder };
}

describe("a pull request whose statements are tried", () => {
  it("fails where a column that is still read is no longer made", async () => {
    const answer = await check(TOTALS.replace("as total", "as sums"), { kind: "bind" });
    expect(revenueIn(answer)).toMatchObject({
      verdict: "breaks_loudly",
      certainty: "certain",
      proof: { outcome: "fails", basis: "proved by run" },
    });
  });

  it("is shown to give other numbers where an edit changes them", async () => {
    const answer = await check(TOTALS.replace("sum(amount)", "sum(amount * 2)"), samples());
    expect(revenueIn(answer)).toMatchObject({
      verdict: "breaks_silently",
      certainty: "certain",
      proof: { outcome: "differs" },
    });
    expect(answer.findings.some(({ asset }) => asset.name === "Revenue")).toBe(true);
  });

  it("is shown to give the same numbers where an edit only looks like a change", async () => {
    const answer = await check(TOTALS.replace("sum(amount)", "sum(amount * 2) / 2"), samples());
    expect(revenueIn(answer)).toMatchObject({
      verdict: "unaffected",
      proof: { outcome: "same", predicted: { verdict: "breaks_silently" } },
    });
    expect(answer.assessment.misses?.map(({ asset }) => asset)).toContain("Revenue");
  });
});

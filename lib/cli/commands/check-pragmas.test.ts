import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { gatePolicySchema, overridePolicy } from "#lib/review/gate-policy.ts";
import { readSide } from "#lib/usecases/gate/check-state.ts";
import { checkStored } from "#lib/usecases/gate/check-stored.ts";
import type { CheckAnswer } from "#lib/usecases/gate/run-check.ts";
import { renderCheckText } from "../render/check-text.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-pragmas-"));
  for (const side of ["base", "head"]) {
    write(`${side}/mart.sql`, VIEWS);
    write(`${side}/other.sql`, "create table calm (id integer);\n");
  }
  write("base/orders.sql", "create table orders (id integer, amount integer);\n");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const VIEWS =
  "create view mart.revenue as select amount from orders;\ncreate view mart.funnel as select id, amount from orders;\n";
const DROPPED = "create table orders (id integer);\n";
const TERMS = 'reason="retired with this release" until=2026-04-15 approved-by=team-finance';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function check({
  now = "2026-03-03T09:00:00Z",
  pragmas = "allow",
}: {
  readonly now?: string;
  readonly pragmas?: "allow" | "refuse";
} = {}): Promise<CheckAnswer> {
  const [base, head] = [await readSide("base", folder), await readSide("head", folder)];
  const policy = overridePolicy(gatePolicySchema.parse({ version: "t", pragmas }), {
    failOn: "loud",
  });
  const answer = await checkStored({ base, head, policy, waivers: [], now });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

const waived = ({ findings }: CheckAnswer): readonly string[] =>
  findings.flatMap((finding) => (finding.waived ? finding.asset.name : []));

describe("a waiver that stands in code", () => {
  it("in the file that makes the change excuses what it names, and says where it stands", async () => {
    write("head/orders.sql", `-- faultline: ignore mart.revenue ${TERMS}\n${DROPPED}`);
    const answer = await check();
    expect(waived(answer)).toEqual(["mart.revenue"]);
    expect(answer.outcome).toBe("blocked");
    expect(answer.findings.find(({ waived: is }) => is)?.waiver).toEqual({
      reason: "retired with this release",
      approver: "team-finance",
      expires: "2026-04-15",
      place: { file: "head/orders.sql", line: 1 },
    });
  });

  it("in the file of what breaks excuses it", async () => {
    write("head/orders.sql", DROPPED);
    write("head/mart.sql", `${VIEWS}-- faultline: ignore revenue ${TERMS}\n`);
    expect(waived(await check())).toEqual(["mart.revenue"]);
  });

  it("anywhere else excuses nothing, and is told", async () => {
    write("head/orders.sql", DROPPED);
    write(
      "head/other.sql",
      `create table calm (id integer);\n-- faultline: ignore mart.revenue ${TERMS}\n`,
    );
    const answer = await check();
    expect(waived(answer)).toEqual([]);
    expect(renderCheckText(answer)).toContain(
      "The pragma at head/other.sql:2 (ignore mart.revenue) excuses nothing any more.",
    );
  });

  it("holds through its last day; then the finding is back and says so", async () => {
    write(
      "head/orders.sql",
      `-- faultline: ignore mart.revenue created=2026-03-01 ${TERMS}\n${DROPPED}`,
    );
    expect(waived(await check({ now: "2026-04-15T20:00:00Z" }))).toEqual(["mart.revenue"]);
    const answer = await check({ now: "2026-04-16T01:00:00Z" });
    expect(waived(answer)).toEqual([]);
    expect(renderCheckText(answer)).toContain("ended on 2026-04-15, and its finding is back");
  });

  it("may name the one finding by its fingerprint", async () => {
    write("head/orders.sql", DROPPED);
    const { findings } = await check();
    const one = findings.find(({ asset }) => asset.name === "mart.funnel")?.fingerprint;
    write("head/orders.sql", `/* faultline: ignore ${one} ${TERMS} */\n${DROPPED}`);
    expect(waived(await check())).toEqual(["mart.funnel"]);
  });

  it.each([
    ["no end", "ignore mart.revenue reason=x approved-by=t", "until is missing"],
    ["no approver", "ignore mart.revenue reason=x until=2026-04-01", "approved-by is missing"],
    ["no reason", "ignore mart.revenue approved-by=t until=2026-04-01", "reason is missing"],
    [
      "more than 90 days",
      "ignore mart.revenue reason=x approved-by=t until=2026-09-01",
      "90 at most",
    ],
    [
      "a date that is none",
      "ignore mart.revenue reason=x approved-by=t until=soon",
      "until is no date",
    ],
    ["a key that is not known", `ignore mart.revenue ${TERMS} for=ever`, "for is not known"],
    [
      "a start that is to come",
      `ignore mart.revenue ${TERMS} created=2030-01-01`,
      "which is to come",
    ],
    ["two names", `ignore mart.revenue mart.funnel ${TERMS}`, "name one asset"],
    ["a word that is not known", "ignroe mart.revenue", "only ignore and owner"],
  ])("with %s excuses nothing and says why", async (_what, pragma, says) => {
    write("head/orders.sql", `-- faultline: ${pragma}\n${DROPPED}`);
    const answer = await check();
    expect(waived(answer)).toEqual([]);
    expect(answer.waivers.refused).toEqual([
      { file: "head/orders.sql", line: 1, why: expect.stringContaining(says) },
    ]);
    expect(renderCheckText(answer)).toContain("The pragma at head/orders.sql:1 excuses nothing");
  });

  it("is not taken where the policy takes none", async () => {
    write("head/orders.sql", `-- faultline: ignore mart.revenue ${TERMS}\n${DROPPED}`);
    const answer = await check({ pragmas: "refuse" });
    expect(waived(answer)).toEqual([]);
    expect(answer.waivers.refused[0]?.why).toContain("the policy takes no waivers");
  });

  it("may also say who owns what is made below it", async () => {
    write("head/orders.sql", DROPPED);
    const owned = VIEWS.replace(
      "create view mart.funnel",
      "-- faultline: owner growth\ncreate view mart.funnel",
    );
    for (const side of ["base", "head"]) write(`${side}/mart.sql`, owned);
    const { findings } = await check();
    expect(findings.map(({ asset }) => [asset.name, asset.owner])).toEqual([
      ["mart.funnel", "growth"],
      ["mart.revenue", undefined],
    ]);
  });

  it("of the base excuses nothing in the head", async () => {
    write(
      "base/orders.sql",
      `-- faultline: ignore mart.revenue ${TERMS}\ncreate table orders (id integer, amount integer);\n`,
    );
    write("head/orders.sql", DROPPED);
    expect(waived(await check())).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { GatePolicy } from "#lib/review/gate-policy.ts";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

const SCHEMA =
  "create table shop.orders (id integer, amount numeric(10,2), note text);\ncreate view shop.v as select note from shop.orders;\n";

async function check(
  base: string,
  head: string,
  policy: GatePolicy = DEFAULT_GATE,
): Promise<CheckAnswer> {
  const side = (label: string, text: string) => ({
    label,
    files: [{ path: `${label}/schema.sql`, root: label, text }],
  });
  const answer = await checkStored({
    base: side("base", base),
    head: side("head", head),
    policy,
    waivers: [],
    now: "2026-03-03T09:00:00Z",
    dialect: "postgres",
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

const NOT_FOLLOWED = [
  "create view (((",
  "alter table shop.orders drop colum note;",
  "call retire_note();",
] as const;

describe("between two states of SQL files", () => {
  it.each(NOT_FOLLOWED)("nothing has passed where this was added: %s", async (statement) => {
    const answer = await check(SCHEMA, `${SCHEMA}${statement}\n`);
    expect(answer.outcome).toBe("would_be_incomplete");
    expect(answer.why).toBe("what the statement at head/schema.sql:3 changes is not known");
    expect(answer.confidence.notUnderstood).toContainEqual({
      asset: "head/schema.sql:3",
      why: expect.stringContaining("what this statement changes is not known") as string,
    });
  });

  it("a policy that blocks ends it as incomplete", async () => {
    const { outcome, exitCode } = await check(SCHEMA, `${SCHEMA}call retire_note();\n`, {
      ...DEFAULT_GATE,
      mode: "block",
    });
    expect([outcome, exitCode]).toEqual(["incomplete", 3]);
  });

  it.each(NOT_FOLLOWED)("nor where this was taken away: %s", async (statement) => {
    const answer = await check(`${SCHEMA}${statement}\n`, SCHEMA);
    expect(answer.outcome).toBe("would_be_incomplete");
    expect(answer.why).toContain("base/schema.sql:3");
  });

  it.each(NOT_FOLLOWED)(
    "what stands in both, wherever, is no difference: %s",
    async (statement) => {
      const answer = await check(
        `${SCHEMA}${statement}\n`,
        `-- the schema of the shop\n\n${SCHEMA}${statement.replaceAll(" ", "  ")}\n`,
      );
      expect(answer.outcome).toBe("passed");
      expect(answer.why).toMatch(/^nothing (?:that we know )?breaks$/);
    },
  );

  it("the same call twice is one call more", async () => {
    const call = "call retire_note();\n";
    const { outcome } = await check(SCHEMA + call, SCHEMA + call + call);
    expect(outcome).toBe("would_be_incomplete");
  });
});

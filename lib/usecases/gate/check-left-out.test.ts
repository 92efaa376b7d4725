import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GATE, gatePolicySchema, overridePolicy } from "#lib/review/gate-policy.ts";
import { readSide } from "./check-state.ts";
import { type CheckCall, checkStored } from "./check-stored.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-left-out-"));
  for (const side of ["base", "head"]) {
    write(`${side}/tables.sql`, "create table orders (id integer, amount integer);\n");
    write(`${side}/readers.json`, READERS);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const READERS = JSON.stringify({
  assets: [{ id: "board", kind: "dashboard", columns: [{ name: "amount" }] }],
  edges: [],
});

function write(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function check(policy: CheckCall["policy"] = DEFAULT_GATE) {
  const [base, head] = [await readSide("base", folder), await readSide("head", folder)];
  const now = "2026-03-03T09:00:00Z";
  const answer = await checkStored({ base, head, policy, waivers: [], now });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

describe("a file of a state that nobody can read", () => {
  it.each([
    ["cut off in the head", "head/extra.json", '{\n  "who": ["a",'],
    ["cut off in the base", "base/extra.json", '{\n  "who": ["a",'],
    ["empty", "head/extra.json", ""],
    ["lines that break off in the first", "head/events.jsonl", '{"eventTi'],
    ["zeros that a killed writer left", "head/extra.json", new Uint8Array(64)],
  ])(
    "JSON that is %s is never passed: the check is incomplete and names it",
    async (_what, path, text) => {
      write(path, text);
      const answer = await check();
      expect(answer).toMatchObject({ outcome: "incomplete", exitCode: 3, changes: [] });
      expect(answer.why).toContain(path);
      expect(answer.confidence.notUnderstood.map(({ asset }) => asset)).toEqual([path]);
    },
  );

  it("is named also where it is the same in both: who reads what changes may stand in it", async () => {
    write("base/board.json", '{"dash');
    write("head/board.json", '{"dash');
    const answer = await check();
    expect(answer.exitCode).toBe(3);
    expect(answer.confidence.notUnderstood.map(({ asset }) => asset)).toEqual([
      "base/board.json",
      "head/board.json",
    ]);
  });

  it("only warns where the policy lets holes pass", async () => {
    write("head/extra.json", "{");
    const lenient = gatePolicySchema.parse({ version: "t", incomplete: { mode: "warn" } });
    expect(await check(lenient)).toMatchObject({ outcome: "would_be_incomplete", exitCode: 0 });
  });

  it("does not hide what the policy blocks", async () => {
    write("head/extra.json", "{");
    const view = "create view v as select amount from orders;\n";
    write("base/view.sql", view);
    write("head/view.sql", view);
    write("head/tables.sql", "create table orders (id integer);\n");
    const blocks = overridePolicy(DEFAULT_GATE, { failOn: "loud" });
    expect(await check(blocks)).toMatchObject({ outcome: "blocked", exitCode: 1 });
  });

  it("that another tool wrote, whole and about something else, stops nothing", async () => {
    write("head/tsconfig.json", '{ // how it is built\n  "strict": true, /* all of it */\n}\n');
    write("head/package.json", '{"name": "shop", "url": "https://shop.example"}');
    write("head/events.jsonl", "");
    expect(await check()).toMatchObject({ outcome: "passed", exitCode: 0 });
  });

  it.each([
    ["{}", "an empty record"],
    ['{"error": "session expired"}', "what a tool answered instead"],
  ])("was known in the base and is %s in the head: it is not unchanged", async (text) => {
    write("head/readers.json", text);
    const answer = await check();
    expect(answer).toMatchObject({ outcome: "incomplete", exitCode: 3 });
    expect(answer.confidence.notUnderstood).toEqual([
      { asset: "head/readers.json", why: expect.stringContaining("graph") },
    ]);
  });
});

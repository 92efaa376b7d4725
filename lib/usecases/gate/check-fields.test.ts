import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_GATE, overridePolicy } from "#lib/review/gate-policy.ts";
import { readSide } from "./check-state.ts";
import { checkStored } from "./check-stored.ts";
import type { CheckAnswer } from "./run-check.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-fields-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Field = { readonly id: number; readonly name: string; readonly [key: string]: unknown };
const optional = (id: number, name: string, more: object = {}): Field => ({
  id,
  name,
  required: false,
  type: "string",
  ...more,
});

function state(name: string, fields: readonly Field[], uuid = "u-1"): string {
  mkdirSync(join(folder, name));
  const body = {
    "format-version": 2,
    "table-uuid": uuid,
    location: "s3://lake/orders",
    "current-schema-id": 0,
    schemas: [{ "schema-id": 0, type: "struct", fields }],
  };
  writeFileSync(join(folder, name, "v1.metadata.json"), JSON.stringify(body));
  writeFileSync(
    join(folder, name, "mart.sql"),
    "create view notes as select note from orders;\ncreate view places as select place from orders;",
  );
  return name;
}

async function check(
  before: readonly Field[],
  after: readonly Field[],
  uuid?: string,
): Promise<CheckAnswer> {
  const answer = await checkStored({
    now: "2026-03-03T09:00:00Z",
    policy: overridePolicy(DEFAULT_GATE, { failOn: "silent", minCertainty: "possible" }),
    waivers: [],
    base: await readSide(state("base", before), folder),
    head: await readSide(state("head", after, uuid), folder),
  });
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

const told = ({ changes, findings }: CheckAnswer): readonly string[] => [
  ...changes.map(({ kind, column }) => `${kind} ${column}`),
  ...findings.map(({ asset, verdict, certainty }) => `${asset.shortName} ${verdict} ${certainty}`),
];

describe("an Iceberg column that is another field under its name", () => {
  const base = [optional(1, "note"), optional(2, "place")];

  it("dropped and added again reads null in every row that is there", async () => {
    const answer = await check(base, [optional(3, "note"), optional(2, "place")]);
    expect(told(answer)).toEqual(["became_mostly_null note", "notes breaks_silently certain"]);
  });

  it("with a default for old rows has other values", async () => {
    const again = optional(3, "note", { "initial-default": "none" });
    expect(told(await check(base, [again, optional(2, "place")]))).toEqual([
      "expression_changed note",
      "notes breaks_silently certain",
    ]);
  });

  it("that took the name of another has the values of that one", async () => {
    const answer = await check(base, [optional(2, "note")]);
    expect(told(answer)).toEqual([
      "drop_column place",
      "expression_changed note",
      "notes breaks_silently certain",
      "places breaks_loudly certain",
    ]);
  });

  it("loses the values of a field inside it that was dropped and added again", async () => {
    const struct = (id: number) => ({
      type: { type: "struct", fields: [optional(id, "city"), optional(9, "zip")] },
    });
    const answer = await check(
      [optional(1, "note"), optional(2, "place", struct(8))],
      [optional(1, "note"), optional(2, "place", struct(10))],
    );
    expect(told(answer)).toEqual(["expression_changed place", "places breaks_silently likely"]);
  });

  it("of a table that was made anew has ids that say nothing of the old ones", async () => {
    const answer = await check(base, [optional(7, "note"), optional(8, "place")], "u-2");
    expect(told(answer)).toEqual([]);
  });
});

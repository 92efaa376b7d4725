import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContractDiffAnswer } from "#lib/usecases/contracts/judge-contract-diff.ts";
import { runIn } from "../run-in.fixture.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultline-contract-"));
  write(
    "tables.sql",
    "create table shop.orders (id bigint not null, amount integer, note varchar, extra text);\n",
  );
  write(
    "board.csv",
    "name,kind,owner,sql\nrevenue,dashboard,finance,select sum(amount) as total from shop.orders\nnotes,dashboard,support,select note from shop.orders\n",
  );
  write(
    "profile.json",
    JSON.stringify({
      profiles: [
        {
          asset: "shop.orders",
          at: "2026-01-01T00:00:00Z",
          rows: 100,
          columns: {
            id: { nullShare: 0, distinct: 90 },
            amount: { nullShare: 0.25, distinct: 40, min: -5, max: 900 },
            note: { nullShare: 0, distinct: 3 },
          },
        },
      ],
    }),
  );
  write("v1.yaml", CONTRACT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: orders
    physicalName: shop.orders
    quality: [{type: library, metric: rowCount, mustBeGreaterThan: 1000, name: enough rows}]
    properties:
      - {name: id, physicalType: bigint, required: true, primaryKey: true}
      - {name: amount, logicalType: integer, required: true, logicalTypeOptions: {minimum: 0}}
      - {name: note, logicalType: integer}
      - {name: gone, logicalType: string}
`;
const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);

const run = (...argv: readonly string[]) => runIn(folder, ["contract", ...argv]);

const FROM = ["--from", "tables.sql", "board.csv", "profile.json"] as const;

describe("faultline contract check", () => {
  it("says what the table does not keep, and what nobody promised", async () => {
    const { code, out } = await run("check", "v1.yaml", ...FROM);
    expect(code).toBe(1);
    for (const said of [
      "error   orders.id: it is promised to be unique, and 100 values are 90 different ones",
      "error   orders.amount: it is promised to be required, and 25% of it is null",
      "error   orders.amount: at least 0 is promised, and -5 was seen",
      "error   orders.note: it is VARCHAR, and integer is promised",
      "error   orders.gone: the table has no column gone",
      "error   orders: enough rows: mustBeGreaterThan 1000 is promised, and the table has 100 rows",
      "info    orders: the table has 1 more: extra",
    ])
      expect(out).toContain(said);
  });

  it.each([
    ["schema: 5", "schema must be a list; id, version and status missing"],
    [
      "id: a\nversion: 1\nstatus: active\nschema: [{name: orders, properties: {id: {}}}]",
      "schema[0]: properties must be a list",
    ],
    [
      "id: a\nversion: 1\nstatus: active\nschema: [{name: orders, properties: [{name: id, required: 'yes'}, 7]}]",
      "schema[0].properties[0]: required must be true or false; schema[0].properties[1] must be an object",
    ],
    [
      "id: a\nversion: 1\nstatus: active\nschema: []\nslaProperties: {latency: 4}",
      "slaProperties must be a list",
    ],
  ])(
    "refuses a contract that cannot be read, whose promises would all be kept: %s",
    async (body, said) => {
      write("bad.yaml", `kind: DataContract\napiVersion: v3.0.2\n${body}\n`);
      for (const argv of [
        ["check", "bad.yaml", ...FROM],
        ["diff", "v1.yaml", "bad.yaml"],
        ["diff", "bad.yaml", "v1.yaml"],
      ]) {
        const { code, out, err } = await run(...argv);
        expect([code, out]).toEqual([2, ""]);
        expect(err).toContain(said);
      }
    },
  );

  it("says of a contract without tables that there was nothing to hold", async () => {
    write("empty.yaml", CONTRACT.replace(/schema:[\s\S]*/, ""));
    const { code, out } = await run("check", "empty.yaml", ...FROM);
    expect(code).toBe(0);
    expect(out).toContain("info    orders: the contract promises nothing of any table");
  });

  it("keeps a contract that is kept, and does not find what is not there", async () => {
    write(
      "good.yaml",
      CONTRACT.replace(/ {4}quality.*\n/, "")
        .replace(/ {6}- \{name: (?:amount|note|gone|id).*\n/g, "")
        .concat("      - {name: note, logicalType: string}\n"),
    );
    expect(await run("check", "good.yaml", ...FROM)).toMatchObject({ code: 0 });
    write(
      "other.yaml",
      CONTRACT.replace("shop.orders", "shop.none").replace("name: orders\n", "name: none\n"),
    );
    const other = await run("check", "other.yaml", ...FROM);
    expect(other.out).toContain("nothing that was read has the table shop.none");
    expect(other.code).toBe(1);
  });
});

describe("faultline contract diff", () => {
  it("names who reads what is no longer promised, and what it means for them", async () => {
    write("v2.yaml", CONTRACT.replace(/ {6}- \{name: amount.*\n/, ""));
    const { code, out } = await run("diff", "v1.yaml", "v2.yaml", ...FROM);
    expect(code).toBe(1);
    expect(out).toContain(
      "error   orders.amount: the property is no longer promised\n          revenue (finance): fails",
    );
    expect(out).not.toContain("notes (support)");
  });

  it("is not breaking for the producer, who promises less", async () => {
    expect(
      await run("diff", "v1.yaml", "v2.yaml", "--perspective", "producer", ...FROM),
    ).toMatchObject({ code: 0 });
  });

  it("works on two files alone, and says that nobody can be named", async () => {
    const { out, code } = await run("diff", "v1.yaml", "v2.yaml");
    expect(out).toContain("Nobody can be named without a store or --from.");
    expect(code).toBe(1);
  });

  it("says what is wrong with what it was given", async () => {
    expect(await run("diff", "v1.yaml", "none.yaml")).toMatchObject({ code: 2 });
    expect(await run("diff", "v1.yaml", "v2.yaml", "--perspective", "nobody")).toMatchObject({
      code: 2,
    });
    expect((await run("check", "tables.sql", ...FROM)).code).toBe(2);
  });
});

const MATRIX = fileURLToPath(
  new URL("../../../../shared/data/sources/odcs/breaking_matrix_sample.json", import.meta.url),
);

describe.skipIf(!existsSync(MATRIX))("the contract that a peer was measured on", () => {
  it("is the same as itself in JSON", async () => {
    const { base } = JSON.parse(readFileSync(MATRIX, "utf8")) as { readonly base: unknown };
    write("peer.json", JSON.stringify(base));
    const { out } = await run("diff", "peer.json", "peer.json", "--format", "json");
    expect((JSON.parse(out) as ContractDiffAnswer).changes).toEqual([]);
  });
});

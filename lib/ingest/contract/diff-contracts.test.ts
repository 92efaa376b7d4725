import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { asRecord, type LooseRecord } from "../loose-value.ts";
import { parseYamlText } from "../parse-structured-text.ts";
import type { ContractSeverity, Perspective } from "./contract-change.ts";
import { readContractShape } from "./contract-shape.ts";
import { diffContracts } from "./diff-contracts.ts";

const BASE = `
apiVersion: v3.1.0
kind: DataContract
id: payments
version: 1.0.0
status: active
team: {name: pay}
roles: [{role: r, access: read}]
servers: [{server: prod, type: postgresql, host: h, database: d, schema: s}]
slaProperties:
  - {property: freshness, value: 24, unit: h, element: payments.id}
  - {property: retention, value: 3, unit: y}
schema:
  - name: payments
    physicalName: payments_t
    physicalType: table
    quality:
      - {type: library, metric: rowCount, mustBeGreaterThan: 100, name: rc}
      - {type: sql, query: select 1, mustBe: 1, name: sq}
    properties:
      - {name: id, logicalType: integer, physicalType: bigint, required: true, primaryKey: true, unique: true}
      - name: iban
        logicalType: string
        physicalType: varchar(34)
        classification: restricted
        logicalTypeOptions: {minLength: 15, maxLength: 34, pattern: "[A-Z]{2}.+"}
      - {name: cents, logicalType: integer, required: true, logicalTypeOptions: {minimum: 0}, quality: [{type: library, metric: nullValues, mustBe: 0, name: nn}]}
      - {name: state, logicalType: string, logicalTypeOptions: {enum: [open, paid]}, relationships: [{to: states.code, type: foreignKey}]}
      - {name: payer, logicalType: object, properties: [{name: city, logicalType: string}]}
      - {name: tags, logicalType: array, items: {logicalType: string}}
  - name: states
    properties: [{name: code, logicalType: string, primaryKey: true}]
`;

const parse = (text: string): LooseRecord => {
  const parsed = parseYamlText("c.yaml", text);
  return (parsed.ok ? asRecord(parsed.value) : undefined) ?? {};
};
const before = readContractShape(parse(BASE));
const RANK: Readonly<Record<ContractSeverity, number>> = { info: 0, warning: 1, error: 2 };

function worst(text: string, perspective: Perspective, isBack: boolean): ContractSeverity {
  const after = readContractShape(parse(text));
  const changes = isBack ? diffContracts(after, before) : diffContracts(before, after);
  return changes.reduce<ContractSeverity>(
    (most, change) => (RANK[change[perspective]] > RANK[most] ? change[perspective] : most),
    "info",
  );
}

/**
 * What is edited, and the worst severity for consumers and for producers, there and back. Measured with datacontract-cli
 * 1.2.8 on the same kinds of edit; ours may be stricter (those marked are) and never milder.
 */
type Row = readonly [string, string, string, string, string];
const ROWS: readonly Row[] = [
  [
    "a property goes",
    "      - {name: cents,",
    "      - {name: other,",
    "error error",
    "error error",
  ],
  [
    "a schema goes",
    / {2}- name: states\n.*\n/.exec(BASE)?.[0] ?? "",
    "",
    "error info",
    "info error",
  ],
  ["a type is another", "physicalType: bigint", "physicalType: int", "error error", "error error"],
  ["a type is wider", "varchar(34)", "varchar(50)", "error error", "error error"],
  ["a type is no longer said", ", physicalType: bigint", "", "error info", "info error"],
  [
    "required goes",
    "physicalType: bigint, required: true",
    "physicalType: bigint",
    "error info",
    "info error",
  ],
  ["unique goes", ", unique: true", "", "error info", "info error"],
  ["the key goes", ", primaryKey: true, unique", ", unique", "error info", "info error"],
  [
    "the key has a second part",
    "name: iban\n",
    "name: iban\n        primaryKey: true\n        primaryKeyPosition: 2\n",
    "error error",
    "error error",
  ],
  [
    "a column is called otherwise",
    "name: iban\n",
    "name: iban\n        physicalName: account\n",
    "error error",
    "error error",
  ],
  ["a table is called otherwise", "payments_t", "payments_x", "error error", "error error"],
  ["a table becomes a view", "physicalType: table", "physicalType: view", "info info", "info info"],
  ["a longer text is allowed", "maxLength: 34", "maxLength: 60", "error info", "info error"],
  ["a shorter text is allowed", "minLength: 15", "minLength: 5", "error info", "info error"],
  ["a smaller number is allowed", "minimum: 0", "minimum: -10", "error info", "info error"],
  ["the pattern is another", "[A-Z]{2}.+", ".+", "warning warning", "warning warning"],
  ["the pattern goes", ', pattern: "[A-Z]{2}.+"', "", "error info", "info error"],
  ["a value more", "[open, paid]", "[open, paid, lost]", "error info", "info error"],
  [
    "what is inside goes",
    ", properties: [{name: city, logicalType: string}]",
    "",
    "error info",
    "info error",
  ],
  [
    "what a list holds is another",
    "items: {logicalType: string}",
    "items: {logicalType: integer}",
    "error error",
    "error error",
  ],
  [
    "a quality rule goes",
    "      - {type: library, metric: rowCount, mustBeGreaterThan: 100, name: rc}\n",
    "",
    "error info",
    "info error",
  ],
  [
    "a threshold is lower",
    "mustBeGreaterThan: 100",
    "mustBeGreaterThan: 10",
    "error info",
    "info error",
  ],
  ["a query is another", "select 1", "select 2", "warning warning", "warning warning"],
  [
    "a query must give something else",
    "query: select 1, mustBe: 1",
    "query: select 1, mustBe: 2",
    "error error",
    "error error",
  ],
  [
    "a relationship goes",
    ", relationships: [{to: states.code, type: foreignKey}]",
    "",
    "error info",
    "info error",
  ],
  ["a relationship leads elsewhere", "states.code", "states.id", "error error", "error error"],
  ["twice as old", "value: 24, unit: h", "value: 48, unit: h", "error info", "info error"],
  ["as old, in another unit", "value: 24, unit: h", "value: 1, unit: d", "info info", "info info"],
  ["as old, as one word", "value: 24, unit: h", "value: 24h", "info info", "info info"],
  ["the team is another", "name: pay}", "name: billing}", "info info", "info info"],
  ["a role goes", "roles: [{role: r, access: read}]", "roles: []", "info info", "info info"],
  ["the version is another", "version: 1.0.0", "version: 2.0.0", "info info", "info info"],
  // Stricter: the peer calls all of these info.
  [
    "kept for a shorter time",
    "value: 3, unit: y",
    "value: 1, unit: y",
    "warning info",
    "info info",
  ],
  ["classified otherwise", "restricted", "public", "warning warning", "warning warning"],
  ["on another server", "host: h,", "host: z,", "warning info", "warning info"],
  ["deprecated", "status: active", "status: deprecated", "warning info", "info info"],
  ["retired", "status: active", "status: retired", "error info", "info info"],
];

describe("a new version of a contract", () => {
  it.each(ROWS)("%s", (_, from, to, there, back) => {
    expect(BASE).toContain(from);
    const text = BASE.replace(from, to);
    const both = (isBack: boolean) =>
      `${worst(text, "consumer", isBack)} ${worst(text, "producer", isBack)}`;
    expect([both(false), both(true)]).toEqual([there, back]);
  });

  it("that is the same promises the same", () => {
    expect(diffContracts(before, readContractShape(parse(BASE)))).toEqual([]);
    const reordered = parse(
      BASE.replace(
        /( {6}- \{name: id.*\n)( {6}- name: iban[\s\S]*?)( {6}- \{name: cents)/,
        "$2$1$3",
      ),
    );
    expect(diffContracts(before, readContractShape(reordered))).toEqual([]);
  });

  it("tells a rename where properties have an id of their own", () => {
    const old = readContractShape(
      parse(BASE.replace("name: iban\n", "name: iban\n        id: p7\n")),
    );
    const now = readContractShape(
      parse(BASE.replace("name: iban\n", "name: account\n        id: p7\n")),
    );
    expect(diffContracts(old, now)).toMatchObject([
      {
        rule: "property-renamed",
        effect: { kind: "rename_column", column: "iban", to: "account" },
      },
    ]);
  });

  it("of any shape never throws", () => {
    fc.assert(
      fc.property(fc.nat(BASE.length), fc.nat(40), fc.string(), (at, cut, put) => {
        const mangled = readContractShape(parse(BASE.slice(0, at) + put + BASE.slice(at + cut)));
        return diffContracts(before, mangled).length + diffContracts(mangled, before).length >= 0;
      }),
    );
  });

  it("breaks nobody twice: what tightens one way loosens the other", () => {
    for (const [, from, to] of ROWS) {
      const after = readContractShape(parse(BASE.replace(from, to)));
      const there = diffContracts(before, after).filter(
        ({ direction }) => direction === "tightens",
      );
      const back = diffContracts(after, before).filter(({ direction }) => direction === "loosens");
      expect(back.map(({ path }) => path).sort()).toEqual(there.map(({ path }) => path).sort());
    }
  });
});

test("a list of values in a quality rule is compared as the property's own list", () => {
  const withValues = (list: string, more = "") =>
    readContractShape(
      parse(
        BASE.replace(
          "logicalTypeOptions: {enum: [open, paid]}",
          `quality: [{type: library, metric: invalidValues, arguments: {validValues: ${list}}, mustBe: 0${more}}]`,
        ),
      ),
    );
  const [added, ...others] = diffContracts(
    withValues("[open, paid]"),
    withValues("[open, paid, void]"),
  );
  expect(added).toMatchObject({ rule: "enum-value-added", consumer: "error" });
  expect(others).toEqual([]);
  expect(diffContracts(before, withValues("[open, paid]")).map(({ rule }) => rule)).not.toContain(
    "enum-value-removed",
  );
  const changes = diffContracts(
    withValues("[open, paid]"),
    withValues("[open, paid]", ", severity: warning"),
  );
  expect(changes.map(({ what }) => what)).toEqual([
    expect.stringContaining('severity "warning" now'),
  ]);
});

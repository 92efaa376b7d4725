import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANGE_KINDS, type ChangeInput } from "#lib/impact/change.ts";
import { assetId } from "#lib/model/asset-id.ts";
import { formatChangeText, parseChangeText } from "./change-text.ts";
import { EMPTY_VIEW, GROUPINGS, LEVELS, type ViewState } from "./view-state.ts";
import { formatViewUrl, parseViewUrl } from "./view-url.ts";

const ugly = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    "a.b",
    "a/b",
    "x;y=z",
    "~2e~",
    "ns|name",
    "é",
    "col#1",
    "a:b",
    "*k=1",
    "%2F",
    "+ &?",
    '"q"',
  ),
);

const changes: fc.Arbitrary<ChangeInput> = fc
  .record(
    {
      kind: fc.constantFrom(...CHANGE_KINDS),
      asset: fc.oneof(ugly, fc.record({ namespace: ugly, name: ugly })),
      column: fc.oneof(ugly, fc.constant("")),
      fromType: ugly,
      toType: ugly,
      to: ugly,
      nullShare: fc.double({ min: 0, max: 1, noNaN: true }).map((n) => n + 0),
      orderPreserving: fc.boolean(),
      columns: fc.array(ugly, { maxLength: 3 }),
      "odd=key;": fc.oneof(ugly, fc.integer(), fc.constant(null)),
    },
    { requiredKeys: ["kind", "asset"] },
  )
  .map((change) => change as unknown as ChangeInput);

const views: fc.Arbitrary<ViewState> = fc
  .record(
    {
      changes: fc.array(changes, { maxLength: 3 }),
      unread: fc.constantFrom([], ["no_such_kind:orders.id"]),
      story: ugly,
      selected: fc.tuple(ugly, ugly).map(([namespace, name]) => assetId(namespace, name)),
      grouping: fc.constantFrom(...GROUPINGS),
      level: fc.constantFrom(...LEVELS),
      find: fc.string(),
      verdicts: fc.uniqueArray(
        fc.constantFrom("breaks_loudly", "breaks_silently", "degraded", "unaffected", "unknown"),
      ),
      opened: fc.uniqueArray(ugly),
      present: fc.boolean(),
    },
    { requiredKeys: ["changes", "unread", "grouping", "find", "verdicts", "opened", "present"] },
  )
  .map((view) => ({ ...EMPTY_VIEW, ...view }) as unknown as ViewState);

describe("the address of the blast screen", () => {
  it("gives any change back as it was written, whatever its names look like", () => {
    fc.assert(
      fc.property(changes, (change) => {
        expect(parseChangeText(formatChangeText(change))).toEqual(change);
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  it("gives the whole view back from its query", () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(parseViewUrl(new URLSearchParams(formatViewUrl(view)))).toEqual(view);
      }),
      { numRuns: 400, seed: 12 },
    );
  });

  it("is a line that people can read and write", () => {
    const view = {
      ...EMPTY_VIEW,
      changes: [{ kind: "drop_column", asset: "checkout.orders", column: "amount" }] as const,
    };
    expect(formatViewUrl(view)).toBe("change=drop_column:checkout.orders.amount");
    expect(
      parseViewUrl(
        new URLSearchParams("change=type_changed:orders.code;fromType=INTEGER;toType=VARCHAR(24)"),
      ).changes,
    ).toEqual([
      {
        kind: "type_changed",
        asset: "orders",
        column: "code",
        fromType: "INTEGER",
        toType: "VARCHAR(24)",
      },
    ]);
  });

  it("names a change that it cannot read instead of dropping it", () => {
    const view = parseViewUrl(
      new URLSearchParams("change=explode:orders.id&change=drop_column:orders.id"),
    );
    expect(view.unread).toEqual(["explode:orders.id"]);
    expect(view.changes).toHaveLength(1);
    expect(
      parseViewUrl(new URLSearchParams("change=row_count_drop:orders;share=lots")).unread,
    ).toHaveLength(1);
  });

  it("does not show only a path where nothing is selected", () => {
    expect(parseViewUrl(new URLSearchParams("only=path")).pathOnly).toBe(false);
  });
});

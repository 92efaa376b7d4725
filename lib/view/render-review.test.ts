import { describe, expect, it } from "vitest";
import { applyReviewEvent } from "#lib/review/fold-review.ts";
import { listConditions } from "#lib/review/list-conditions.ts";
import { listWaiting, windowOf } from "#lib/review/list-waiting.ts";
import { planMigration } from "#lib/review/plan-migration.ts";
import type { ReviewContent } from "#lib/review/review-action.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { renderReviewMarkdown } from "./render-review.ts";
import { renderReviewHtml } from "./render-review-html.ts";

const NOW = "2026-03-03T09:00:00Z";

function shownOf(title: string): ShownReview {
  const content: ReviewContent = {
    changes: [
      {
        kind: "rename_column",
        asset: { namespace: "duckdb", name: "shop.orders" },
        column: "amount",
        to: "total",
      },
    ],
    hash: "h1",
    graphVersion: "7",
    complete: true,
    verdicts: [
      {
        asset: "duckdb/bi.revenue",
        name: "bi.<revenue>",
        owner: "finance",
        tier: 1,
        verdict: "breaks_silently",
        certainty: "certain",
      },
    ],
    readers: { names: ["bi.<revenue>"], owners: { "bi.<revenue>": "finance" } },
    tables: [
      {
        name: "shop.orders",
        dialect: "duckdb",
        isBuilt: false,
        columns: [
          { name: "amount", type: "INTEGER", mark: "goes", change: 0 },
          { name: "total", type: "INTEGER", mark: "comes", change: 0 },
        ],
        more: 3,
      },
    ],
  };
  const policy = {
    version: "p1",
    windowDays: { 1: 30, 2: 14, 3: 7, 4: 0 },
    escalateAfter: 5,
    decidingRole: "change board",
  };
  const event = {
    seq: 1,
    at: "2026-03-02T09:00:00Z",
    actor: "checkout",
    action: { kind: "propose" as const, title, content, policy },
  };
  const folded = applyReviewEvent({ id: "REV-1", review: undefined, event });
  if (!folded.ok) throw new Error(folded.error.message);
  const review = folded.value;
  const { readers } = content;
  return {
    review,
    events: [event],
    now: NOW,
    waiting: listWaiting(review, NOW),
    window: windowOf(review, NOW),
    today: {
      graphVersion: "8",
      vanished: [],
      appeared: [],
      gone: [],
      altered: [],
      complete: true,
      readers,
    },
    conditions: listConditions(review, { readers, now: NOW }),
    readers: { points: [{ at: event.at, version: 7, names: readers.names }] },
    plan: planMigration(review, {
      readers,
      now: NOW,
      findTable: () => ({
        name: "shop.orders",
        dialect: "duckdb",
        columnType: "INTEGER",
        isBuilt: false,
      }),
    }),
  };
}

describe("a review as a file", () => {
  it("opens from a disk: nothing in it is fetched or run, and names cannot become markup", () => {
    const html = renderReviewHtml(shownOf("a <script>alert(1)</script> & b"), undefined);
    expect(html).not.toContain("<script");
    expect(html).not.toMatch(/\b(?:src|href)=|@import|url\(/);
    expect(html).toContain("a &lt;script&gt;alert(1)&lt;/script&gt; &amp; b");
    expect(html).toContain("bi.&lt;revenue&gt;");
  });

  it("says who is affected, what was agreed, what is in the way, and the statements of the plan", () => {
    const html = renderReviewHtml(shownOf("amount becomes total"), undefined);
    for (const text of [
      "silently wrong",
      "not answered yet",
      "0 of 1. Waiting for finance.",
      "ALTER TABLE shop.orders ADD COLUMN total INTEGER;",
      "3 more columns stay.",
    ])
      expect(html).toContain(text);
    const markdown = renderReviewMarkdown(shownOf("amount becomes total"));
    expect(markdown).toContain("| finance | 1 | silently wrong | 1 | not answered yet | 1 |");
  });
});

import { z } from "zod";
import { readBoard } from "#lib/usecases/incidents/show-board.ts";
import type { Endpoint } from "../endpoint.ts";
import { time } from "../impact-schemas.ts";

const spread = z
  .strictObject({ n: z.int(), median: z.number(), p90: z.number() })
  .optional()
  .describe("hours");
const side = z.strictObject({
  incidents: z.int(),
  schemaMismatches: z.int(),
  causeKnown: z.int(),
  perMonth: z.number().optional(),
  timeToCause: spread,
  timeToRepair: spread,
});

const boardSchema = z.strictObject({
  before: side.describe("what was imported"),
  since: side.describe("what was kept here"),
  replay: z.strictObject({
    stopped: z.int(),
    shown: z.int(),
    notStopped: z.int(),
    unknown: z.int(),
    incidents: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        openedAt: time,
        outcome: z.enum(["stopped", "shown", "not_stopped", "unknown"]),
        why: z.string(),
        kind: z.string().optional(),
        asset: z.string().optional(),
        column: z.string().optional(),
        isGuessed: z.boolean().describe("read out of the text, not said by the export"),
      }),
    ),
  }),
  toldBefore: z.int(),
  gate: z
    .strictObject({
      since: time,
      changes: z.int(),
      stopped: z.int(),
      wouldHaveStopped: z.int().describe("where the policy only observes"),
      deployed: z.int().describe("incidents in that time that a change of a schema caused"),
      stoppedShare: z.number().min(0).max(1).optional().describe("stopped / (stopped + deployed)"),
    })
    .optional()
    .describe("of the gate's log, the last 90 days; absent without a run"),
});

export const BOARD_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/board",
    scope: "read",
    summary:
      "Incidents before and since, the share of schema mismatches, and which of the imported ones the gate would have stopped",
    answer: { status: 200, schema: boardSchema },
    handle: async ({ services }) => {
      const store = await services.workspace.store();
      if (!store.ok) return store;
      const view = await services.workspace.view();
      const now = services.now().toISOString();
      return view.ok ? readBoard(store.value, { view: view.value, now }) : view;
    },
  },
];

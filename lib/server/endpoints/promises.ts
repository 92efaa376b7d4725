import { z } from "zod";
import { listPromises } from "#lib/usecases/incidents/keep-promises.ts";
import type { Endpoint } from "../endpoint.ts";

const state = z.enum(["kept", "broken", "unknown"]);

const promisesSchema = z.strictObject({
  days: z.array(z.string()),
  domains: z.array(
    z.strictObject({
      domain: z.string().optional(),
      kept: z.int(),
      broken: z.int(),
      unknown: z.int(),
      assets: z.array(
        z.strictObject({
          asset: z.string(),
          name: z.string(),
          domain: z.string().optional(),
          product: z.string().optional().describe("the id of the contract"),
          freshness: z
            .strictObject({ state, promisedHours: z.number(), ageHours: z.number().optional() })
            .optional(),
          completeness: z
            .strictObject({ state, promised: z.number(), observed: z.number().optional() })
            .optional(),
          columns: z
            .strictObject({ state, promised: z.int(), observed: z.int() })
            .optional()
            .describe(
              "that the contract names, and of how many anything else says what it promises",
            ),
          violations: z.array(z.string()),
          target: z.number(),
          state,
          history: z.strictObject({
            days: z.array(z.number().nullable()),
            keptShare: z.number().optional(),
            budgetLeft: z.number().optional(),
          }),
        }),
      ),
    }),
  ),
});

export const PROMISE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/promises",
    scope: "read",
    summary:
      "What contracts promise (freshness, completeness, their columns), whether it is kept, and what is left of the error budget of 30 days",
    answer: { status: 200, schema: promisesSchema },
    handle: async ({ services }) => {
      const store = await services.workspace.store();
      if (!store.ok) return store;
      const view = await services.workspace.view();
      if (!view.ok) return view;
      const now = services.now().toISOString();
      return listPromises({ store: store.value, view: view.value, now });
    },
  },
];

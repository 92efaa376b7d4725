import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { askChanges } from "#lib/usecases/ask/ask-workspace.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { assetVerdict, time } from "../impact-schemas.ts";

const MOST = 1_000;

const changesSchema = z.strictObject({
  changes: z.array(
    z.strictObject({
      id: z.string(),
      at: time.describe("when it was detected"),
      version: z.int().describe("of the store, which the change made"),
      source: z.string(),
      asset: z.string(),
      told: z.string().optional().describe("the run or event that told of it"),
      changes: z
        .array(
          z.looseObject({
            kind: z.string(),
            asset: z.strictObject({ namespace: z.string(), name: z.string() }),
            column: z.string().optional(),
          }),
        )
        .describe("as a changes file has them"),
      judgement: z
        .strictObject({
          at: time,
          graphVersion: z.string(),
          complete: z.boolean(),
          counts: z.record(z.string(), z.int()),
          affected: z.array(assetVerdict),
          notify: z.array(z.strictObject({ owner: z.string(), assets: z.array(z.string()) })),
        })
        .optional()
        .describe(
          "on the graph as it was before the change; absent for the moment until it is judged",
        ),
      notJudged: z.string().optional().describe("why it could not be judged"),
    }),
  ),
  more: z.int().describe("beyond the limit"),
});

export const CHANGE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/changes",
    scope: "read",
    summary:
      "Changes of tables that events told of, newest first, each with what it breaks and whom it concerns",
    query: {
      asset: { description: "an id or an unambiguous tail of a name" },
      since: { description: "a time: only what was detected then or later" },
      limit: { description: `100 by default, at most ${MOST}` },
    },
    answer: { status: 200, schema: changesSchema },
    handle: answerChanges,
  },
];

async function answerChanges({ services, query }: ApiCall): Promise<Result<unknown, Failure>> {
  const since = readTime(query.get("since"));
  if (!since.ok) return since;
  const limit = Number(query.get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 1) {
    return err({ code: "bad-usage", message: '"limit" is a whole number from 1 on' });
  }
  const asset = query.get("asset");
  return askChanges(services.workspace, {
    limit: Math.min(limit, MOST),
    ...(asset === null ? {} : { asset }),
    ...(since.value === undefined ? {} : { since: since.value }),
  });
}

function readTime(text: string | null): Result<string | undefined, Failure> {
  if (text === null) return ok(undefined);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time)
    ? err({ code: "bad-usage", message: `"since" is a time such as 2026-03-03T02:00:00Z` })
    : ok(new Date(time).toISOString());
}

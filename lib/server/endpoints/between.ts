import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err } from "#lib/kit/result.ts";
import { ASSET_KINDS } from "#lib/model/asset.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { askChangesBetween, MOST_BETWEEN } from "#lib/usecases/history/ask-changes-between.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";

const STATES = ["new", "stale", "back", "gone", "changed"] as const;

const stamp = z.looseObject({ version: z.int(), at: z.string() });

const betweenSchema = z.strictObject({
  from: stamp,
  to: stamp,
  counts: z.record(z.enum(STATES), z.int()),
  assets: z.array(
    z.strictObject({
      asset: z.string(),
      shortName: z.string(),
      name: z.string(),
      kind: z.enum(ASSET_KINDS),
      domain: z.string().optional(),
      owner: z.string().optional(),
      state: z
        .enum(STATES)
        .describe("stale: whoever said it says so no longer; gone: another name took its place"),
      staleSince: z.string().optional(),
      differences: z.array(
        z.strictObject({
          column: z.string().optional(),
          what: z.string(),
          change: z
            .looseObject({ kind: z.string() })
            .optional()
            .describe("as a changes file has it"),
        }),
      ),
    }),
  ),
  more: z.int().describe("beyond the limit"),
});

export const BETWEEN_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/changes-between",
    scope: "read",
    summary: "What differs between two moments: tables, columns, what reads what, owners",
    query: {
      from: { description: "a time or a version", required: true },
      to: { description: "a later one; now by default" },
      domain: { description: "only what belongs to it" },
      limit: { description: `most assets, 500 by default, at most ${MOST_BETWEEN}` },
    },
    answer: { status: 200, schema: betweenSchema },
    handle: answerBetween,
  },
];

async function answerBetween({ services, query }: ApiCall): Promise<Result<unknown, Failure>> {
  const { workspace } = services;
  const [from, to, domain] = ["from", "to", "domain"].map((key) => query.get(key) || undefined);
  const limit = Number(query.get("limit") ?? 500);
  if (from === undefined)
    return err({
      code: "bad-usage",
      message: '"from" is a time such as 2026-03-03T02:00:00Z, or a version',
    });
  if (!Number.isInteger(limit) || limit < 1)
    return err({ code: "bad-usage", message: '"limit" is a whole number from 1 on' });
  return askChangesBetween((at) => (at === undefined ? workspace.view() : workspace.viewAt(at)), {
    from,
    limit,
    ...(to === undefined ? {} : { to }),
    ...(domain === undefined ? {} : { domain }),
  });
}

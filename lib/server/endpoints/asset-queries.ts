import { z } from "zod";
import { askQueries } from "#lib/usecases/ask/ask-queries.ts";
import type { Endpoint } from "../endpoint.ts";

const queriesSchema = z.strictObject({
  queries: z.array(
    z.strictObject({
      name: z.string(),
      sql: z.string(),
      dialect: z.string(),
      understood: z.boolean(),
      provenance: z.looseObject({
        file: z.string().optional(),
        line: z.int().optional().describe("line of the file on which the query begins, from 1"),
        event: z.string().optional(),
      }),
    }),
  ),
});

export const QUERY_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/queries/{id}",
    scope: "read",
    summary: "The SQL of an asset as it was written, with the file and line that it begins on",
    answer: { status: 200, schema: queriesSchema },
    handle: ({ services, params }) => askQueries(services.workspace, params["id"] ?? ""),
  },
];

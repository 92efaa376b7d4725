import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { DEFAULT_GATE } from "#lib/review/gate-policy.ts";
import { askAsset, askImpact, askSearch, askTriage } from "#lib/usecases/ask/ask-workspace.ts";
import { changeInputSchema, readChanges } from "#lib/usecases/ask/read-changes.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { readSide } from "#lib/usecases/gate/check-state.ts";
import { checkStored } from "#lib/usecases/gate/check-stored.ts";
import type { Workspace } from "#lib/usecases/graph/workspace.ts";

export interface McpContext {
  readonly workspace: Workspace;
  /** Relative paths are taken from here. */
  readonly cwd: string;
  readonly now: () => Date;
}

const READS_ONLY = { readOnlyHint: true, openWorldHint: false } as const;

/** The questions that a program may ask. None of them changes anything; each answers with the JSON of its command. */
export function addMcpTools(server: McpServer, context: McpContext): void {
  const { workspace, cwd, now } = context;
  server.registerTool(
    "search",
    {
      description: "Assets and columns whose names hold a text, best first",
      inputSchema: { query: z.string().min(1), limit: z.int().min(1).max(200).optional() },
      annotations: READS_ONLY,
    },
    async ({ query, limit }) =>
      answer(await askSearch(workspace, { query, ...(limit === undefined ? {} : { limit }) })),
  );
  server.registerTool(
    "asset",
    {
      description: "Everything known of an asset, by id or by an unambiguous tail of its name",
      inputSchema: { name: z.string().min(1) },
      annotations: READS_ONLY,
    },
    async ({ name }) => answer(await askAsset(workspace, name)),
  );
  server.registerTool(
    "impact",
    {
      description:
        "What breaks when these changes happen: which dashboards, jobs and reports, how, and why. A change is {ref: 'orders.amount', kind: 'drop_column'}",
      inputSchema: {
        changes: z.array(changeInputSchema).min(1),
        each: z.boolean().optional().describe("judge the changes one by one"),
        at: z.string().optional().describe("a version or a time: the graph as it was"),
      },
      annotations: READS_ONLY,
    },
    async ({ changes, each, at }) => {
      const asked = readChanges(changes, "changes");
      if (!asked.ok) return answer(asked);
      const request = { changes: asked.value, now: now().toISOString() };
      return answer(
        await askImpact(workspace, {
          ...request,
          ...(each === undefined ? {} : { each }),
          ...(at === undefined ? {} : { at }),
        }),
      );
    },
  );
  server.registerTool(
    "check",
    {
      description:
        "What changed between two states and what that breaks. A state is a path (dbt target, SQL, graph file), 'store' or 'store@TIME'",
      inputSchema: { base: z.string().min(1), head: z.string().min(1) },
      annotations: READS_ONLY,
    },
    async ({ base, head }) => {
      const store = await workspace.store();
      return answer(
        await checkStored({
          base: await readSide(base, cwd),
          head: await readSide(head, cwd),
          policy: DEFAULT_GATE,
          waivers: [],
          now: now().toISOString(),
          ...(store.ok ? { store: store.value } : {}),
        }),
      );
    },
  );
  server.registerTool(
    "triage",
    {
      description: "Ranked suspects for what is broken",
      inputSchema: {
        symptoms: z.array(z.string()).min(1),
        healthy: z.array(z.string()).optional(),
      },
      annotations: READS_ONLY,
    },
    async ({ symptoms, healthy }) =>
      answer(
        await askTriage(workspace, {
          symptoms: symptoms.map((ref) => ({ ref })),
          ...(healthy === undefined ? {} : { healthy: healthy.map((ref) => ({ ref })) }),
          now: now().toISOString(),
        }),
      ),
  );
}

/** An answer as text; what failed says so, with its code and what to do next. */
function answer(result: Result<unknown, Failure>) {
  const text = JSON.stringify(result.ok ? result.value : { error: result.error });
  return { content: [{ type: "text" as const, text }], ...(result.ok ? {} : { isError: true }) };
}

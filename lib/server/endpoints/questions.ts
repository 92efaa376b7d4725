import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { ImpactRequest } from "#lib/usecases/ask/answer-impact.ts";
import {
  askAsset,
  askHome,
  askImpact,
  askSearch,
  askSources,
} from "#lib/usecases/ask/ask-workspace.ts";
import { listWaits } from "#lib/usecases/ask/list-waits.ts";
import { readChanges } from "#lib/usecases/ask/read-changes.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { boundSubGraph } from "#lib/usecases/graph/bound-sub-graph.ts";
import { EXPORT_KINDS, exportGraph, isExportKind } from "#lib/usecases/graph/export-graph.ts";
import { waitsOf } from "#lib/view/waits.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { impactAnswerSchema, impactRequestSchema } from "../impact-schemas.ts";
import {
  assetPageSchema,
  homePageSchema,
  searchAnswerSchema,
  sourcesPageSchema,
  subGraphSchema,
  waitsPageSchema,
} from "../page-schemas.ts";
import { UPLOAD_LIMITS } from "../read-body.ts";

const MAX_HITS = 200;
const MAX_SUB_GRAPH = 2_000;
const DIRECTIONS = ["upstream", "downstream", "both"] as const;

export const QUESTION_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/search",
    scope: "read",
    summary: "Assets and columns whose names hold a text",
    query: {
      q: {
        description: "part of a name; `orders amount` looks for the column in the asset",
        required: true,
      },
      limit: { description: `most hits, 20 by default, at most ${MAX_HITS}` },
    },
    answer: { status: 200, schema: searchAnswerSchema },
    handle: async ({ services, query }) => {
      const limit = readCount(query, { name: "limit", standard: 20, most: MAX_HITS });
      return limit.ok
        ? askSearch(services.workspace, { query: query.get("q") ?? "", limit: limit.value })
        : limit;
    },
  },
  {
    method: "GET",
    path: "/api/v1/assets/{id}",
    scope: "read",
    summary: "Everything known of an asset, by id or by an unambiguous tail of its name",
    answer: { status: 200, schema: assetPageSchema },
    handle: ({ services, params }) => askAsset(services.workspace, params["id"] ?? ""),
  },
  {
    method: "POST",
    path: "/api/v1/impact",
    scope: "read",
    summary: "The blast radius of changes: the same answer as the command line gives",
    body: { schema: impactRequestSchema, limits: UPLOAD_LIMITS },
    answer: { status: 200, schema: impactAnswerSchema },
    handle: answerChanges,
  },
  {
    method: "GET",
    path: "/api/v1/graph",
    scope: "read",
    summary: "A part of the graph around an asset, with what it leaves out",
    query: {
      asset: { description: "an id or an unambiguous tail of a name", required: true },
      direction: { description: `${DIRECTIONS.join(", ")}; both by default` },
      hops: { description: "how far, 2 by default" },
      limit: { description: `most assets, 200 by default, at most ${MAX_SUB_GRAPH}` },
    },
    answer: { status: 200, schema: subGraphSchema },
    handle: answerSubGraph,
  },
  {
    method: "GET",
    path: "/api/v1/sources",
    scope: "read",
    summary: "What each source knows, its problems, and names that did not resolve",
    answer: { status: 200, schema: sourcesPageSchema },
    handle: ({ services }) => askSources(services.workspace, services.config),
  },
  {
    method: "GET",
    path: "/api/v1/home",
    scope: "read",
    summary: "What changed lately, the riskiest columns, the health of the sources",
    answer: { status: 200, schema: homePageSchema },
    handle: ({ services }) =>
      askHome(services.workspace, services.demoFolder ? { demoFolder: services.demoFolder } : {}),
  },
  {
    method: "GET",
    path: "/api/v1/waits",
    scope: "read",
    summary:
      "What waits for somebody: answers to changes, objections with their age, open incidents",
    query: { domain: { description: "only what is about this domain" } },
    answer: { status: 200, schema: waitsPageSchema },
    handle: answerWaits,
  },
  {
    method: "GET",
    path: "/api/v1/export",
    scope: "read",
    summary: "The whole graph as a file",
    query: {
      kind: { description: `${EXPORT_KINDS.join(", ")}; graph by default` },
      at: { description: "a version or a time: the graph as it was" },
    },
    answer: { status: 200, schema: z.unknown() },
    handle: answerExport,
  },
];

async function answerChanges({ services, body }: ApiCall): Promise<Result<unknown, Failure>> {
  const request = body as ImpactRequest & { readonly at?: string };
  const { each, materialize, explain, at } = request;
  const changes = readChanges(request.changes, "body");
  if (!changes.ok) return changes;
  return askImpact(services.workspace, {
    changes: changes.value,
    ...(each === undefined ? {} : { each }),
    ...(materialize === undefined ? {} : { materialize }),
    ...(explain === undefined ? {} : { explain }),
    ...(at === undefined ? {} : { at }),
    now: services.now().toISOString(),
  });
}

async function answerSubGraph({ services, query }: ApiCall): Promise<Result<unknown, Failure>> {
  const direction = DIRECTIONS.find((name) => name === (query.get("direction") ?? "both"));
  if (!direction) {
    return err({ code: "bad-usage", message: `"direction" is one of ${DIRECTIONS.join(", ")}` });
  }
  const hops = readCount(query, { name: "hops", standard: 2, most: 1_000 });
  if (!hops.ok) return hops;
  const limit = readCount(query, { name: "limit", standard: 200, most: MAX_SUB_GRAPH });
  if (!limit.ok) return limit;
  const view = await services.workspace.view();
  if (!view.ok) return view;
  return boundSubGraph(view.value, {
    focus: query.get("asset") ?? "",
    direction,
    hops: hops.value,
    limit: limit.value,
  });
}

async function answerExport({ services, query }: ApiCall): Promise<Result<unknown, Failure>> {
  const kind = query.get("kind") ?? "graph";
  if (!isExportKind(kind)) {
    return err({ code: "bad-usage", message: `"kind" is one of ${EXPORT_KINDS.join(", ")}` });
  }
  const at = query.get("at");
  const view = at === null ? await services.workspace.view() : await services.workspace.viewAt(at);
  return view.ok ? ok(exportGraph(view.value.graph, { kind, at: view.value.asOf.at })) : view;
}

function readCount(
  query: URLSearchParams,
  {
    name,
    standard,
    most,
  }: { readonly name: string; readonly standard: number; readonly most: number },
): Result<number, Failure> {
  const text = query.get(name);
  if (text === null) return ok(standard);
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    return err({ code: "bad-usage", message: `"${name}" is a whole number from 1 on` });
  }
  return ok(Math.min(count, most));
}

async function answerWaits({ services, query }: ApiCall): Promise<Result<unknown, Failure>> {
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const page = await listWaits(store.value, services.now().toISOString());
  if (!page.ok) return page;
  const waits = waitsOf(page.value.waits, query.get("domain") ?? undefined);
  return ok({ ...page.value, waits });
}

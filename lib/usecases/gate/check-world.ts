import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { EarlierQuery } from "#lib/ingest/analyse-queries.ts";
import { type AssembleSource, assembleClaims } from "#lib/ingest/assemble-claims.ts";
import { DEFAULT_NAMES, type NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { QueryAnalyzer } from "#lib/ingest/query-analyzer.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { listReads } from "#lib/ingest/sql/list-reads.ts";
import { QueryTrace } from "#lib/ingest/sql/query-trace.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import type { AssetClaim, LineageBatch, StoredClaim } from "#lib/model/claim.ts";
import type { AssetFact, QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { KnownQueries } from "./analysis-cache.ts";

/** One state assembled: the graph that it gives, and what its edited queries were found to mean. */
export interface CheckWorld {
  readonly graph: MergedGraph;
  readonly problems: readonly Problem[];
  readonly assetOf: (fact: AssetFact) => MergedAsset | undefined;
  /** What the analyses found, for other worlds to take over. */
  readonly queries: KnownQueries;
  /** Of the queries that were asked for. */
  readonly traceOf: (query: Pick<QueryFact, "sql" | "dialect">) => QueryTrace | undefined;
}

interface WorldInput {
  readonly sources: readonly AssembleSource[];
  readonly parser: SqlParser;
  readonly names?: NamesConfig;
  /** Texts (as `textKey` writes them) whose parts are compared afterwards. */
  readonly traced: ReadonlySet<string>;
  /** Analyses that hold here as well, where text and columns are the same; the first that knows a query is asked. */
  readonly earlier?: readonly KnownQueries[];
  /** What texts are known to read, for other worlds to take over. */
  readonly reads?: Map<string, Reads>;
}

type Reads = ReturnType<QueryAnalyzer["listReads"]>;

export const textKey = ({ sql, dialect }: Pick<QueryFact, "sql" | "dialect">): string =>
  `${dialect}\u0000${sql}`;

export async function assembleWorld(input: WorldInput): Promise<CheckWorld> {
  const { sources, parser, names, traced } = input;
  const traces = new Map<string, QueryTrace>();
  const reads = input.reads ?? new Map<string, Reads>();
  const analyzer: QueryAnalyzer = {
    analyze: (request) => {
      const key = textKey(request);
      const trace = traced.has(key) ? new QueryTrace() : undefined;
      if (trace) traces.set(key, trace);
      const now = () => performance.now();
      return analyzeQuery({ ...request, parser, now, ...(trace ? { trace } : {}) });
    },
    listReads: (query) => {
      const key = textKey(query);
      const found = reads.get(key) ?? listReads({ ...query, parser }).reads;
      reads.set(key, found);
      return found;
    },
  };
  const known = input.earlier ?? [];
  const assembled = await assembleClaims({
    sources,
    names: names ?? DEFAULT_NAMES,
    analyzer,
    earlier: ({ source, fact, query }) => {
      const key = queryKey(source, fact.name, query);
      const found = known.find((queries) => queries.has(key))?.get(key);
      if (found === undefined || !traced.has(textKey(found.query))) return found;
      if (found.query.reads) reads.set(textKey(found.query), found.query.reads);
      return undefined;
    },
  });
  const graph = mergeClaims(storedClaims(assembled.batches), 1);
  return {
    graph,
    problems: assembled.batches.flatMap((batch) => batch.problems),
    queries: queriesIn(assembled.batches),
    assetOf: (fact) => graph.assets.get(assembled.idOf(fact)),
    traceOf: (query) => traces.get(textKey(query)),
  };
}

function storedClaims(batches: readonly LineageBatch[]): readonly StoredClaim[] {
  const claims = batches.flatMap(({ source, at, claims: all }) =>
    all.map((claim): StoredClaim => ({ source, claim, version: 1, firstSeen: at, lastSeen: at })),
  );
  return claims.sort(
    (a, b) => compareText(a.claim.asset, b.claim.asset) || compareText(a.source.id, b.source.id),
  );
}

/** The analyses of claims, by source, asset and query. */
export function queriesIn(
  batches: Iterable<Pick<LineageBatch, "source" | "claims">>,
): KnownQueries {
  const found = new Map<string, EarlierQuery>();
  for (const { source, claims } of batches)
    for (const claim of claims) addQueries(found, source.id, claim);
  return found;
}

function addQueries(found: Map<string, EarlierQuery>, source: string, claim: AssetClaim): void {
  for (const query of claim.queries) {
    const edges = claim.edges.filter((edge) => edge.query === query.name);
    found.set(queryKey(source, claim.origin?.said ?? claim, query.name), { query, edges });
  }
}

const queryKey = (source: string, { namespace, name }: AssetName, query: string): string =>
  JSON.stringify([source, namespace, name, query]);

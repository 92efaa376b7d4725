import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { assembleClaims } from "#lib/ingest/assemble-claims.ts";
import { DEFAULT_NAMES } from "#lib/ingest/names/names-config.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import type { Problem } from "#lib/model/problem.ts";
import { analysing, type ReadRequest, readPaths } from "../sources/read-paths.ts";
import type { SourcesRead } from "../sources/read-sources.ts";
import type { ChangeSet } from "../sources/source-readers.ts";
import { createQueryAnalyzer } from "../sources/sql-analyzer.ts";

export interface AssembledGraph {
  readonly graph: MergedGraph;
  readonly problems: readonly Problem[];
  readonly unresolved: number;
  /** Changes that graph files bring along. */
  readonly changeSets: readonly ChangeSet[];
  readonly assets: number;
}

/** The graph of files and folders without any store. */
export async function assembleGraph(request: ReadRequest): Promise<AssembledGraph> {
  return assembleSources(request, await readPaths(request));
}

/** The same of sources that were read already. */
export async function assembleSources(
  request: Pick<ReadRequest, "names" | "parser" | "onProgress">,
  read: SourcesRead,
): Promise<AssembledGraph> {
  const assembled = await assembleClaims({
    sources: read.sources,
    names: request.names ?? DEFAULT_NAMES,
    analyzer: createQueryAnalyzer(request.parser),
    ...(request.onProgress ? { onProgress: analysing(request.onProgress) } : {}),
  });
  const claims = assembled.batches.flatMap((batch) =>
    batch.claims.map(
      (claim): StoredClaim => ({
        source: batch.source,
        claim,
        version: 1,
        firstSeen: batch.at,
        lastSeen: batch.at,
      }),
    ),
  );
  claims.sort(
    (a, b) => compareText(a.claim.asset, b.claim.asset) || compareText(a.source.id, b.source.id),
  );
  const graph = mergeClaims(claims, 1);
  return {
    graph,
    problems: [...read.problems, ...assembled.batches.flatMap((batch) => batch.problems)],
    unresolved: assembled.unresolved,
    changeSets: read.changeSets,
    assets: graph.assets.size,
  };
}

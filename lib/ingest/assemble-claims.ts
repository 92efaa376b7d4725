import { type Column, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { LineageBatch, SourceInfo } from "#lib/model/claim.ts";
import type { AssetFact, QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import {
  analyseQueries,
  type EarlierQuery,
  type QueryResult,
  type QueryTask,
} from "./analyse-queries.ts";
import { buildBatch } from "./build-batch.ts";
import { type Draft, mergeFacts } from "./merge-facts.ts";
import type { SourceFacts } from "./names/name-entry.ts";
import type { Asker } from "./names/name-index.ts";
import type { NamesConfig } from "./names/names-config.ts";
import { type ReadMention, type Resolution, resolveNames } from "./names/resolve-names.ts";
import { decidedNames } from "./names/same-names.ts";
import type { QueryAnalyzer } from "./query-analyzer.ts";
import { buildSchemas, type TableSchemas } from "./table-schemas.ts";

/** One source as it is handed in: newly read, or taken from the store to be resolved again. */
export interface AssembleSource {
  readonly source: SourceInfo;
  readonly facts: readonly AssetFact[];
  /** ISO 8601. */
  readonly at: string;
  readonly complete: boolean;
  /** What the reader itself could not make sense of. */
  readonly problems: readonly Problem[];
}

export interface AssembleInput {
  readonly sources: readonly AssembleSource[];
  readonly names: NamesConfig;
  readonly analyzer: QueryAnalyzer;
  /** Analyses of an earlier ingest. */
  readonly earlier?: (name: EarlierName) => EarlierQuery | undefined;
  readonly onProgress?: (done: number, total: number) => void;
  /** The rest of the graph, where `sources` are only a part of it. */
  readonly beside?: Beside;
}

/** What is looked up and not assembled: the part of a graph that a change does not touch. */
export interface Beside {
  readonly facts: readonly BesideFact[];
  /** Placeholders that other readers' unresolved names became. */
  readonly placeholders: readonly BesideFact[];
  /** The namespace of most tables of a source, by source id: `sources` may hold only some of them. */
  readonly tableNamespaces: ReadonlyMap<string, string>;
}

/** A fact for its name and its columns. */
export interface BesideFact {
  readonly source: SourceInfo;
  readonly fact: AssetFact;
  /** Columns that its asset has from a query that is not analysed here. */
  readonly inferred?: { readonly columns: readonly Column[]; readonly complete: boolean };
}

/** Which query an earlier analysis is asked of: names as the source said them. */
export interface EarlierName {
  readonly source: string;
  readonly fact: AssetFact;
  readonly query: string;
}

export interface AssembledClaims {
  /** In the order of the sources' ids. */
  readonly batches: readonly LineageBatch[];
  /** Names that no asset answers to. */
  readonly unresolved: number;
  readonly analysed: number;
  /** The asset of a fact that was handed in. */
  readonly idOf: (fact: AssetFact) => AssetId;
  /** As they are after the analysis. */
  readonly schemas: TableSchemas;
}

/**
 * Facts of all sources to claims of all sources: names resolved, queries analysed, edges checked. The result depends on
 * the set of sources alone, not on their order.
 */
export async function assembleClaims(input: AssembleInput): Promise<AssembledClaims> {
  const sources = [...input.sources].sort((a, b) => (a.source.id < b.source.id ? -1 : 1));
  const reads = new Map<string, readonly (readonly string[])[]>();
  const askers = new Map<AssetFact, Asker>();
  const mentions: ReadMention[] = [];
  for (const { source, facts } of sources) {
    const namespace = input.beside?.tableNamespaces.get(source.id) ?? tableNamespace(facts);
    for (const fact of facts) {
      const asker = { source, namespace: fact.path ? fact.name.namespace : namespace };
      askers.set(fact, asker);
      for (const query of fact.queries) {
        const names = readsOf(query, fact, { ...input, source: source.id });
        reads.set(textKey(query), names);
        const asks = askerOfQuery(asker, query);
        mentions.push(
          ...names.map((path) => ({ path, asker: asks, provenance: query.provenance })),
        );
      }
    }
  }
  const beside = {
    facts: (input.beside?.facts ?? []).map(toSourceFacts),
    placeholders: (input.beside?.placeholders ?? []).map(toSourceFacts),
  };
  const resolution = resolveNames({ sources, names: input.names, reads: mentions, beside });
  const isDecided = decidedNames(input.names);
  const merged = resolution.sources.map(({ source, facts }) =>
    mergeFacts({ source, facts, idOf: (fact) => resolution.idOf(fact), isDecided }),
  );
  // By asset, so that no order of arrival decides anything.
  const drafts = merged.flatMap((one) => [...one.drafts].sort(byAsset));
  const schemas = buildSchemas([...drafts, ...besideDrafts(input.beside, resolution)]);
  for (const { fact, inferred } of input.beside?.facts ?? []) {
    if (inferred) schemas.infer(resolution.idOf(fact), inferred.columns, inferred.complete);
  }
  const askerOf = (draft: Draft): Asker =>
    askers.get(draft.fact) ?? { source: draft.source, namespace: draft.fact.name.namespace };
  const tasks = drafts.flatMap((draft) =>
    draft.fact.queries.map(
      (query): QueryTask => ({
        draft,
        query,
        asker: askerOfQuery(askerOf(draft), query),
        reads: reads.get(textKey(query)) ?? [],
      }),
    ),
  );
  const analysis = await analyseQueries({
    tasks,
    resolution,
    schemas,
    analyzer: input.analyzer,
    earlier: (task) =>
      input.earlier?.({
        source: task.draft.source.id,
        fact: task.draft.fact,
        query: task.query.name,
      }),
    ...(input.onProgress ? { onProgress: input.onProgress } : {}),
  });
  const results = new Map<Draft, QueryResult[]>();
  for (const [task, result] of analysis.results) {
    const list = results.get(task.draft);
    if (list) list.push(result);
    else results.set(task.draft, [result]);
  }
  const batches = sources.map((one, index) =>
    buildBatch({
      source: one.source,
      at: one.at,
      complete: one.complete,
      drafts: merged[index]?.drafts ?? [],
      resultsOf: (draft) => results.get(draft) ?? [],
      inferred: analysis.inferred,
      resolution,
      askerOf,
      schemas,
      problems: [
        ...one.problems,
        ...(merged[index]?.problems ?? []),
        ...(resolution.problems.get(one.source.id) ?? []),
        ...(index === 0 ? [...resolution.indexProblems, ...analysis.problems] : []),
      ],
    }),
  );
  return {
    batches,
    unresolved: resolution.unresolved,
    analysed: analysis.analysed,
    idOf: (fact) => resolution.idOf(fact),
    schemas,
  };
}

const toSourceFacts = ({ source, fact }: BesideFact): SourceFacts => ({ source, facts: [fact] });

const besideDrafts = (beside: Beside | undefined, resolution: Resolution): readonly Draft[] =>
  (beside?.facts ?? []).map(({ source, fact }) => ({ source, fact, id: resolution.idOf(fact) }));

const byAsset = (a: Draft, b: Draft): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** What a text reads does not depend on who says it, nor under which name. */
const textKey = ({ sql, dialect }: QueryFact): string => `${dialect}\u0000${sql}`;

const askerOfQuery = (asker: Asker, query: QueryFact): Asker => ({
  ...asker,
  dialect: query.dialect,
  ...(query.defaultPath ? { defaultPath: query.defaultPath } : {}),
});

function readsOf(
  query: QueryFact,
  fact: AssetFact,
  input: Pick<AssembleInput, "analyzer" | "earlier"> & { readonly source: string },
): readonly (readonly string[])[] {
  const earlier = input.earlier?.({ source: input.source, fact, query: query.name });
  if (
    earlier?.query.reads &&
    earlier.query.sql === query.sql &&
    earlier.query.dialect === query.dialect
  ) {
    return earlier.query.reads;
  }
  return input.analyzer.listReads({ sql: query.sql, dialect: query.dialect });
}

/**
 * The namespace that table names in the queries of a source's dashboards and metrics are looked up from: that of most of
 * its tables.
 */
function tableNamespace(facts: readonly AssetFact[]): string {
  const counts = new Map<string, number>();
  for (const fact of facts) {
    if (!isTable(fact)) continue;
    counts.set(fact.name.namespace, (counts.get(fact.name.namespace) ?? 0) + 1);
  }
  return commonNamespace(counts);
}

/** Whether a fact counts for the namespace of its source's tables. */
export const isTable = (fact: AssetFact): boolean =>
  fact.path !== undefined && !isConsumerKind(fact.kind ?? "table");

/** The namespace of most tables, from how many there are in each. */
export function commonNamespace(counts: ReadonlyMap<string, number>): string {
  const best = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
  return best?.[0] ?? "sql";
}

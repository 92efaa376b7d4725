import { type AssetId, type AssetName, assetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, ClaimOrigin, LineageBatch, SourceInfo } from "#lib/model/claim.ts";
import type { Edge, EdgeEnd, SaidName } from "#lib/model/edge.ts";
import { claimWithLanes, factLanes, type ResolvedLanes } from "#lib/model/edge-lanes.ts";
import type { EdgeFact, FactEnd } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { AnalysedQueries, QueryResult } from "./analyse-queries.ts";
import type { Draft } from "./merge-facts.ts";
import type { Asker } from "./names/name-index.ts";
import { dependsOnColumn, type Resolution } from "./names/resolve-names.ts";
import { joinRelationName } from "./relation-name.ts";
import type { TableSchemas } from "./table-schemas.ts";

export interface BatchInput {
  readonly source: SourceInfo;
  /** ISO 8601. */
  readonly at: string;
  readonly complete: boolean;
  readonly drafts: readonly Draft[];
  readonly resultsOf: (draft: Draft) => readonly QueryResult[];
  readonly inferred: AnalysedQueries["inferred"];
  readonly resolution: Resolution;
  readonly askerOf: (draft: Draft) => Asker;
  readonly schemas: TableSchemas;
  readonly problems: readonly Problem[];
}

/** One source's claims, ordered by asset, with every edge checked against the columns that are known. */
export function buildBatch(input: BatchInput): LineageBatch {
  const found: Problem[] = [];
  const whole = { ...input, known: new Map<string, KnownEnds>() };
  const claims = input.drafts
    .map((draft) => toClaim(draft, whole, found))
    .sort((a, b) => (a.asset < b.asset ? -1 : a.asset > b.asset ? 1 : 0));
  const problems = [...withoutRepeated(input.problems, found), ...found];
  return { source: input.source, at: input.at, claims, complete: input.complete, problems };
}

/** What names came to that were looked up before: most tables are read by several others. */
interface KnownEnds {
  readonly ends: Map<FactEnd, ResolvedLanes["ends"][number]>;
  readonly vias: Map<AssetName, AssetId>;
}

interface WholeInput extends BatchInput {
  /** By the namespace of who asks: all that an asker of this batch has of its own. */
  readonly known: Map<string, KnownEnds>;
}

function knownTo({ namespace }: Asker, { known }: WholeInput): KnownEnds {
  let ends = known.get(namespace);
  if (ends === undefined) {
    ends = { ends: new Map(), vias: new Map() };
    known.set(namespace, ends);
  }
  return ends;
}

/** A reader tells of a statement that it cannot read; its analysis tells the same, with the asset that it is of. */
function withoutRepeated(said: readonly Problem[], found: readonly Problem[]): Problem[] {
  const places = new Map<string, string[]>();
  for (const problem of found) {
    const place = placeKey(problem);
    const messages = places.get(place);
    if (messages) messages.push(problem.message);
    else places.set(place, [problem.message]);
  }
  return said.filter(
    (problem) =>
      !places.get(placeKey(problem))?.some((message) => message.endsWith(`: ${problem.message}`)),
  );
}

const placeKey = ({ code, file, line }: Problem): string => JSON.stringify([code, file, line]);

function toClaim(draft: Draft, input: WholeInput, problems: Problem[]): AssetClaim {
  const { fact, id } = draft;
  const results = input.resultsOf(draft);
  const name = input.resolution.nameOf(id);
  const inferred = input.inferred.get(id);
  const takesInferred =
    inferred !== undefined && results.length > 0 && fact.columnsComplete !== true;
  const columns = takesInferred ? inferred.columns : fact.columns;
  for (const result of results) for (const one of result.problems) problems.push(one);
  const origin = originOf(draft, { inferred: takesInferred, resolution: input.resolution });
  const lanes = results.length === 0 ? resolveLanes(draft, input) : undefined;
  const head: AssetClaim = {
    asset: id,
    namespace: name.namespace,
    name: name.name,
    kind: fact.kind ?? "table",
    attributes: fact.attributes,
    ...(columns ? { columns } : {}),
    columnsComplete: takesInferred ? inferred.complete : (fact.columnsComplete ?? false),
    edges: lanes === undefined ? listEdges(draft, results, input) : [],
    queries: results.map((result) => result.query),
    aliases: (fact.aliases ?? []).map((alias) => assetId(alias.namespace, alias.name)),
    provenance: fact.provenance,
    ...(fact.placeholder ? { placeholder: true } : {}),
    ...(fact.aside ? { aside: fact.aside } : {}),
    ...(origin ? { origin } : {}),
  };
  const resolved = lanes === undefined ? undefined : { ...lanes, head };
  const claim = resolved === undefined ? head : claimWithLanes(resolved);
  const isSound = resolved !== undefined && areColumnsKnown(resolved, input.schemas);
  if (!isSound) for (const one of checkEdges(claim, results, input.schemas)) problems.push(one);
  return claim;
}

/** The same as `listEdges` makes of a fact without queries, where it has its edges as lists. */
function resolveLanes(draft: Draft, input: WholeInput): Omit<ResolvedLanes, "head"> | undefined {
  const lanes = factLanes(draft.fact);
  const asker = input.askerOf(draft);
  if (lanes === undefined || dependsOnColumn(asker.source)) return undefined;
  const known = knownTo(asker, input);
  const ends = lanes.ends.map((end) => {
    let found = known.ends.get(end);
    if (found === undefined) {
      const { id } = input.resolution.endOf(end, asker);
      found = { asset: id, said: saidOf(end, id, undefined) };
      known.ends.set(end, found);
    }
    return found;
  });
  // Its own columns are left out of its edges.
  if (ends.some(({ asset }) => asset === draft.id)) return undefined;
  const { vias } = known;
  for (const via of "all" in lanes.via ? [lanes.via.all] : lanes.via.each) {
    if (via !== undefined && !vias.has(via))
      vias.set(via, input.resolution.endOf({ name: via }, asker).id);
  }
  return { lanes, ends, vias };
}

/** Whether each column that the edges name is there, or may be. */
function areColumnsKnown({ lanes, ends, head }: ResolvedLanes, schemas: TableSchemas): boolean {
  const known = ends.map(({ asset }) => schemas.namesOf(asset));
  const own = schemas.namesOf(head.asset);
  for (let at = 0; at < lanes.end.length; at++) {
    const [from, to] = [lanes.fromColumn[at], lanes.toColumn[at]];
    if (from !== undefined && known[lanes.end[at] ?? 0]?.has(from) === false) return false;
    if (to !== undefined && own?.has(to) === false) return false;
  }
  return true;
}

function originOf(
  { fact }: Draft,
  { inferred, resolution }: { readonly inferred: boolean; readonly resolution: Resolution },
): ClaimOrigin | undefined {
  const said = saidName(fact.name, fact.path);
  const called = resolution.calledOf(fact);
  const origin: ClaimOrigin = {
    ...(said ? { said } : {}),
    ...(inferred ? { columns: fact.columns ?? null } : {}),
    ...(fact.localNames ? { localNames: fact.localNames } : {}),
    ...(called === undefined ? {} : { called }),
  };
  return Object.keys(origin).length > 0 ? origin : undefined;
}

const saidName = (name: SaidName, path: readonly string[] | undefined): SaidName | undefined => ({
  namespace: name.namespace,
  name: name.name,
  ...(path ? { path } : {}),
});

function listEdges(draft: Draft, results: readonly QueryResult[], input: BatchInput): Edge[] {
  if (results.length === 0 && draft.fact.edges.length === 0) return [];
  const shown = new Set<AssetId>();
  let understood = results.length > 0;
  for (const result of results) {
    for (const id of result.reads) shown.add(id);
    understood &&= result.query.plan !== undefined;
  }
  const edges: Edge[] = [];
  const resolveEnd = endResolver(input.askerOf(draft), input.resolution);
  for (const edge of draft.fact.edges) {
    const made = toEdge(draft, edge, resolveEnd);
    const { from, to } = made;
    if (from.asset === to.asset && from.column === to.column) continue;
    const tableGrain =
      made.use === "UNKNOWN" && from.column === undefined && to.column === undefined;
    if (tableGrain && shown.has(from.asset)) continue;
    // A dependency that the SQL does not show can only have been read while compiling.
    edges.push(tableGrain && understood ? { ...made, cap: "possible" } : made);
  }
  for (const result of results) for (const one of result.edges) edges.push(one);
  return edges;
}

interface ResolvedEnd {
  readonly id: AssetId;
  readonly column?: string;
  readonly said: SaidName | undefined;
}

type EndResolver = (end: FactEnd) => ResolvedEnd;

/** The ends that one asset's edges name are few and mostly in one and the same object: each is looked up once. */
function endResolver(asker: Asker, resolution: Resolution): EndResolver {
  const look = (end: FactEnd): ResolvedEnd => {
    const found = resolution.endOf(end, asker);
    return { ...found, said: saidOf(end, found.id, found.column) };
  };
  if (dependsOnColumn(asker.source)) return look;
  const known = new Map<AssetName, { readonly end: FactEnd; readonly found: ResolvedEnd }>();
  return (end) => {
    const { column } = end;
    let entry = known.get(end.name);
    if (entry === undefined || entry.end.path !== end.path) {
      entry = { end, found: look(end) };
      known.set(end.name, entry);
    }
    const { id, said } = entry.found;
    return column === undefined ? { id, said } : { id, column, said };
  };
}

function toEdge(draft: Draft, edge: EdgeFact, resolveEnd: EndResolver): Edge {
  const { id, column, said } = resolveEnd(edge.from);
  const { toColumn, use, cap, expression, via, extra, provenance } = edge;
  const made: { -readonly [K in keyof Edge]: Edge[K] } = {
    from: column === undefined ? { asset: id } : { asset: id, column },
    to: toColumn === undefined ? { asset: draft.id } : { asset: draft.id, column: toColumn },
    use,
    provenance,
  };
  if (cap) made.cap = cap;
  if (expression !== undefined) made.expression = expression;
  if (via) made.via = resolveEnd({ name: via }).id;
  if (said) made.said = said;
  if (extra) made.extra = extra;
  return made;
}

/** Kept only where the resolved id does not say the same. */
function saidOf(end: FactEnd, id: AssetId, column: string | undefined): SaidName | undefined {
  const { namespace, name } = end.name;
  const plainPath = end.path === undefined || joinRelationName(end.path) === name;
  const plain = assetId(namespace, name) === id && plainPath && column === end.column;
  if (plain) return undefined;
  const path = end.path ?? [];
  return { namespace, name, ...(path.length > 0 ? { path } : {}) };
}

/** Edges that name a column which the asset, whose columns are all known, has not. The edge itself is kept. */
function checkEdges(
  claim: AssetClaim,
  results: readonly QueryResult[],
  schemas: TableSchemas,
): Problem[] {
  const told = new Set(results.filter(tellsUnknownColumns).map((result) => result.query.name));
  const problems = new Map<string, Problem>();
  const check = (end: EdgeEnd, edge: Edge): void => {
    if (!isMissing(end, schemas)) return;
    const key = `${end.asset}#${end.column}`;
    if (!problems.has(key)) problems.set(key, missingColumn(claim, end, edge));
  };
  for (const edge of claim.edges) {
    if (edge.query !== undefined && told.has(edge.query)) continue;
    check(edge.from, edge);
    if (edge.query === undefined) check(edge.to, edge);
  }
  return [...problems.values()];
}

const tellsUnknownColumns = (result: QueryResult): boolean =>
  result.problems.some((problem) => problem.code === "unknown-column");

const isMissing = (end: EdgeEnd, schemas: TableSchemas): boolean =>
  end.column !== undefined && schemas.namesOf(end.asset)?.has(end.column) === false;

function missingColumn(
  claim: AssetClaim,
  end: EdgeEnd,
  { provenance: { file, line } }: Edge,
): Problem {
  return {
    code: "unknown-column",
    message: `${claim.name} names the column ${end.column} of ${end.asset}, which it does not have`,
    next: "The edge is kept. Refresh the catalog, or mend the name.",
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    severity: "warning",
  };
}

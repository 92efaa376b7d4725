import { fingerprint } from "#lib/kit/fingerprint.ts";
import { type Column, isConsumerKind } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetQuery } from "#lib/model/claim.ts";
import type { Edge, Provenance } from "#lib/model/edge.ts";
import type { QueryFact } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { QueryPlan } from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { applyLiveColumns } from "./live-reads.ts";
import { type Draft, uniteColumns } from "./merge-facts.ts";
import type { Asker } from "./names/name-index.ts";
import type { Resolution } from "./names/resolve-names.ts";
import { orderSteps } from "./order-queries.ts";
import { givesNoMore } from "./plan-outputs.ts";
import type { AnalyzedQuery, QueryAnalyzer, ReadTable } from "./query-analyzer.ts";
import { fileReadersIn } from "./reader-mode.ts";
import { contractPlan } from "./sql/contract-plan.ts";
import type { TableSchemas } from "./table-schemas.ts";

/** A query with who asks and which names it reads. */
export interface QueryTask {
  readonly draft: Draft;
  readonly query: QueryFact;
  readonly asker: Asker;
  readonly reads: readonly (readonly string[])[];
}

/** What an earlier analysis found; it holds while the SQL and what it reads are the same. */
export interface EarlierQuery {
  readonly query: AssetQuery;
  readonly edges: readonly Edge[];
}

export interface QueryResult {
  readonly query: AssetQuery;
  /** Contracted edges into the query's asset. */
  readonly edges: readonly Edge[];
  /** Assets that the query reads. */
  readonly reads: ReadonlySet<AssetId>;
  readonly problems: readonly Problem[];
}

export interface AnalysedQueries {
  readonly results: ReadonlyMap<QueryTask, QueryResult>;
  /** Columns of assets that were known by their query only. */
  readonly inferred: ReadonlyMap<
    AssetId,
    { readonly columns: readonly Column[]; readonly complete: boolean }
  >;
  readonly problems: readonly Problem[];
  /** Queries that had to be analysed; the others were taken over. */
  readonly analysed: number;
}

export interface AnalyseInput {
  readonly tasks: readonly QueryTask[];
  readonly resolution: Resolution;
  readonly schemas: TableSchemas;
  readonly analyzer: QueryAnalyzer;
  readonly earlier: (task: QueryTask) => EarlierQuery | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Analyses the queries in the order in which they read each other, so that the columns of a model without a catalog are
 * known from its SQL before its readers are looked at.
 */
export async function analyseQueries(input: AnalyseInput): Promise<AnalysedQueries> {
  const { tasks, resolution, schemas } = input;
  const reads = tasks.map((task) => task.reads.map((path) => readIds(path, task, resolution)));
  const { order, circles } = orderSteps(stepsOf(tasks, reads));
  const results = new Map<QueryTask, QueryResult>();
  const inferred = new Map<AssetId, { columns: readonly Column[]; complete: boolean }>();
  let analysed = 0;
  for (const [done, index] of order.entries()) {
    const task = tasks[index];
    if (!task) continue;
    const basis = basisOf(task, reads[index] ?? [], schemas);
    const earlier = input.earlier(task);
    const holds = earlier?.query.basis === basis && earlier.query.sql === task.query.sql;
    const outcome = holds
      ? takeOver(task, earlier, reads[index] ?? [])
      : await analyse({ task, input, basis });
    analysed += holds ? 0 : 1;
    results.set(task, outcome.result);
    if (outcome.outputs && takesColumnsFrom(task, schemas, inferred)) {
      const columns = outputColumns(task, outcome.outputs);
      const complete = givesNoMore(outcome.result.query.plan, (id) => schemas.get(id).complete);
      schemas.infer(task.draft.id, columns, complete);
      inferred.set(task.draft.id, { columns, complete });
    }
    input.onProgress?.(done + 1, tasks.length);
  }
  return { results, inferred, problems: circleProblems(circles, tasks), analysed };
}

/**
 * One step a query. A query needs all queries of the assets it reads, and the ones of its own asset that stand before it:
 * which of them gives the asset its columns does not depend on what else is analysed.
 */
function stepsOf(tasks: readonly QueryTask[], reads: readonly (readonly (readonly AssetId[])[])[]) {
  const writers = new Map<AssetId, string[]>();
  const before: (string | undefined)[] = [];
  const idOf = (task: QueryTask, index: number) => `${task.draft.id} ${index}`;
  for (const [index, task] of tasks.entries()) {
    if (isConsumerKind(task.draft.fact.kind ?? "table")) continue;
    const list = writers.get(task.draft.id);
    before[index] = list?.at(-1);
    if (list) list.push(idOf(task, index));
    else writers.set(task.draft.id, [idOf(task, index)]);
  }
  return tasks.map((task, index) => {
    const earlier = before[index];
    const read = (reads[index] ?? [])
      .flat()
      .flatMap((id) => (id === task.draft.id ? [] : (writers.get(id) ?? [])));
    return { id: idOf(task, index), needs: earlier === undefined ? read : [...read, earlier] };
  });
}

function circleProblems(circles: readonly string[], tasks: readonly QueryTask[]): Problem[] {
  if (circles.length === 0) return [];
  const names = new Set<string>();
  const inCircle = new Set(circles);
  for (const [index, task] of tasks.entries()) {
    if (inCircle.has(`${task.draft.id} ${index}`)) names.add(task.draft.fact.name.name);
  }
  const some = [...names].slice(0, 5).join(", ");
  return [
    {
      code: "cycle",
      message: `${names.size} assets read each other in a circle: ${some}${names.size > 5 ? ", …" : ""}`,
      severity: "info",
    },
  ];
}

/** What the analysis depends on: the text, and for each name read which asset it is and what columns that has. */
function basisOf(
  task: QueryTask,
  reads: readonly (readonly AssetId[])[],
  schemas: TableSchemas,
): string {
  const { dialect, defaultPath, live } = task.query;
  const tables = reads.flatMap((ids, index) =>
    ids.map((id) => `${task.reads[index]?.join(".")}=${id}:${schemas.signatureOf(id)}`),
  );
  const written = isPlainRead(task.query.sql) ? "" : schemas.signatureOf(task.draft.id);
  return fingerprint(
    [dialect, defaultPath?.join(".") ?? "", JSON.stringify(live), ...tables, written].join(
      "\u0000",
    ),
  );
}

/** A statement that only reads; any other may mean the columns of the table that it writes. */
const isPlainRead = (sql: string): boolean => /^\s*\(?\s*(?:select|with|from|values)\b/i.test(sql);

/**
 * The table that a path of the SQL means: one that is read, or the one that is written, which is the task's own asset as
 * far as the names agree. The answer rests on what `basisOf` covers, and on nothing else.
 */
function tableAt(path: readonly string[], task: QueryTask, input: AnalyseInput) {
  if (task.reads.some((read) => endsWith(path, read))) {
    // Default database and schema are part of what `readOf` tries.
    return schemaOf(input.resolution.readsOf(path, task.asker), input.schemas);
  }
  const own = task.draft.fact.path;
  const isOwn = own !== undefined && (endsWith(own, path) || endsWith(path, own));
  return isOwn && !isPlainRead(task.query.sql) ? input.schemas.get(task.draft.id) : undefined;
}

const readIds = (path: readonly string[], task: QueryTask, resolution: Resolution) =>
  resolution.readsOf(path, task.asker).map(({ id }) => id);

/** Of a name that stands for several tables, the first with all of them. */
function schemaOf(
  matches: ReturnType<Resolution["readsOf"]>,
  schemas: TableSchemas,
): ReadTable | undefined {
  const [first] = matches;
  if (first === undefined) return undefined;
  const table = schemas.get(first.id);
  if (matches.length === 1) return table;
  return {
    ...table,
    matches: matches.map(({ id, suffix }) => ({ suffix, table: schemas.get(id) })),
  };
}

const endsWith = (path: readonly string[], end: readonly string[]): boolean =>
  end.length > 0 &&
  end.length <= path.length &&
  end.every((part, at) => same(part, path[path.length - end.length + at] ?? ""));

interface Outcome {
  readonly result: QueryResult;
  readonly outputs?: AnalyzedQuery["outputs"];
}

function takeOver(
  task: QueryTask,
  earlier: EarlierQuery,
  reads: readonly (readonly AssetId[])[],
): Outcome {
  const outputs = earlier.query.plan?.relations.at(-1)?.columns;
  const query: AssetQuery = {
    ...earlier.query,
    ...keptOf(task.query),
    provenance: task.query.provenance,
  };
  return {
    result: {
      query,
      edges: earlier.edges,
      reads: new Set(reads.flatMap((ids) => readOf(ids, earlier.query.plan))),
      problems: (earlier.query.problems ?? []).map((problem) =>
        placeProblem(problem, task.query, task.draft),
      ),
    },
    ...(outputs ? { outputs } : {}),
  };
}

/** A condition may have left out some of the tables that a name stands for. */
function readOf(ids: readonly AssetId[], plan: QueryPlan | undefined): readonly AssetId[] {
  if (ids.length < 2 || plan === undefined) return ids;
  const inputs = plan.relations.flatMap((relation) => relation.inputs);
  const read = new Set(inputs.flatMap((input) => ("asset" in input ? [input.asset] : [])));
  return ids.filter((id) => read.has(id));
}

const keptOf = (query: QueryFact): Pick<AssetQuery, "roles" | "live"> => ({
  ...(query.roles ? { roles: query.roles } : {}),
  ...(query.live ? { live: query.live } : {}),
});

async function analyse(context: {
  readonly task: QueryTask;
  readonly input: AnalyseInput;
  readonly basis: string;
}): Promise<Outcome> {
  const { task, input, basis } = context;
  const { query, draft } = task;
  const answer = input.analyzer.analyze({
    sql: query.sql,
    dialect: query.dialect,
    lookup: (path) => tableAt(path, task, input),
  });
  const plain = withLiveColumns(answer instanceof Promise ? await answer : answer, query);
  const analysed = withFileReaders(plain, task, input.resolution);
  const reads = new Set<AssetId>();
  for (const read of analysed.reads)
    for (const id of read.asset ? [read.asset] : readIds(read.path, task, input.resolution))
      reads.add(id);
  for (const edge of analysed.edges) reads.add(edge.from.asset);
  const edges = analysed.edges.map((edge) => toEdge(edge, task));
  return {
    result: {
      query: {
        name: query.name,
        sql: query.sql,
        dialect: query.dialect,
        ...(query.defaultPath ? { defaultPath: query.defaultPath } : {}),
        ...keptOf(query),
        ...(analysed.plan ? { plan: analysed.plan } : {}),
        ...(analysed.problems.length > 0 ? { problems: analysed.problems } : {}),
        reads: task.reads,
        basis,
        provenance: query.provenance,
      },
      edges: analysed.plan ? edges : withTableGrain(edges, reads, task),
      reads,
      problems: analysed.problems.map((problem) => placeProblem(problem, query, draft)),
    },
    ...(analysed.plan ? { outputs: analysed.outputs } : {}),
  };
}

function withLiveColumns(analysed: AnalyzedQuery, query: QueryFact): AnalyzedQuery {
  if (!query.live || !analysed.plan) return analysed;
  const plan = applyLiveColumns(analysed.plan, query.live);
  return { ...analysed, plan, edges: contractPlan(plan) };
}

function withFileReaders(
  analysed: AnalyzedQuery,
  { query, asker }: QueryTask,
  resolution: Resolution,
): AnalyzedQuery {
  const files = fileReadersIn(query.sql);
  if (files.size === 0 || !analysed.plan) return analysed;
  const modes = new Map(
    [...files].map(([path, mode]) => [resolution.readOf([path], asker), mode] as const),
  );
  const relations = analysed.plan.relations.map((relation) => ({
    ...relation,
    inputs: relation.inputs.map((input) => {
      const reader = "asset" in input ? modes.get(input.asset) : undefined;
      return reader === undefined ? input : { ...input, reader };
    }),
  }));
  return { ...analysed, plan: { relations } };
}

/** A query that was not understood reads its tables all the same. */
function withTableGrain(
  edges: readonly Edge[],
  reads: ReadonlySet<AssetId>,
  task: QueryTask,
): Edge[] {
  const covered = new Set(edges.map((edge) => edge.from.asset));
  const missing = [...reads].filter((id) => !covered.has(id) && id !== task.draft.id);
  return [
    ...edges,
    ...missing.map(
      (id): Edge => ({
        from: { asset: id },
        to: { asset: task.draft.id },
        use: "UNKNOWN",
        query: task.query.name,
        provenance: task.query.provenance,
      }),
    ),
  ];
}

/** Uses that say only that the value is passed on; a consumer's role says more. */
const PASSES_ON: ReadonlySet<Use> = new Set(["IDENTITY", "STAR", "CAST"]);

function toEdge(edge: AnalyzedQuery["edges"][number], task: QueryTask): Edge {
  const { draft, query } = task;
  const role = query.roles?.find(
    (one) => edge.output !== undefined && same(one.column, edge.output),
  )?.use;
  const use = role && PASSES_ON.has(edge.use) ? role : edge.use;
  return {
    from: edge.from,
    to: { asset: draft.id, ...(edge.output === undefined ? {} : { column: edge.output }) },
    use,
    ...(edge.expression === undefined ? {} : { expression: edge.expression }),
    query: query.name,
    provenance: placeLine(query.provenance, edge.line),
  };
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A line inside the SQL as a line of the file that the SQL starts in. */
export function placeLine(base: Provenance, line: number | undefined): Provenance {
  return line === undefined ? base : { ...base, line: (base.line ?? 1) + line - 1 };
}

function placeProblem(problem: Problem, query: QueryFact, draft: Draft): Problem {
  const place = placeLine(query.provenance, problem.line);
  return {
    ...problem,
    message: `${draft.fact.name.name}: ${problem.message}`,
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(place.line === undefined ? {} : { line: place.line }),
  };
}

/** A dataset of which nobody gives the full list of columns has those of its (first) query. */
function takesColumnsFrom(
  task: QueryTask,
  schemas: TableSchemas,
  inferred: ReadonlyMap<AssetId, unknown>,
): boolean {
  const { draft } = task;
  if (isConsumerKind(draft.fact.kind ?? "table") || inferred.has(draft.id)) return false;
  return !schemas.get(draft.id).complete;
}

/** The query's outputs in their order, with what the source documents of them. */
function outputColumns(task: QueryTask, outputs: AnalyzedQuery["outputs"]): Column[] {
  const columns = outputs.map(({ name, type, nullable }) => ({
    name,
    ...(type === undefined ? {} : { type }),
    ...(nullable === undefined ? {} : { nullable }),
  }));
  const snapshot =
    task.draft.fact.attributes.materialization === "snapshot" ? SNAPSHOT_COLUMNS : [];
  return uniteColumns([...columns, ...snapshot], task.draft.fact.columns ?? [], true).map(
    (column) => {
      const said = task.draft.fact.columns?.find((one) => same(one.name, column.name));
      return said ? { ...column, ...said, name: column.name } : column;
    },
  );
}

/** What dbt adds to the query of a snapshot. */
const SNAPSHOT_COLUMNS: readonly Column[] = [
  "dbt_scd_id",
  "dbt_updated_at",
  "dbt_valid_from",
  "dbt_valid_to",
].map((name) => ({ name }));

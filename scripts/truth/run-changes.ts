import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { DATASET_KINDS, isConsumerKind } from "#lib/model/asset.ts";
import { listMutations } from "../demo/list-mutations.mjs";
import { mutationToChange } from "../demo/mutate-table.mjs";
import type { readCompany } from "../demo/read-company.mjs";
import type { openCompany } from "../demo/run-company.mjs";
import { Drawn } from "./drawn.ts";
import type { ExecutedAsset, ExecutedChange, Outcome } from "./executed-change.ts";

export type Company = ReturnType<typeof readCompany>;
export type RunningCompany = Awaited<ReturnType<typeof openCompany>>;

export interface ChangesTaken {
  /** Every so-manieth change, in a fixed order; 1 takes all. */
  readonly every?: number;
  readonly kinds?: readonly string[];
  /** At most so many changes of each kind, drawn in the same way in every run. */
  readonly ofEachKind?: number;
}

interface Run extends ChangesTaken {
  readonly graph: MergedGraph;
  readonly company: Company;
  readonly running: RunningCompany;
}

/** Makes one change after another to what was built on DuckDB, and runs everything below it. */
export async function* runChanges({
  graph,
  company,
  running,
  every = 1,
  kinds,
  ofEachKind,
}: Run): AsyncGenerator<ExecutedChange> {
  const names = new Names(graph, company);
  const all = await listMutations(company, running.columnsOf, kinds);
  const drawn = new Drawn(ofEachKind);
  for (const { relation, mutation: listed, type } of drawn.order(
    all.filter(({ mutation }, at) => at % every === 0 && kinds?.includes(mutation.kind) !== false),
  )) {
    if (drawn.isEnough(listed.kind)) continue;
    const mutation = await withValue(running, { relation, mutation: listed });
    const columns = await running.columnsOf(relation);
    const asset = names.datasetOf(relation);
    if (asset === undefined) throw new Error(`${relation} is no asset of the graph`);
    const result = await running.tryMutations([{ relation, mutation }], { withTables: true });
    if (result === undefined || !result.changesData) continue;
    drawn.add(listed.kind);
    const change = mutationToChange(mutation, {
      asset: { namespace: asset.namespace, name: asset.name },
      ...(type === undefined ? {} : { type }),
      columns: columns.map((column) => column.name),
    }) as ChangeInput;
    yield {
      kind: mutation.kind,
      change,
      label: `${mutation.kind} ${relation}${mutation.column === undefined ? "" : `.${mutation.column}`}`,
      assets: [...tablesOf(result.tables, names), ...consumersOf(result.outcomes, names)],
    };
  }
}

interface Listed {
  readonly relation: string;
  readonly mutation: { readonly kind: string; readonly column?: string };
}

/** Who renames a value says which: here the one that occurs most. */
async function withValue(
  running: RunningCompany,
  { relation, mutation }: Listed,
): Promise<Listed["mutation"] & { readonly value?: string }> {
  if (mutation.kind !== "enum_rename") return mutation;
  const [row] = await running.rowsOf(`select mode("${mutation.column}") from ${relation}`);
  const value = row?.[0];
  return typeof value === "string" ? { ...mutation, value } : mutation;
}

interface Found {
  readonly outcome: "fails" | "different" | "stale" | "same";
  readonly detail?: string | undefined;
  readonly hadRows: boolean;
}

/** What an answer is called here, told finer where the run says how it differs. */
function outcomeOf({ outcome, detail }: Found): Outcome {
  if (outcome === "different" && detail === "relabelled") return "relabelled";
  if (outcome === "stale" && detail === "skipped") return "blocked";
  if (outcome === "same" && (detail === "retyped" || detail === "reshaped")) return detail;
  return outcome;
}

function* consumersOf(
  outcomes: ReadonlyMap<string, Found>,
  names: Names,
): Generator<ExecutedAsset> {
  for (const [name, found] of outcomes) {
    const asset = names.consumerOf(name);
    if (asset === undefined) throw new Error(`${name} is no consumer of the graph`);
    yield executedAsset(asset, found);
  }
}

const executedAsset = (
  { id, name, kind }: MergedAsset,
  found: Found,
): Omit<ExecutedAsset, "columns"> => ({
  id,
  name,
  kind,
  outcome: outcomeOf(found),
  ...(found.detail === undefined ? {} : { detail: found.detail }),
  observable: found.hadRows,
});

type FoundTable = Found & { readonly columns: readonly string[] };

function* tablesOf(
  tables: ReadonlyMap<string, FoundTable>,
  names: Names,
): Generator<ExecutedAsset> {
  for (const [relation, found] of tables) {
    const asset = names.datasetOf(relation);
    if (asset === undefined) throw new Error(`${relation} is no asset of the graph`);
    const all = asset.columns.map((column) => column.name);
    const fails = found.outcome === "fails" || found.outcome === "stale";
    yield {
      ...executedAsset(asset, found),
      columns: { all, affected: new Set(fails ? all : found.columns) },
    };
  }
}

/** What a relation or a consumer of the run is called in the graph. */
class Names {
  readonly #datasets = new Map<string, MergedAsset>();
  readonly #consumers = new Map<string, MergedAsset>();

  constructor(graph: MergedGraph, company: Company) {
    for (const asset of graph.assets.values()) {
      if (DATASET_KINDS.has(asset.kind)) {
        const relation = company.relationNamed(asset.name);
        if (relation === undefined) continue;
        const other = this.#datasets.get(relation);
        if (other !== undefined)
          throw new Error(`${relation} is two assets: ${other.name} and ${asset.name}`);
        this.#datasets.set(relation, asset);
      } else if (isConsumerKind(asset.kind) && asset.attributes.partOf === undefined) {
        this.#consumers.set(asset.name, asset);
      }
    }
  }

  datasetOf = (relation: string): MergedAsset | undefined => this.#datasets.get(relation);
  consumerOf = (name: string): MergedAsset | undefined => this.#consumers.get(name);
}

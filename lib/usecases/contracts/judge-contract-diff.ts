import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { isChangeError } from "#lib/impact/assess-change.ts";
import type { Verdict } from "#lib/impact/assessment.ts";
import type { Certainty, ChangeInput } from "#lib/impact/change.ts";
import type {
  ContractChange,
  ContractSeverity,
  Perspective,
} from "#lib/ingest/contract/contract-change.ts";
import type { ContractShape, ObjectShape } from "#lib/ingest/contract/contract-shape.ts";
import { diffContracts } from "#lib/ingest/contract/diff-contracts.ts";
import { isConsumerKind } from "#lib/model/asset.ts";
import { answerImpact, type ImpactResult } from "../ask/answer-impact.ts";
import { reachAssets } from "../ask/reach-columns.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { findPromisedTable } from "./find-promised-table.ts";

/** Somebody who reads what changes, and what that means for them. */
export interface ContractConsumer {
  readonly asset: string;
  readonly name: string;
  readonly kind: string;
  readonly owner: string | null;
  /** Null: the change promises less and says nothing of the data; they read what it is about. */
  readonly verdict: Verdict | null;
  readonly certainty: Certainty | null;
}

export interface JudgedContractChange extends ContractChange {
  /** For the perspective that was asked for; raised where a real consumer breaks. */
  readonly severity: ContractSeverity;
  /** Absent: no graph, or the table is not in it. */
  readonly consumers?: readonly ContractConsumer[];
}

export interface ContractDiffAnswer {
  readonly perspective: Perspective;
  /** There is an error for the perspective. */
  readonly breaking: boolean;
  readonly counts: Readonly<Record<ContractSeverity, number>>;
  readonly changes: readonly JudgedContractChange[];
  /** Each schema object with the table that it is in the graph; null: none is known, so nobody can be named. */
  readonly tables: readonly { readonly object: string; readonly asset: string | null }[];
}

export interface ContractDiffRequest {
  readonly before: ContractShape;
  readonly after: ContractShape;
  readonly perspective: Perspective;
  readonly view?: GraphView;
  /** ISO 8601. */
  readonly now: string;
}

/** What differs between two versions of a contract, and whom it concerns. */
export function judgeContractDiff(request: ContractDiffRequest): ContractDiffAnswer {
  const { before, after, perspective, view } = request;
  const changes = diffContracts(before, after);
  const tables = tablesOf(before, view);
  const asked = changes.map((change) => ({ change, input: inputOf(change, tables) }));
  const results = view === undefined ? [] : assess(view, asked, request.now);
  const judged = asked.map(({ change }, at): JudgedContractChange => {
    const consumers =
      view && consumersOf({ view, change, result: results[at], table: tableOf(change, tables) });
    return {
      ...change,
      severity: severityOf(change, perspective, consumers),
      ...(consumers === undefined ? {} : { consumers }),
    };
  });
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of judged) counts[severity] += 1;
  return {
    perspective,
    breaking: counts.error > 0,
    counts,
    changes: [...judged].sort((a, b) => RANK[b.severity] - RANK[a.severity]),
    tables:
      view === undefined
        ? []
        : [...tables].map(([object, asset]) => ({ object, asset: asset?.id ?? null })),
  };
}

const RANK: Readonly<Record<ContractSeverity, number>> = { error: 2, warning: 1, info: 0 };

type Tables = ReadonlyMap<string, MergedAsset | undefined>;

const tablesOf = ({ objects }: ContractShape, view: GraphView | undefined): Tables =>
  new Map(
    objects.map((object: ObjectShape) => [
      object.name,
      view === undefined ? undefined : findPromisedTable(view.graph, object),
    ]),
  );

/** What holds for the whole contract concerns its table, where it has only one. */
function tableOf({ object }: ContractChange, tables: Tables): MergedAsset | undefined {
  if (object !== undefined) return tables.get(object);
  const [only, second] = [...tables.values()];
  return second === undefined ? only : undefined;
}

function inputOf(change: ContractChange, tables: Tables): ChangeInput | undefined {
  const table = tableOf(change, tables);
  if (change.effect === undefined || table === undefined) return undefined;
  const { namespace, name } = table;
  return { ...change.effect, asset: { namespace, name } };
}

function assess(
  view: GraphView,
  asked: readonly { readonly input: ChangeInput | undefined }[],
  now: string,
): readonly (ImpactResult | undefined)[] {
  const inputs = asked.flatMap(({ input }) => (input === undefined ? [] : [input]));
  const answer = answerImpact(view, { changes: inputs, each: true, now });
  const results = answer.ok && "results" in answer.value ? [...answer.value.results] : [];
  return asked.map(({ input }) => (input === undefined ? undefined : results.shift()));
}

function consumersOf({
  view,
  change,
  result,
  table,
}: {
  readonly view: GraphView;
  readonly change: ContractChange;
  readonly result: ImpactResult | undefined;
  readonly table: MergedAsset | undefined;
}): readonly ContractConsumer[] | undefined {
  if (table === undefined) return undefined;
  if (result !== undefined && !isChangeError(result))
    return result.verdicts
      .filter(({ asset, verdict }) => isConsumerKind(asset.kind) && verdict !== "unaffected")
      .map(({ asset, verdict, certainty }) => ({
        asset: asset.id,
        name: asset.shortName,
        kind: asset.kind,
        owner: asset.owner ?? null,
        verdict,
        certainty,
      }));
  return change.consumer === "info" ? [] : readersOf(view, change, table);
}

/** Who reads what a promise is about that says nothing of the data. */
function readersOf(
  { graph, snapshot }: GraphView,
  change: ContractChange,
  table: MergedAsset,
): readonly ContractConsumer[] {
  const wanted =
    change.effect?.column ?? change.path.slice((change.object?.length ?? -1) + 1).split(".")[0];
  const column = table.columns.find(({ name }) => name.toLowerCase() === wanted?.toLowerCase());
  const start = { asset: table.id, ...(column === undefined ? {} : { column: column.name }) };
  return reachAssets(snapshot, start).flatMap((id) => {
    const asset = graph.assets.get(id);
    if (asset === undefined || !isConsumerKind(asset.kind)) return [];
    return [
      {
        asset: id,
        name: asset.shortName,
        kind: asset.kind,
        owner: asset.attributes.owner ?? null,
        verdict: null,
        certainty: null,
      },
    ];
  });
}

const BREAKS = new Set<string | null>(["breaks_loudly", "breaks_silently"]);

/** A rule of thumb says info; a dashboard that fails says otherwise. */
function severityOf(
  change: ContractChange,
  perspective: Perspective,
  consumers: readonly ContractConsumer[] | undefined,
): ContractSeverity {
  const severity = change[perspective];
  if (perspective === "producer" || severity === "error") return severity;
  const broken = consumers?.filter(({ verdict }) => BREAKS.has(verdict)) ?? [];
  if (broken.some(({ certainty }) => certainty === "certain" || certainty === "likely"))
    return "error";
  return broken.length > 0 ? "warning" : severity;
}

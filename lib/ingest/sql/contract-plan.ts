import type { AssetId } from "#lib/model/asset-id.ts";
import {
  isOfAggregateFilter,
  type PlanEdge,
  type PlanRelation,
  type QueryPlan,
} from "#lib/model/query-plan.ts";
import type { Use } from "#lib/model/use.ts";
import { Allowance, MAX_CONTRACTED } from "./plan-limit.ts";
import { strengthOf } from "./use-strength.ts";

/** An edge of a plan with the inner relations contracted away: what people see. */
export interface ContractedEdge {
  readonly from: { readonly asset: AssetId; readonly column?: string };
  /** The output column; absent: the use decides about the rows of the whole result. */
  readonly output?: string;
  readonly use: Use;
  readonly expression?: string;
  /** 1-based. */
  readonly line?: number;
}

/** Where a column of a relation comes from: an asset's column, and the use that decides most on the way. */
interface Origin {
  readonly asset: AssetId;
  readonly column: string;
  readonly use: Use;
  readonly expression: string | undefined;
  readonly line: number | undefined;
}

type Origins = ReadonlyMap<string, Origin>;

const NONE: Origins = new Map();

/** Uses of a column at a column that say which rows or values take part, not what the value is made of. */
const isInfluenceOnly = (edge: PlanEdge): boolean =>
  edge.use === "GROUP_BY" || edge.detail === "pivot" || picks(edge);

/** The row that a value is taken from: the window that numbers the rows is there as an influence already. */
const picks = ({ detail }: PlanEdge): boolean =>
  detail?.startsWith("picked") === true || detail?.startsWith("picks") === true;

/** A column beside those that a PIVOT names. */
const isPivotKey = (detail: string | undefined): boolean =>
  detail?.startsWith("pivot_key") === true;

/** Uses at a column that count both as part of the expression and as an influence. */
const isInfluenceToo = (edge: PlanEdge): boolean =>
  (!picks(edge) && isInfluenceOnly(edge) && !isPivotKey(edge.detail)) ||
  (edge.use === "WINDOW" && edge.detail?.startsWith("arg_order") !== true && !picks(edge)) ||
  isOfAggregateFilter(edge.detail) ||
  (edge.detail?.includes("within_group") ?? false);

const NO_INFLUENCE: ReadonlySet<Use> = new Set([
  "UNQUALIFIED",
  "NOT_USED",
  "STAR",
  "POSITIONAL",
  "UNKNOWN",
  "EXISTS",
]);

const isRowInfluence = (edge: PlanEdge): boolean =>
  edge.to === undefined &&
  edge.column !== undefined &&
  !NO_INFLUENCE.has(edge.use) &&
  edge.detail !== "unnest" &&
  !picks(edge) &&
  edge.detail !== "unpivot";

const influences = (edge: PlanEdge): boolean =>
  isRowInfluence(edge) || (edge.to !== undefined && isInfluenceToo(edge));

interface CountInput {
  readonly relation: PlanRelation;
  readonly edge: PlanEdge;
  readonly into: Map<string, Set<AssetId>> | undefined;
  readonly counting: readonly ReadonlyMap<string, Set<AssetId>>[];
}

/** Contracts a plan. Each column of each relation is worked out once, so the time is linear in the plan's edges. */
export function contractPlan(plan: QueryPlan): ContractedEdge[] {
  return new Contraction(plan).edges();
}

class Contraction {
  readonly #plan: QueryPlan;
  readonly #allowance = new Allowance(MAX_CONTRACTED, "pairs of output and source column");
  /** By relation and column name. */
  readonly #columns: Map<string, Origins>[] = [];
  readonly #rowAssets: ReadonlySet<AssetId>[] = [];

  constructor(plan: QueryPlan) {
    this.#plan = plan;
    for (const [index, relation] of plan.relations.entries()) {
      this.#rowAssets.push(this.#assetsBehind(relation));
      this.#columns.push(this.#columnOrigins(relation, index));
    }
  }

  /** The assets whose rows become this relation's. Inputs come first in a plan, so they are there already. */
  #assetsBehind(relation: PlanRelation): ReadonlySet<AssetId> {
    const found = new Set<AssetId>();
    for (const input of relation.inputs) {
      if (input.rows === "exists" || input.rows === "not_exists") continue;
      if ("asset" in input) found.add(input.asset);
      else for (const asset of this.#rowAssets[input.relation] ?? []) found.add(asset);
    }
    return found;
  }

  #columnOrigins(relation: PlanRelation, index: number): Map<string, Origins> {
    const made = relation.columns.map(() => new Map<string, Origin>());
    const byName = new Map<string, Origins>();
    for (const [i, column] of relation.columns.entries()) byName.set(column.name, made[i] ?? NONE);
    this.#columns[index] = byName;
    // A recursive CTE reads its own columns: a second round carries what the first one found.
    const rounds = relation.inputs.some((input) => "relation" in input && input.relation === index)
      ? 3
      : 1;
    for (let round = 0; round < rounds; round++) {
      for (const edge of relation.edges) {
        if (edge.to === undefined || isInfluenceOnly(edge)) continue;
        const into = made[edge.to];
        if (into) this.#carry(relation, edge, into);
      }
    }
    return byName;
  }

  #carry(relation: PlanRelation, edge: PlanEdge, into: Map<string, Origin>): void {
    const origins = [...this.#originsOf(relation, edge).values()];
    this.#allowance.take(origins.length);
    for (const origin of origins) {
      const use = strengthOf(edge.use) > strengthOf(origin.use) ? edge.use : origin.use;
      const key = `${origin.asset}#${origin.column}`;
      const known = into.get(key);
      if (known && strengthOf(known.use) >= strengthOf(use)) continue;
      const expression =
        use === edge.use
          ? (edge.expression ?? origin.expression)
          : (origin.expression ?? edge.expression);
      into.set(key, { ...origin, use, expression, line: origin.line ?? edge.line });
    }
  }

  /** The asset columns behind an edge's input column. */
  #originsOf(relation: PlanRelation, edge: PlanEdge): Origins {
    const input = relation.inputs[edge.input];
    if (!input || edge.column === undefined) return NONE;
    if ("relation" in input) return this.#columns[input.relation]?.get(edge.column) ?? NONE;
    const { asset } = input;
    const origin: Origin = {
      asset,
      column: edge.column,
      use: "IDENTITY",
      expression: edge.expression,
      line: edge.line,
    };
    return new Map([
      [
        edge.column,
        {
          ...origin,
          use: edge.use === "STAR" || edge.use === "POSITIONAL" ? edge.use : "IDENTITY",
        },
      ],
    ]);
  }

  #assetsOf(relation: PlanRelation, edge: PlanEdge): Iterable<AssetId> {
    const input = relation.inputs[edge.input];
    if (!input) return [];
    return "asset" in input ? [input.asset] : (this.#rowAssets[input.relation] ?? []);
  }

  edges(): ContractedEdge[] {
    const result = this.#plan.relations.at(-1);
    if (!result) return [];
    const found: ContractedEdge[] = [];
    const resultColumns = this.#columns[this.#plan.relations.length - 1];
    for (const column of result.columns) {
      for (const origin of (resultColumns?.get(column.name) ?? NONE).values()) {
        found.push(contracted(origin, origin.use, column.name));
      }
    }
    found.push(...this.#rowCounts(), ...this.#influences(), ...this.#unknowns());
    const named = new Set(found.map((edge) => edge.from.asset));
    for (const asset of this.#allAssets())
      if (!named.has(asset)) found.push({ from: { asset }, use: "EXISTS" });
    return found;
  }

  /** count(*) and row_number(): the whole asset at an output column. */
  #rowCounts(): ContractedEdge[] {
    if (
      !this.#plan.relations.some((relation) =>
        relation.edges.some((edge) => edge.use === "COUNT_STAR"),
      )
    )
      return [];
    const counting = this.#plan.relations.map(() => new Map<string, Set<AssetId>>());
    for (const [index, relation] of this.#plan.relations.entries()) {
      for (const edge of relation.edges)
        this.#count({ relation, edge, into: counting[index], counting });
    }
    const last = counting.at(-1) ?? new Map<string, Set<AssetId>>();
    return [...last].flatMap(([output, assets]) =>
      [...assets].map((asset): ContractedEdge => ({ from: { asset }, output, use: "COUNT_STAR" })),
    );
  }

  /** A column that counts rows, or that is made of one. */
  #count({ relation, edge, into, counting }: CountInput): void {
    const name = edge.to === undefined ? undefined : relation.columns[edge.to]?.name;
    const input = relation.inputs[edge.input];
    if (name === undefined || !input || !into) return;
    const counts = edge.use === "COUNT_STAR" && edge.column === undefined;
    const below =
      "relation" in input && edge.column !== undefined
        ? counting[input.relation]?.get(edge.column)
        : undefined;
    const assets = counts ? [...this.#assetsOf(relation, edge)] : [...(below ?? [])];
    if (assets.length > 0) into.set(name, new Set([...(into.get(name) ?? []), ...assets]));
  }

  /** Columns that decide about rows, wherever they stand in the relations that the result is made of. */
  #influences(): ContractedEdge[] {
    const found = new Map<string, ContractedEdge>();
    for (const index of this.#reachable()) {
      const relation = this.#plan.relations[index];
      if (!relation) continue;
      for (const edge of relation.edges)
        if (influences(edge)) this.#influence(relation, edge, found);
    }
    return [...found.values()];
  }

  #influence(relation: PlanRelation, edge: PlanEdge, found: Map<string, ContractedEdge>): void {
    const origins = this.#originsOf(relation, edge);
    this.#allowance.take(origins.size);
    for (const origin of origins.values()) {
      const key = `${origin.asset}#${origin.column}#${edge.use}`;
      const kept = { ...origin, expression: edge.expression, line: edge.line ?? origin.line };
      if (!found.has(key)) found.set(key, contracted(kept, edge.use, undefined));
    }
  }

  #unknowns(): ContractedEdge[] {
    const assets = new Set<AssetId>();
    for (const relation of this.#plan.relations) {
      for (const edge of relation.edges) {
        if (edge.use === "UNKNOWN")
          for (const asset of this.#assetsOf(relation, edge)) assets.add(asset);
      }
    }
    return [...assets].map((asset) => ({ from: { asset }, use: "UNKNOWN" }));
  }

  #reachable(): number[] {
    const last = this.#plan.relations.length - 1;
    const seen = new Set<number>([last]);
    const pending = [last];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const input of this.#plan.relations[at]?.inputs ?? []) {
        if (!("relation" in input) || seen.has(input.relation)) continue;
        seen.add(input.relation);
        pending.push(input.relation);
      }
    }
    return [...seen].sort((a, b) => a - b);
  }

  #allAssets(): ReadonlySet<AssetId> {
    const found = new Set<AssetId>();
    for (const relation of this.#plan.relations) {
      for (const input of relation.inputs) if ("asset" in input) found.add(input.asset);
    }
    return found;
  }
}

function contracted(origin: Origin, use: Use, output: string | undefined): ContractedEdge {
  return {
    from: { asset: origin.asset, column: origin.column },
    ...(output === undefined ? {} : { output }),
    use,
    ...(origin.expression === undefined ? {} : { expression: origin.expression }),
    ...(origin.line === undefined ? {} : { line: origin.line }),
  };
}

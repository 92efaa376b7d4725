import { edgeEnd, edgesFrom, findColumn, type Snapshot, TRAIT } from "#lib/graph/snapshot.ts";
import type { Seed } from "./blast.ts";
import { rulesFor } from "./compile-rules.ts";
import type { Consequence } from "./consequence.ts";
import { LANES, type Lane, laneNumber } from "./effects.ts";
import { passesError } from "./pass-run.ts";

/*
 * A twin of the pass over the same snapshot, hidden relations of queries and cycles included. It keeps effects by name
 * in maps, works out every rule anew for every edge, and looks for the next relation by trying all: no numbered states,
 * no bits, no look-ups that are kept. What the pass keeps between questions must never show. Only tests use it.
 */
export type Effects = Map<Lane, number>;

/** Works through a snapshot as the pass does, and takes its time. */
export class Twin {
  readonly #snapshot: Snapshot;
  /** By node: `col 3`, `rows 1`, `run 1`. */
  readonly states = new Map<string, Effects>();
  readonly #masked = new Set<number>();
  readonly #sources = new Set<number>();
  readonly #entered = new Set<number>();
  readonly #waiting = new Set<number>();
  readonly #worked = new Set<number>();
  #current = -1;

  constructor(snapshot: Snapshot, seeds: readonly Seed[]) {
    this.#snapshot = snapshot;
    for (const { relation, below } of seeds) if (!below) this.#sources.add(relation);
    for (const { relation, slot, column, lane, level } of seeds) {
      const node = slot === "col" ? `col ${column}` : `${slot} ${relation}`;
      this.#raise(node, relation, new Map([[LANES[lane] ?? "UNKNOWN", level]]));
    }
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#waiting.delete(next);
      this.#current = next;
      this.#work(next);
    }
  }

  #next(): number | undefined {
    return [...this.#waiting].sort(
      (a, b) => (this.#snapshot.rank[a] ?? 0) - (this.#snapshot.rank[b] ?? 0),
    )[0];
  }

  #raise(node: string, relation: number, brought: Effects): void {
    const isRun = node.startsWith("run");
    const isHidden = this.#masked.has(relation) && !isRun;
    if (isHidden && node.startsWith("rows")) return;
    const known = this.states.get(node);
    const raised: Effects = new Map(known);
    if (!isHidden)
      for (const [lane, level] of brought) raised.set(lane, Math.max(level, raised.get(lane) ?? 0));
    if (known !== undefined && [...raised].every(([lane, level]) => known.get(lane) === level))
      return;
    this.states.set(node, raised);
    this.#waiting.add(relation);
    if (this.#current >= 0 && this.#current !== relation && this.#sources.has(relation))
      this.#entered.add(relation);
  }

  #work(relation: number): void {
    const traits = this.#snapshot.traits[relation] ?? 0;
    const isOnlySource = this.#sources.has(relation) && !this.#entered.has(relation);
    if (!isOnlySource) {
      this.#applyPolicy(relation, traits);
      if ((traits & TRAIT.keepsRows) !== 0 && !this.#worked.has(relation)) this.#keepRows(relation);
    }
    const isAgain = this.#worked.has(relation);
    this.#worked.add(relation);
    const fails = this.states.get(`run ${relation}`)?.get("ERROR") === 3;
    const keepsData = (traits & (TRAIT.cyclic | TRAIT.inner | TRAIT.composed)) === 0;
    if (fails && keepsData && !isOnlySource && !this.#masked.has(relation)) {
      this.#masked.add(relation);
      for (const node of [`rows ${relation}`, ...this.#columnNodes(relation)])
        if (this.states.has(node)) this.states.set(node, new Map());
    }
    if ((traits & TRAIT.cyclic) === 0 && !isAgain) this.#dropDoubt(relation);
    this.#pushPairs(relation, traits);
    this.#pushColumns(relation);
    this.#pushReads(relation);
  }

  #columns(relation: number): number[] {
    const start = this.#snapshot.columnStart[relation] ?? 0;
    const end = this.#snapshot.columnStart[relation + 1] ?? start;
    return Array.from({ length: end - start }, (_, at) => start + at);
  }

  #columnNodes = (relation: number): string[] =>
    this.#columns(relation).map((column) => `col ${column}`);

  /** Contracts and incremental models, said once more from the documentation. */
  #applyPolicy(relation: number, traits: number): void {
    const schema = new Set<Lane>(["GONE", "RENAMED", "TYPE_WIDE", "TYPE_LOSSY", "TYPE_INCOMPAT"]);
    schema.add("TYPE_RECAST").add("TYPE_SOFT").add("TYPE_RESPELLED");
    for (const node of this.#columnNodes(relation)) {
      const effects = this.states.get(node);
      if (effects === undefined) continue;
      const worst = Math.max(0, ...[...effects].map(([lane, at]) => (schema.has(lane) ? at : 0)));
      const gone = Math.max(effects.get("GONE") ?? 0, effects.get("RENAMED") ?? 0);
      let error = (traits & TRAIT.contractEnforced) === 0 ? 0 : worst;
      if ((traits & TRAIT.incrementalIgnore) !== 0 && gone > 0) {
        const left = new Map(effects);
        left.delete("GONE");
        left.delete("RENAMED");
        this.states.set(node, left);
        error = Math.max(error, Math.min(2, gone));
      }
      if (error > 0) this.#raise(`run ${relation}`, relation, new Map([["ERROR", error]]));
    }
  }

  /** What an incremental run brings: some rows, and none goes. */
  #keepRows(relation: number): void {
    const values = new Set<Lane>(["NULLS", "VALUE", "UNIT", "SHIFTED", "TYPE_LOSSY"]);
    values.add("ENUM_ADDED").add("ENUM_REMOVED");
    const cap = (node: string, lanes: ReadonlySet<Lane>, most: number): void => {
      const effects = this.states.get(node);
      if (effects === undefined) return;
      const capped = [...effects].map(
        ([lane, at]) => [lane, lanes.has(lane) ? Math.min(at, most) : at] as const,
      );
      this.states.set(node, new Map(capped));
    };
    for (const node of this.#columnNodes(relation)) cap(node, values, 2);
    cap(`rows ${relation}`, new Set<Lane>(["ROWS_LOST", "THINNED"]), 1);
  }

  /** Rows that are missing for certain leave no doubt about others. */
  #dropDoubt(relation: number): void {
    const rows = this.states.get(`rows ${relation}`);
    if (rows?.get("ROWS_LOST") !== 3 || rows.get("ROWS_EXTRA") !== 1) return;
    const left = new Map(rows);
    left.delete("ROWS_EXTRA");
    this.states.set(`rows ${relation}`, left);
  }

  #pushPairs(relation: number, traits: number): void {
    const { pairStart, pairTarget, pairRows } = this.#snapshot;
    const run = this.states.get(`run ${relation}`) ?? new Map<Lane, number>();
    const rows = this.states.get(`rows ${relation}`);
    const passed: Effects = new Map();
    const put = (lane: Lane, level: number | undefined): void => {
      if (level !== undefined) passed.set(lane, Math.max(level, passed.get(lane) ?? 0));
    };
    put("STALE", run.get("STALE"));
    put(passesError(traits, false) ? "ERROR" : "STALE", run.get("ERROR"));
    for (let at = pairStart[relation] ?? 0; at < (pairStart[relation + 1] ?? 0); at++) {
      const to = pairTarget[at] ?? 0;
      if (passed.size > 0) this.#raise(`run ${to}`, to, passed);
      if (rows === undefined) continue;
      const steps = rulesFor(this.#snapshot).rowSets[pairRows[at] ?? 0] ?? [];
      this.#raise(`rows ${to}`, to, overSteps(steps, rows).rows);
    }
  }

  #pushColumns(relation: number): void {
    const { edgeUse, assetCount } = this.#snapshot;
    for (const column of this.#columns(relation)) {
      const own = this.states.get(`col ${column}`);
      const rows = this.states.get(`rows ${relation}`) ?? new Map<Lane, number>();
      const state: Effects = new Map(own);
      if (relation < assetCount) state.delete("AMBIGUOUS");
      for (const [lane, level] of rows) state.set(lane, Math.max(level, state.get(lane) ?? 0));
      if (own === undefined && state.size === 0) continue;
      const [first, last] = edgesFrom(this.#snapshot, column);
      for (let edge = first; edge < last; edge++) {
        const end = { use: edgeUse[edge] ?? 0, target: edgeEnd(this.#snapshot, edge) };
        this.#land(end, state, own !== undefined);
      }
    }
  }

  #land(
    { use, target }: { readonly use: number; readonly target: number },
    state: Effects,
    isReached: boolean,
  ): void {
    const given = overSteps(rulesFor(this.#snapshot).consequences[use] ?? [], state);
    const relation = target < 0 ? ~target : (this.#snapshot.columnRelation[target] ?? 0);
    const rows: Effects = new Map(given.rows);
    if (target >= 0) {
      if (isReached || given.col.size > 0) this.#raise(`col ${target}`, relation, given.col);
    } else {
      for (const [lane, level] of given.col) rows.set(lane, Math.max(level, rows.get(lane) ?? 0));
    }
    if (rows.size > 0 || (target < 0 && isReached)) this.#raise(`rows ${relation}`, relation, rows);
    if (given.run.size > 0) this.#raise(`run ${relation}`, relation, given.run);
  }

  #pushReads(relation: number): void {
    const { readStart, readTarget, readUse } = this.#snapshot;
    for (let read = readStart[relation] ?? 0; read < (readStart[relation + 1] ?? 0); read++) {
      const use = readUse[read] ?? 0;
      const kind = rulesFor(this.#snapshot).readKinds[use];
      const rows = this.states.get(`rows ${relation}`);
      const target = readTarget[read] ?? 0;
      const columns = this.#columnNodes(relation).flatMap((node) => this.states.get(node) ?? []);
      if (kind === "everyColumn") this.#pushEveryColumn(relation, { use, target });
      let state: Effects = new Map(rows);
      let isReached = rows !== undefined;
      if (kind === "grain" || kind === "part") {
        for (const effects of columns)
          for (const [lane, level] of effects)
            state.set(lane, Math.max(level, state.get(lane) ?? 0));
        isReached ||= columns.length > 0;
      } else if (kind !== "rows") {
        const kept = new Set<Lane>(["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "REGROUPED", "THINNED"]);
        state = new Map([...state].filter(([lane]) => kept.has(lane)));
        isReached = false;
      }
      if (isReached || state.size > 0) this.#land({ use, target }, state, isReached);
    }
  }

  /** What has an edge of its own with this use is said there. */
  #pushEveryColumn(
    relation: number,
    { use, target }: { readonly use: number; readonly target: number },
  ): void {
    const isStar = this.#snapshot.uses[use]?.use === "STAR";
    for (const column of this.#columns(relation)) {
      const state = this.states.get(`col ${column}`);
      if (state === undefined || this.#hasOwnEdge(column, use, target)) continue;
      const end = isStar ? this.#starEnd(column, target) : target;
      if (end !== undefined) this.#land({ use, target: end }, state, true);
    }
  }

  #hasOwnEdge(column: number, use: number, target: number): boolean {
    const { edgeUse, columnRelation, uses } = this.#snapshot;
    const relationOf = (end: number): number => (end < 0 ? ~end : (columnRelation[end] ?? 0));
    const [first, last] = edgesFrom(this.#snapshot, column);
    for (let edge = first; edge < last; edge++) {
      if (relationOf(edgeEnd(this.#snapshot, edge)) !== relationOf(target)) continue;
      if (uses[edgeUse[edge] ?? 0]?.use === uses[use]?.use) return true;
    }
    return false;
  }

  /** All assets of these graphs have the same two columns, so a star finds each where it goes. */
  #starEnd(column: number, target: number): number | undefined {
    const to = target < 0 ? ~target : (this.#snapshot.columnRelation[target] ?? 0);
    const end = findColumn(this.#snapshot, to, this.#snapshot.columnNames.at(column) ?? "");
    return end < 0 ? undefined : end;
  }
}

function overSteps(
  table: readonly (readonly Consequence[])[],
  state: Effects,
): Record<Consequence["slot"], Effects> {
  const given: Record<Consequence["slot"], Effects> = {
    col: new Map(),
    rows: new Map(),
    run: new Map(),
  };
  for (const [lane, level] of state) {
    for (const step of table[laneNumber(lane)] ?? []) {
      const to = LANES[step.lane] ?? "UNKNOWN";
      const reached = Math.min(level, step.level);
      given[step.slot].set(to, Math.max(reached, given[step.slot].get(to) ?? 0));
    }
  }
  return given;
}

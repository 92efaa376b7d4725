import type { AssetName } from "#lib/model/asset-id.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { EdgeLanes, EdgeSaid } from "#lib/model/edge-lanes.ts";
import type { FactEnd } from "#lib/model/fact.ts";
import { numberNames } from "./name-book.ts";

interface ListedEdge {
  /** Without a column. */
  readonly end: FactEnd;
  readonly fromColumn?: string | undefined;
  readonly toColumn?: string | undefined;
  readonly said: EdgeSaid;
  readonly via: AssetName | undefined;
  readonly provenance: Provenance;
}

/** Collects the edges into one dataset, each once: two facets of one job may say the same. */
export class EdgeLists {
  readonly #ends: FactEnd[] = [];
  readonly #firstPlace: Provenance[] = [];
  readonly #numbers = new Map<FactEnd, number>();
  readonly #end: number[] = [];
  readonly #fromColumn: (string | undefined)[] = [];
  readonly #toColumn: (string | undefined)[] = [];
  readonly #said: EdgeSaid[] = [];
  readonly #via: (AssetName | undefined)[] = [];
  readonly #provenance: Provenance[] = [];
  #lastEnd: FactEnd | undefined;
  #lastNumber = -1;
  #mayRepeat = false;

  get isEmpty(): boolean {
    return this.#end.length === 0;
  }

  clear(): void {
    for (const list of [this.#end, this.#fromColumn, this.#toColumn, this.#said, this.#via])
      list.length = 0;
    for (const list of [this.#ends, this.#firstPlace, this.#provenance]) list.length = 0;
    this.#numbers.clear();
    this.#lastEnd = undefined;
    this.#mayRepeat = false;
  }

  /** What comes now is of one facet, or of the list of a job's inputs, in which no two edges are alike. */
  begin(): void {
    if (this.#end.length > 0) this.#mayRepeat = true;
  }

  /** Edges that were not alike in the facet may be now. */
  mayRepeat(): void {
    this.#mayRepeat = true;
  }

  add({ end, fromColumn, toColumn, said, via, provenance }: ListedEdge): void {
    if (end !== this.#lastEnd) {
      this.#lastEnd = end;
      this.#lastNumber = this.#numberOf(end, provenance);
    }
    this.#end.push(this.#lastNumber);
    this.#fromColumn.push(fromColumn);
    this.#toColumn.push(toColumn);
    this.#said.push(said);
    this.#via.push(via);
    this.#provenance.push(provenance);
  }

  #numberOf(end: FactEnd, provenance: Provenance): number {
    const known = this.#numbers.get(end);
    if (known !== undefined) return known;
    const number = this.#ends.push(end) - 1;
    this.#numbers.set(end, number);
    this.#firstPlace.push(provenance);
    return number;
  }

  finish(): EdgeLanes {
    const kept = this.#findDistinct();
    const pick = <T>(list: readonly T[]): readonly T[] =>
      kept === undefined ? list : kept.map((at) => list[at] as T);
    return {
      ends: this.#ends,
      firstPlace: this.#firstPlace,
      end: pick(this.#end),
      fromColumn: pick(this.#fromColumn),
      toColumn: pick(this.#toColumn),
      said: pick(this.#said),
      via: { each: pick(this.#via) },
      provenance: { each: pick(this.#provenance) },
    };
  }

  /** The first of those that are alike; undefined where all differ. */
  #findDistinct(): readonly number[] | undefined {
    const numberOf = numberNames();
    const names = this.#ends.map(({ name }) => numberOf(name));
    if (!this.#mayRepeat && new Set(names).size === names.length) return undefined;
    const known = new Set<string>();
    const kept: number[] = [];
    for (let at = 0; at < this.#end.length; at++) {
      const via = this.#via[at];
      const flow = `${names[this.#end[at] ?? 0]}\n${via === undefined ? "" : numberOf(via)}`;
      const columns = `${this.#toColumn[at] ?? ""}\n${this.#fromColumn[at] ?? ""}`;
      const size = known.size;
      known.add(`${this.#said[at]?.use}\n${columns}\n${flow}`);
      if (known.size > size) kept.push(at);
    }
    return kept.length === this.#end.length ? undefined : kept;
  }
}

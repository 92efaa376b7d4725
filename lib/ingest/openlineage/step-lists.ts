import type { AssetName } from "#lib/model/asset-id.ts";
import type { EdgeSaid } from "#lib/model/edge-lanes.ts";
import type { Use } from "#lib/model/use.ts";

/**
 * Dependencies on columns, or on whole datasets: the n-th of each list is of the n-th. A wide table has thousands, and an
 * object for each would cost more than reading them.
 */
export interface LineageSteps {
  /** The datasets and jobs that are read, each once. */
  readonly sources: readonly StepSource[];
  /** Index into `sources`. */
  readonly source: readonly number[];
  /** Absent: the whole dataset. */
  readonly field: readonly (string | undefined)[];
  /** Absent: the rows. */
  readonly toColumn: readonly (string | undefined)[];
  readonly said: readonly EdgeSaid[];
}

interface StepSource {
  readonly name: AssetName;
  /** The facet `lineage` may name a job as the source, not a dataset. */
  readonly isJob: boolean;
}

/** An input of a lineage facet. */
export interface LineageInput {
  readonly from: AssetName;
  readonly field: string | undefined;
  readonly fromJob: boolean;
  readonly transformations: unknown;
}

/** How an input is used. */
export interface StatedUse extends EdgeSaid {
  /** It decides about rows, or about a value without being part of it. */
  readonly indirect: boolean;
}

/** Uses that touch the rows wherever the facet puts them: without its dataset list Spark repeats them for each column. */
const ROW_USES = new Set<Use>(["JOIN_INNER", "FILTER", "GROUP_BY", "SORT"]);

/** Among so few, looking at each is quicker than making a key for each. */
const FEW = 12;

/** Collects steps; of two that are alike but for their expression, the first counts. */
export class StepLists implements LineageSteps {
  readonly sources: StepSource[] = [];
  readonly source: number[] = [];
  readonly field: (string | undefined)[] = [];
  readonly toColumn: (string | undefined)[] = [];
  readonly said: EdgeSaid[] = [];
  readonly #numbers = new Map<AssetName, readonly [dataset: number, job: number]>();
  #lastName: AssetName | undefined;
  #lastNumbers: readonly [dataset: number, job: number] = [-1, -1];
  /** Columns come one after the other: only steps of one column can be alike, and those into the rows. */
  #columnStart = 0;
  #keys: Set<string> | undefined;
  #rowKeys: Set<string> | undefined;

  beginColumn(): void {
    this.#columnStart = this.source.length;
    this.#keys = undefined;
  }

  add({ from, field, fromJob }: LineageInput, stated: StatedUse, column: string | undefined): void {
    const said = field === undefined ? unknownUse(stated) : stated;
    const isIntoRows = column === undefined || (stated.indirect && ROW_USES.has(stated.use));
    const toColumn = isIntoRows ? undefined : column;
    const source = this.#numberOf(from, fromJob);
    const step = { source, field, use: said.use };
    if (toColumn === undefined ? this.#isKnownForRows(step) : this.#isKnown(step)) return;
    this.source.push(source);
    this.field.push(field);
    this.toColumn.push(toColumn);
    this.said.push(said);
  }

  /** Once all is read, only the lists are needed. */
  finish(): LineageSteps {
    // Copies have no room to grow, and live as long as the events do.
    return {
      sources: this.sources,
      source: this.source.slice(),
      field: this.field.slice(),
      toColumn: this.toColumn.slice(),
      said: this.said.slice(),
    };
  }

  #numberOf(name: AssetName, isJob: boolean): number {
    if (name !== this.#lastName) {
      this.#lastName = name;
      this.#lastNumbers = this.#numbers.get(name) ?? [-1, -1];
    }
    const known = this.#lastNumbers[isJob ? 1 : 0];
    if (known >= 0) return known;
    const number = this.sources.push({ name, isJob }) - 1;
    const [dataset, job] = this.#lastNumbers;
    this.#lastNumbers = isJob ? [dataset, number] : [number, job];
    this.#numbers.set(name, this.#lastNumbers);
    return number;
  }

  #isKnown(step: StepKey): boolean {
    const { source, field, use } = step;
    if (this.#keys === undefined && this.source.length - this.#columnStart <= FEW) {
      for (let at = this.#columnStart; at < this.source.length; at++) {
        if (
          this.source[at] === source &&
          this.field[at] === field &&
          this.said[at]?.use === use &&
          this.toColumn[at] !== undefined
        )
          return true;
      }
      return false;
    }
    if (this.#keys === undefined) {
      this.#keys = new Set();
      for (let at = this.#columnStart; at < this.source.length; at++)
        if (this.toColumn[at] !== undefined)
          this.#keys.add(
            stepKey({
              source: this.source[at] ?? 0,
              field: this.field[at],
              use: this.said[at]?.use ?? "UNKNOWN",
            }),
          );
    }
    return !isNew(this.#keys, stepKey(step));
  }

  #isKnownForRows(step: StepKey): boolean {
    this.#rowKeys ??= new Set();
    return !isNew(this.#rowKeys, stepKey(step));
  }
}

interface StepKey {
  readonly source: number;
  readonly field: string | undefined;
  readonly use: Use;
}

const stepKey = ({ source, field, use }: StepKey): string => `${use}\n${field ?? ""}\n${source}`;

function isNew(known: Set<string>, key: string): boolean {
  const { size } = known;
  known.add(key);
  return known.size > size;
}

const UNKNOWN_USE: EdgeSaid = { use: "UNKNOWN" };

/** Without a field it is not known what is read. */
function unknownUse({ cap, expression }: StatedUse): EdgeSaid {
  if (cap === undefined && expression === undefined) return UNKNOWN_USE;
  return {
    use: "UNKNOWN",
    ...(cap === undefined ? {} : { cap }),
    ...(expression === undefined ? {} : { expression }),
  };
}

import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { COLUMN_TRAIT, hasTrait, type Snapshot, TRAIT } from "#lib/graph/snapshot.ts";
import type { AssessedChange, Assessment, AssetVerdict, Effect } from "./assessment.ts";
import type { Blast } from "./blast.ts";
import { BlastIndex } from "./blast-index.ts";
import type { Words } from "./boundary.ts";
import type { Certainty } from "./change.ts";
import { describeAsset } from "./describe-asset.ts";
import { certaintyOf, LANES, laneNumber, levelIn, publicEffect } from "./effects.ts";
import { type ExplainContext, explain } from "./explain.ts";
import { AbsorberBook } from "./find-absorbers.ts";
import type { Finding } from "./find-causes.ts";
import { WayBook } from "./find-way.ts";
import type { Policy } from "./policy.ts";
import { type Ranked, type Ranking, rankVerdicts } from "./rank-verdicts.ts";
import { type Judged, judge } from "./verdict.ts";

export interface JudgementInput {
  readonly blast: Blast;
  readonly graph: MergedGraph;
  readonly changes: readonly AssessedChange[];
  /** Changed columns by asset, for the contract term. */
  readonly changedUnderContract: boolean;
  readonly policy: Policy;
  readonly now?: string | undefined;
}

const UNKNOWN = laneNumber("UNKNOWN");
const ERROR = laneNumber("ERROR");
const STALE = laneNumber("STALE");

/**
 * Every reached asset, judged and ranked at once; what takes room (reasons, columns) is made when an entry is read, so
 * the first page of a large answer costs what a page costs.
 */
export class Judgement {
  readonly complete: boolean;
  readonly #context: ExplainContext;
  readonly #absorbers: AbsorberBook;
  readonly #ranking: Ranking;
  readonly #given: JudgementInput;

  constructor(given: JudgementInput) {
    this.#given = given;
    const index = new BlastIndex(given.blast);
    this.#context = {
      index,
      ways: new WayBook(index),
      told: new Map(),
      graph: given.graph,
      changes: given.changes,
    };
    this.#absorbers = new AbsorberBook(this.#context);
    this.#ranking = rankVerdicts({ ...given, index });
    this.complete = !anyUnknown(given.blast);
  }

  get count(): number {
    return this.#ranking.count;
  }

  /** In the order of points, hops, name. */
  at(place: number): AssetVerdict | undefined {
    const ranked = this.#ranking.at(place);
    return ranked === undefined ? undefined : this.#entry(ranked);
  }

  *entries(): Generator<AssetVerdict> {
    for (const ranked of this.#ranked()) yield this.#entry(ranked);
  }

  assessment(): Assessment {
    return {
      graphVersion: String(this.#given.graph.version),
      complete: this.complete,
      hidden: 0,
      changes: this.#given.changes,
      verdicts: [...this.entries()],
      notify: this.notify(),
      policy: this.#given.policy.version,
    };
  }

  *#ranked(): Generator<Ranked> {
    for (let place = 0; place < this.#ranking.count; place++) {
      const ranked = this.#ranking.at(place);
      if (ranked !== undefined) yield ranked;
    }
  }

  /** Each owner of something that is not proved unaffected, once; by the best tier among it, then by name. */
  notify(): Assessment["notify"] {
    const owners = new Map<string, { best: number; names: Set<string> }>();
    for (const { asset, judged } of this.#ranked()) {
      const { owner, tier } = asset.attributes;
      if (owner === undefined || judged[0]?.verdict === "unaffected") continue;
      const entry = owners.get(owner) ?? { best: 9, names: new Set<string>() };
      entry.best = Math.min(entry.best, tier ?? 5);
      entry.names.add(asset.name);
      owners.set(owner, entry);
    }
    return [...owners]
      .sort(([a, one], [b, two]) => one.best - two.best || (a < b ? -1 : 1))
      .map(([owner, { names }]) => ({ owner, assets: [...names] }));
  }

  #entry({ relation, asset, judged, scored, hops }: Ranked): AssetVerdict {
    const { index } = this.#context;
    const [worst, ...others] = judged;
    const run = index.run(relation);
    const absorbedBy = worst?.verdict === "unaffected" ? this.#absorbers.of(relation) : [];
    const queries = this.#queries(relation);
    return {
      asset: describeAsset(asset),
      verdict: worst?.verdict ?? "unaffected",
      certainty: worst?.certainty ?? null,
      ...scored,
      run: levelIn(run, ERROR) >= 2 ? "fails" : levelIn(run, STALE) >= 2 ? "stale" : "ok",
      rows: effectsIn(index.rows(relation)).map(({ effect, certainty }) => ({ effect, certainty })),
      columns: this.#columns(relation),
      because: this.#because(relation, worst),
      also: others.map((other) => ({
        verdict: other.verdict,
        certainty: other.certainty,
        because: this.#because(relation, other),
      })),
      hops,
      ...(absorbedBy.length === 0 ? {} : { absorbedBy }),
      ...(queries.length === 0 ? {} : { queries }),
    };
  }

  #because(relation: number, judged: Judged | undefined): AssetVerdict["because"] {
    const reason = judged?.reason;
    if (reason === undefined) return [];
    const finding = this.#findingOf(relation, reason);
    return finding === undefined ? [] : explain(this.#context, finding, reason.level);
  }

  #findingOf(
    relation: number,
    { slot, lane, level }: NonNullable<Judged["reason"]>,
  ): Finding | undefined {
    if (slot !== "col") return { slot, id: relation, lane };
    const column = this.#context.index.firstColumn(
      relation,
      (state) => levelIn(state, lane) >= level,
    );
    return column === undefined ? undefined : { slot, id: column, lane };
  }

  /** Every column with an effect of its own, or below a row set that is at least likely wrong, in the asset's order. */
  #columns(relation: number): AssetVerdict["columns"] {
    const { index } = this.#context;
    const { snapshot } = index.blast;
    const shared = atLeastLikely(index.rows(relation));
    const all =
      shared.length === 0
        ? index.columnsOf(relation)
        : everyColumn(snapshot, relation, index.columnsOf(relation));
    const listed: AssetVerdict["columns"][number][] = [];
    for (const column of all) {
      const own = effectsIn(index.column(column));
      if (own.length === 0 && (shared.length === 0 || isExpected(snapshot, column))) continue;
      listed.push({ column: index.nameOf(column), ...uniteEffects(own, shared) });
    }
    return listed;
  }

  /** Each query of a consumer, judged by itself. */
  #queries(asset: number): NonNullable<AssetVerdict["queries"]> {
    const { index } = this.#context;
    const { snapshot } = index.blast;
    return queriesOf(snapshot, asset).map((relation) => {
      const [worst] = judge(
        { run: index.run(relation), rows: index.rows(relation), columns: index.joined(relation) },
        this.#given.policy,
      );
      return {
        name: snapshot.labels[relation] ?? "",
        verdict: worst?.verdict ?? "unaffected",
        certainty: worst?.certainty ?? null,
        because: this.#because(relation, worst),
      };
    });
  }
}

/** Looks at each state once, and only where one is unknown for where it stands. */
function anyUnknown({ relations, rows, joined, states }: Blast): boolean {
  const isUnknown = states.words.map((words) => levelIn(words, UNKNOWN) > 0);
  if (!isUnknown.includes(true)) return false;
  for (let place = 0; place < relations.length; place++)
    if (isUnknown[rows[place] ?? 0] === true || isUnknown[joined[place] ?? 0] === true) return true;
  return false;
}

interface EffectAt {
  readonly effect: Effect;
  readonly certainty: Certainty;
  readonly level: number;
}

const effectLists = new WeakMap<Words, readonly EffectAt[]>();

/** The public effects of a state, in the order of lanes. States repeat, and each is one object: listed once. */
function effectsIn(words: Words): readonly EffectAt[] {
  const known = effectLists.get(words);
  if (known !== undefined) return known;
  const found = new Map<Effect, number>();
  LANES.forEach((lane, number) => {
    const level = levelIn(words, number);
    const effect = publicEffect(lane);
    if (level > (found.get(effect) ?? 0)) found.set(effect, level);
  });
  const made = [...found].map(([effect, level]) => ({
    effect,
    certainty: certaintyOf(level),
    level,
  }));
  effectLists.set(words, made);
  return made;
}

/** What a column has of its own and with all columns, each effect once. */
function uniteEffects(
  own: readonly EffectAt[],
  shared: readonly EffectAt[],
): Pick<AssetVerdict["columns"][number], "effects" | "certainty"> {
  const merged = new Map<Effect, number>();
  for (const { effect, level } of [...own, ...shared])
    merged.set(effect, Math.max(level, merged.get(effect) ?? 0));
  return { effects: [...merged.keys()], certainty: certaintyOf(Math.max(...merged.values())) };
}

const atLeastLikely = (words: Words): readonly EffectAt[] =>
  effectsIn(words).filter(({ level }) => level >= 2);

const isExpected = (snapshot: Snapshot, column: number): boolean =>
  column < snapshot.columnCount &&
  ((snapshot.columnTraits[column] ?? 0) & COLUMN_TRAIT.expected) !== 0;

function everyColumn(snapshot: Snapshot, relation: number, reached: Int32Array): number[] {
  const start = snapshot.columnStart[relation] ?? 0;
  const own = Array.from(
    { length: (snapshot.columnStart[relation + 1] ?? start) - start },
    (_, at) => start + at,
  );
  return [...own, ...reached.filter((column) => column >= snapshot.columnCount)];
}

const queryRelations = new WeakMap<Snapshot, Map<number, number[]>>();

function queriesOf(snapshot: Snapshot, asset: number): readonly number[] {
  let byAsset = queryRelations.get(snapshot);
  if (byAsset === undefined) {
    byAsset = new Map();
    for (let relation = snapshot.assetCount; relation < snapshot.relationCount; relation++) {
      if (!hasTrait(snapshot, relation, TRAIT.query)) continue;
      const owner = snapshot.owner[relation] ?? 0;
      byAsset.set(owner, [...(byAsset.get(owner) ?? []), relation]);
    }
    queryRelations.set(snapshot, byAsset);
  }
  return byAsset.get(asset) ?? [];
}

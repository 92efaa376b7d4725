import { type EdgeUse, ROW_CODES, type Snapshot } from "#lib/graph/snapshot.ts";
import type { Use } from "#lib/model/use.ts";
import { afterReading, type Consequence, direct } from "./consequence.ts";
import { type Converted, convertedAt, firstCast } from "./converted-type.ts";
import { LANES, type Lane, type Level, laneNumber, levelOf } from "./effects.ts";
import type { Ignored } from "./ignored.ts";
import { isOfRows } from "./left-out.ts";
import { ruleFor } from "./rule-book.ts";
import { ROW_SET_RULES, type RowSetRule } from "./rules/row-sets.ts";
import type { Slot } from "./rules/rule.ts";
import { type CompiledRules, rulesBeside } from "./rules-beside.ts";
import { isIfThere, isOfStar, isOrNull, readKindOf, situationOf } from "./situation.ts";
import type { Situation } from "./uses.ts";

const compiled = new WeakMap<Snapshot, CompiledRules>();
const compiledBeside = new WeakMap<Ignored, { snapshot: Snapshot; rules: CompiledRules }>();

/** The rules for the uses of one snapshot, made once; where more is known of the changes, those for them. */
export function rulesFor(snapshot: Snapshot, ignored?: Ignored): CompiledRules {
  if (ignored === undefined) return compiledFor(snapshot);
  const known = compiledBeside.get(ignored);
  if (known?.snapshot === snapshot) return known.rules;
  const rules = rulesBeside(snapshot, { plain: compiledFor(snapshot), ignored });
  compiledBeside.set(ignored, { snapshot, rules });
  return rules;
}

function compiledFor(snapshot: Snapshot): CompiledRules {
  const known = compiled.get(snapshot);
  if (known !== undefined) return known;
  const made: CompiledRules = {
    consequences: snapshot.uses.map((use) =>
      LANES.map((lane) => someRows(use, lane, consequencesOf(use, lane))),
    ),
    stops: snapshot.uses.map((use) =>
      LANES.map((lane) => ruleFor(situationAt(use, lane), lane)?.text),
    ),
    readKinds: snapshot.uses.map(readKindOf),
    rowSets: ROW_CODES.map((code) =>
      LANES.map((lane) =>
        rowSetConsequences(
          ROW_SET_RULES.find((rule) => rule.rows.includes(code) && rule.on.includes(lane)),
          lane,
        ),
      ),
    ),
  };
  compiled.set(snapshot, made);
  return made;
}

/** No row need have passed by this part of the condition alone, and no row with the one value need pass it. */
function someRows(
  { either, sifted, partly }: EdgeUse,
  lane: Lane,
  steps: readonly Consequence[],
): readonly Consequence[] {
  if (partly === true && isOfRows(lane)) return steps.map(atMostLikely);
  const ofOneValue = sifted === true && ONE_VALUE.has(lane);
  if (either !== true && !ofOneValue) return steps;
  const slot: Slot = ofOneValue ? "col" : "rows";
  return steps.map((step) =>
    step.slot === slot && step.level === 3 ? { ...step, level: 2 } : step,
  );
}

const atMostLikely = (step: Consequence): Consequence =>
  step.level === 3 ? { ...step, level: 2 } : step;

const ONE_VALUE: ReadonlySet<Lane> = new Set(["ENUM_ADDED", "ENUM_REMOVED"]);

/** Of several keys together, one that stands there twice need not: the rows that repeat it may be alike in the others. */
function capOf(edge: EdgeUse, lane: Lane): Level {
  const cap: Level = edge.cap === undefined ? 3 : CAP[edge.cap];
  return edge.groupKey === "one" && lane === "KEY_LOST" ? (Math.min(cap, 2) as Level) : cap;
}

const CAP: Record<"likely" | "possible", Level> = { likely: 2, possible: 1 };

/** What a reader with a known mode does with a schema that differs comes first; the use then gets what it hands on. */
const MODE_USE = {
  lenient: "LENIENT_READ",
  strict: "STRICT_READ",
  skips_bad_rows: "SKIP_BAD_ROWS_READ",
  by_position: "POSITION_EXPORT",
} as const satisfies Record<NonNullable<EdgeUse["reader"]>, Situation>;

/** Outside a query the reader loads into a table of its own, whose types stay. */
function modeOf(reader: NonNullable<EdgeUse["reader"]>, edge: EdgeUse): Situation {
  const { through, converts } = edge;
  if (converts === true && reader === "lenient") return "LENIENT_READ:parquet";
  if (through === undefined && reader === "lenient") return "LENIENT_READ:typed";
  if (through === undefined && reader === "skips_bad_rows") return "SKIP_BAD_ROWS_READ:typed";
  if (through !== undefined && reader === "lenient") return "LENIENT_READ:queried";
  return MODE_USE[reader];
}

const SCHEMA_LANES: ReadonlySet<Lane> = new Set([
  "GONE",
  "RENAMED",
  "TYPE_WIDE",
  "TYPE_RESPELLED",
  "TYPE_INCOMPAT",
  "TYPE_RECAST",
  "TYPE_SOFT",
  "TYPE_EQUATED",
  "POS",
]);

/** A narrower type is one that Spark does not read as the declared one either. */
const isSchemaLane = ({ converts, reader }: EdgeUse, lane: Lane): boolean =>
  SCHEMA_LANES.has(lane) || (lane === "TYPE_LOSSY" && converts === true && reader === "lenient");

/** What is missing does not get past a condition that asks for it, nor a key that stands there twice past what keeps one of each. */
function situationAt(edge: EdgeUse, lane: Lane): Situation {
  if (edge.filled === true && lane === "NULLS") return "IDENTITY:filled";
  if (edge.groupKey === "only" && lane === "KEY_LOST") return "IDENTITY:distinct";
  return situationOf(edge);
}

/** Beside the other value there may be none, where what cannot be read becomes null. */
function consequencesOf(edge: EdgeUse, lane: Lane): readonly Consequence[] {
  const steps = readingOf(edge, lane);
  if (edge.tried !== true || !TRIED_LANES.has(lane)) return steps;
  const isOther = steps.some(({ slot }) => slot === "col");
  const isNull = steps.some(({ slot, lane: made }) => slot === "col" && made === NULLS);
  return isOther && !isNull
    ? [...steps, ...withCap(direct("ARITH:tried", lane), capOf(edge, lane))]
    : steps;
}

const TRIED_LANES: ReadonlySet<Lane> = new Set(["ENUM_ADDED", "ENUM_REMOVED", "SHIFTED", "VALUE"]);
const NULLS = laneNumber("NULLS");

function readingOf(edge: EdgeUse, lane: Lane): readonly Consequence[] {
  const cap = capOf(edge, lane);
  const situation = situationAt(edge, lane);
  if (edge.coalesced === true && lane === "NULLS")
    return edge.use === "ARITH"
      ? withCap(direct("COALESCE", lane), cap)
      : // That the nulls meant what the constant means is likely.
        withCap(direct(situation, lane), 1);
  if (lane === "POS" && isOfStar(edge) && HOLDS_ROWS.has(edge.use))
    return withCap(direct("ARITH:row", lane), cap);
  const missing = missingAt(edge, lane);
  if (missing !== undefined) return withCap(direct(missing, lane), cap);
  if (
    edge.castFirst !== undefined &&
    CAST_LANES.has(lane) &&
    !(edge.takes === "form" && lane === "TYPE_RESPELLED")
  ) {
    const cast = castOf(edge, lane);
    return withCap(
      direct(cast, lane).flatMap((step) =>
        step.slot === "col" ? afterReading(situation, step) : [step],
      ),
      cap,
    );
  }
  const converted = convertedAt(edge, lane);
  if (converted !== undefined) return withCap(overConverted(situation, converted, lane), cap);
  const typed = typedAt(edge, lane);
  if (typed !== undefined) {
    const known: Level =
      edge.takesAt === undefined || typed === "ARITH:refused" ? 3 : CAP[edge.takesAt];
    return withCap(direct(typed, lane), Math.min(cap, known) as Level);
  }
  if (edge.reader === undefined || !isSchemaLane(edge, lane) || edge.reader === "strict") {
    return withCap(direct(situation, lane), cap);
  }
  if (situation === "STAR" || situation === "STAR:optional")
    return withCap(direct(situation, lane), cap);
  const mode = modeOf(edge.reader, edge);
  const first = direct(mode, lane);
  if (first.length === 0 && ruleFor(mode, lane) === undefined)
    return withCap(direct(situation, lane), cap);
  return withCap(
    first.flatMap((step) => (step.slot === "col" ? afterReading(situation, step) : [step])),
    cap,
  );
}

function castOf(edge: EdgeUse, lane: Lane): Situation {
  const cast = firstCast(edge);
  return convertedAt(cast, lane)?.first ?? situationOf(cast);
}

function overConverted(
  situation: Situation,
  { first, instead }: Converted,
  lane: Lane,
): readonly Consequence[] {
  if (first === undefined) return direct(instead ?? situation, lane);
  return direct(first, lane).flatMap((step) =>
    step.slot === "col" ? afterReading(situation, step) : [step],
  );
}

/** Readers that name no column, or that a column which is missing does not stop. */
function missingAt(edge: EdgeUse, lane: Lane): Situation | undefined {
  if (lane !== "GONE" && lane !== "RENAMED") return undefined;
  if (edge.bound === true && lane === "RENAMED") return "IDENTITY:bound";
  if (isOrNull(edge)) return "LENIENT_READ";
  if (isIfThere(edge)) return "STAR";
  if (edge.caught !== undefined) return caughtAt(edge);
  if (!isOfStar(edge)) return undefined;
  return lane === "RENAMED" && COUNTS.has(edge.use) ? "COUNT_STAR" : "IDENTITY:shown";
}

/** The name still means something: a column of the row that the query around this one is at. */
function caughtAt({ caught, use }: EdgeUse): Situation {
  if (use === "GROUP_BY") return "GROUP_BY:caught";
  return caught === "rows" ? "FILTER:caught" : "IDENTITY:caught";
}

/** What has the values of a row in it, one after the other: `to_json(o)`, `list(o)`. */
const HOLDS_ROWS: ReadonlySet<Use> = new Set(["ARITH", "AGG_SUM"]);

const COUNTS: ReadonlySet<Use> = new Set(["AGG_COUNT", "AGG_DISTINCT"]);

/** What the engine itself says to another type. */
function typedAt(edge: EdgeUse, lane: Lane): Situation | undefined {
  if (edge.strict === true && (REFUSED_LANES.has(lane) || takesTruthOnly(edge, lane)))
    return "ARITH:refused";
  if (takesNoOther(edge, lane)) return TAKES[edge.takes ?? "days"];
  if (edge.mixes === undefined || !UNITED_LANES.has(lane)) return undefined;
  return edge.mixes === "text" ? "POSITIONAL:as_text" : "POSITIONAL:mixes";
}

const TAKES = {
  days: "ARITH:days",
  span: "ARITH:span",
  spans: "ARITH:spans",
  small: "ARITH:small",
  whole: "ARITH:only_whole",
  form: "ARITH:form",
} as const satisfies Record<NonNullable<EdgeUse["takes"]>, Situation>;

/** More bits are no other kind of number; a date that gets a time has that. */
const takesNoOther = ({ takes }: EdgeUse, lane: Lane): boolean =>
  lane === "TYPE_RESPELLED"
    ? takes !== undefined
    : lane === "TYPE_WIDE" && (takes === "small" || takes === "days");

/** What an explicit cast has a say in before anything else does. */
const CAST_LANES: ReadonlySet<Lane> = new Set([
  "SHIFTED",
  "TYPE_WIDE",
  "TYPE_RESPELLED",
  "TYPE_INCOMPAT",
  "TYPE_RECAST",
  "TYPE_SOFT",
  "TYPE_EQUATED",
]);

/** Another kind of type: a truth value that is taken for a number is none. */
const REFUSED_LANES: ReadonlySet<Lane> = new Set(["TYPE_INCOMPAT", "TYPE_RECAST", "TYPE_EQUATED"]);

/** `bool_or(is_gift)`: unlike a condition, it takes no number for a truth value. */
const takesTruthOnly = (edge: EdgeUse, lane: Lane): boolean =>
  lane === "TYPE_SOFT" && (situationOf(edge) === "AGG_IDEMPOTENT:truth" || edge.detail === "bool");

/** What a set operation that unites types has a say in. */
const UNITED_LANES: ReadonlySet<Lane> = new Set([
  ...REFUSED_LANES,
  "TYPE_WIDE",
  "TYPE_RESPELLED",
  "TYPE_SOFT",
]);

const withCap = (steps: readonly Consequence[], cap: Level): readonly Consequence[] =>
  cap === 3 ? steps : steps.map((step) => ({ ...step, level: Math.min(step.level, cap) as Level }));

function rowSetConsequences(rule: RowSetRule | undefined, lane: Lane): readonly Consequence[] {
  if (rule === undefined) return [];
  return rule.gives.map(([effect, certainty]) => ({
    slot: "rows" as const,
    lane: laneNumber(effect === "same" ? lane : effect),
    level: levelOf(certainty),
    rule,
  }));
}

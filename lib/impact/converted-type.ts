import type { EdgeUse } from "#lib/graph/snapshot.ts";
import { typeFamily } from "./classify-type.ts";
import type { Lane } from "./effects.ts";
import { situationOf } from "./situation.ts";
import type { Situation } from "./uses.ts";

/**
 * What an engine that converts by itself does with another type there (Spark, measured in both of its modes). `first`: what
 * becomes of the values before the use gets them.
 */
export interface Converted {
  readonly first?: Situation;
  readonly instead?: Situation;
}

/** Undefined: nothing of its own, as on other engines. */
export function convertedAt(edge: EdgeUse, lane: Lane): Converted | undefined {
  if (edge.converts !== true || edge.reader !== undefined) return undefined;
  const situation = situationOf(edge);
  if (TYPE_LANES.has(lane) && isTruth(edge, situation)) return { instead: "FILTER:truth" };
  if (TYPE_LANES.has(lane) && ONE_TYPE.has(edge.detail ?? "")) return { instead: "ARITH:alike" };
  if (lane === "TYPE_SOFT") return softly(edge, situation);
  if (lane !== "TYPE_INCOMPAT") return undefined;
  if (UNITES.has(situation)) return { instead: "COALESCE:converts" };
  if (situation === "ARITH:letters") return { instead: "ARITH:text" };
  return TYPED.has(situation) ? { first: "CAST:converts" } : undefined;
}

/** The same values as another type. */
function softly({ detail }: EdgeUse, situation: Situation): Converted | undefined {
  if (SPELLS.has(situation)) return { instead: "ARITH:spelled" };
  const computes = ADDS.test(situation) || (detail !== undefined && SIGNS.has(detail));
  return computes ? { instead: "ARITH:as_number" } : undefined;
}

const SPELLS: ReadonlySet<Situation> = new Set(["ARITH:text", "AGG_SUM:text", "CAST:text"]);

/** Averages too. */
const ADDS = /^AGG_SUM(?::(?:plain|additive|mean|distinct))?$/;

const SIGNS: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"].map((sign) => `op:${sign}`));

/** The cast that comes before the use, as a use of its own. */
export const firstCast = ({ castFirst, converts }: EdgeUse): EdgeUse => ({
  use: "CAST",
  detail: `cast:${castFirst}`,
  ...(converts === undefined ? {} : { converts }),
});

/** Where a number that is written as a text is read as that number again. */
export const readsNumbers = (edge: EdgeUse): boolean => {
  const read = edge.castFirst === undefined ? edge : firstCast(edge);
  const converted = convertedAt(read, "TYPE_INCOMPAT");
  // A moment and a truth value are made of a number in another way than of its text: there it is null.
  const wanted = read.use === "CAST" ? /^cast:(.+)$/.exec(read.detail ?? "")?.[1] : undefined;
  if (wanted !== undefined && !NUMBERS.has(typeFamily(wanted))) return false;
  return converted?.first !== undefined || converted?.instead === "COALESCE:converts";
};

const NUMBERS: ReadonlySet<string> = new Set(["integer", "decimal", "float"]);

const TYPE_LANES: ReadonlySet<Lane> = new Set([
  "TYPE_INCOMPAT",
  "TYPE_RECAST",
  "TYPE_SOFT",
  "TYPE_EQUATED",
]);

/** `where is_gift`, `bool_or(is_gift)`: the column itself is what has to be true. */
const isTruth = ({ detail }: EdgeUse, situation: Situation): boolean =>
  situation === "AGG_IDEMPOTENT:truth" || (detail === "bool" && CONDITIONS.test(situation));

const CONDITIONS = /^(?:FILTER|CONDITIONAL|CONDITIONAL_NO_ELSE)\b/;

/** What takes values of one type only, and converts none. */
const ONE_TYPE: ReadonlySet<string> = new Set(["fn:greatest", "fn:least"]);

/** One type is made of this one and of others. */
const UNITES: ReadonlySet<Situation> = new Set([
  "COALESCE",
  "COALESCE:fallback",
  "COALESCE:text",
  "COALESCE:word",
  "COALESCE:maybe_word",
  "POSITIONAL",
  "POSITIONAL:set",
  "POSITIONAL:names",
  "POSITIONAL:set_names",
  "ARITH:null_if",
]);

/** A number, a date or whatever stands beside it is wanted. */
const TYPED: ReadonlySet<Situation> = new Set([
  "CAST",
  "CAST:plain",
  "ARITH",
  "ARITH:call",
  "ARITH:compares",
  "ARITH:counts",
  "ARITH:divides",
  "ARITH:parses",
  "ARITH:whole",
  "AGG_SUM",
  "AGG_SUM:additive",
  "AGG_SUM:distinct",
  "AGG_SUM:mean",
  "AGG_SUM:plain",
  "CONDITIONAL",
  "CONDITIONAL:compares",
  "CONDITIONAL:equals",
  "CONDITIONAL_NO_ELSE",
  "CONDITIONAL_NO_ELSE:compares",
  "CONDITIONAL_NO_ELSE:equals",
  "CONDITIONAL_NO_ELSE:filter",
  "FILTER",
  "FILTER:compares",
  "FILTER:asks",
  "FILTER:bounds",
  "FILTER:differs",
  "FILTER:differs_text",
  "FILTER:equals",
  "FILTER:equals_text",
  "FILTER:member",
  "FILTER_IN",
  "FILTER_IN:plan",
  "FILTER_IN:text",
  "JOIN_INNER",
  "JOIN_INNER:plan",
  "JOIN_LEFT",
  "JOIN_LEFT:optional",
  "JOIN_LEFT:preserved",
  "NATURAL_JOIN",
  "SORT:computed",
  "WINDOW:computed",
]);

import { TRAIT } from "#lib/graph/snapshot.ts";
import { hiBits, joinWords, type Lane, laneNumber, loBits, maskOf } from "./effects.ts";

export interface Words {
  readonly lo: number;
  readonly hi: number;
}

/** What a table's own policy, or what was observed in it, makes of effects at its columns before its readers see them. */
export interface BoundaryRule {
  readonly id: `FL-${string}`;
  readonly trait: number;
  readonly on: readonly Lane[];
  /** The lanes vanish from the column. */
  readonly drops: boolean;
  /** The lanes stay, at most at this certainty: 1 possible, 2 likely. */
  readonly cap?: 1 | 2;
  /** What the run gets. */
  readonly error?: 1 | 2 | 3;
  readonly text: string;
}

const SCHEMA: readonly Lane[] = [
  "GONE",
  "RENAMED",
  "NEW",
  "NEW_COLLIDES",
  "TYPE_WIDE",
  "TYPE_RESPELLED",
  "TYPE_LOSSY",
  "TYPE_INCOMPAT",
  "TYPE_RECAST",
  "TYPE_SOFT",
  "TYPE_EQUATED",
  "NEW_NAME",
];

export const BOUNDARY_RULES: readonly BoundaryRule[] = [
  {
    id: "FL-1301",
    trait: TRAIT.contractEnforced,
    on: SCHEMA,
    drops: false,
    error: 3,
    text: "its contract is enforced, and the columns differ from it",
  },
  {
    id: "FL-1310",
    trait: TRAIT.required,
    on: ["NULLS"],
    drops: false,
    error: 3,
    text: "the column is declared not null in its enforced contract, and the database refuses the row",
  },
  {
    id: "FL-1302",
    trait: TRAIT.incrementalFail,
    on: SCHEMA,
    drops: false,
    error: 3,
    text: "the incremental model fails when its columns change",
  },
  {
    id: "FL-1303",
    trait: TRAIT.incrementalIgnore | TRAIT.incrementalAppend,
    on: ["GONE", "RENAMED"],
    drops: true,
    error: 2,
    text: "the incremental table still has the column, and the insert finds nothing to put there",
  },
  {
    id: "FL-1313",
    trait: TRAIT.keepsTypes,
    on: ["TYPE_INCOMPAT"],
    drops: true,
    error: 2,
    text: "the table keeps its types, and values that do not fit them cannot be put into it",
  },
  {
    id: "FL-1314",
    trait: TRAIT.alignsTypes,
    on: ["TYPE_INCOMPAT"],
    drops: false,
    error: 2,
    text: "the column is given the new type, and what it holds may not convert to it",
  },
  {
    id: "FL-1304",
    trait: TRAIT.incrementalIgnore,
    on: ["NEW", "NEW_COLLIDES", "NEW_NAME"],
    drops: true,
    text: "the incremental table ignores new columns, so they never appear",
  },
  {
    id: "FL-1305",
    trait: TRAIT.onlyNulls,
    on: ["NULLS", "UNIT", "SHIFTED", "TYPE_LOSSY", "ENUM_REMOVED"],
    drops: true,
    text: "the column held only nulls when it was last observed, and still does",
  },
  {
    id: "FL-1306",
    trait: TRAIT.onlyNulls,
    on: ["VALUE"],
    drops: false,
    cap: 1,
    text: "the column held only nulls when it was last observed, and may go on so",
  },
  {
    id: "FL-1307",
    trait: TRAIT.empty,
    on: ["NULLS", "VALUE", "UNIT", "SHIFTED", "TYPE_LOSSY", "ENUM_ADDED", "ENUM_REMOVED"],
    drops: true,
    text: "the table had no rows when it was last observed",
  },
  {
    id: "FL-1309",
    trait: TRAIT.alwaysNull,
    on: ["NULLS", "VALUE", "UNIT", "SHIFTED", "TYPE_LOSSY", "ENUM_ADDED", "ENUM_REMOVED"],
    drops: true,
    text: "its query writes NULL there, whatever the tables hold",
  },
  {
    id: "FL-1311",
    trait: TRAIT.keepsRows,
    on: ["NULLS", "VALUE", "UNIT", "SHIFTED", "TYPE_LOSSY", "ENUM_ADDED", "ENUM_REMOVED"],
    drops: false,
    cap: 2,
    text: "a run brings it some rows only, and the others keep what they hold",
  },
];

interface RowsRule {
  readonly id: `FL-${string}`;
  readonly trait: number;
  readonly on: readonly Lane[];
  readonly source: "what was observed" | "the table's own policy";
  readonly text: string;
}

/** What makes of effects at a table's row set something that is at most possible. */
export const CAPPED_ROWS_RULES: readonly RowsRule[] = [
  {
    id: "FL-1308",
    trait: TRAIT.empty,
    on: ["ROWS_LOST", "ROWS_EXTRA", "GRAIN", "THINNED"],
    source: "what was observed",
    text: "the table had no rows when it was last observed, and may stay so",
  },
  {
    id: "FL-1312",
    trait: TRAIT.keepsRows,
    on: ["ROWS_LOST", "THINNED"],
    source: "the table's own policy",
    text: "a run takes no rows away from it: those that are missing above stay, and new ones may be missing",
  },
];

const MASKS = BOUNDARY_RULES.map((rule) => ({ rule, ...maskOf(rule.on) }));
const ROW_MASKS = CAPPED_ROWS_RULES.map((rule) => ({ rule, ...maskOf(rule.on) }));
export const ANY_BOUNDARY = BOUNDARY_RULES.reduce((traits, rule) => traits | rule.trait, 0);
/** Traits that say something of the row set. */
export const ROWS_BOUNDARY = CAPPED_ROWS_RULES.reduce((traits, rule) => traits | rule.trait, 0);
const ERROR = laneNumber("ERROR");

/** The highest level among the fields of a word. */
const highest = (word: number): 0 | 1 | 2 | 3 => {
  const high = word & 0xaaaaaaaa;
  const low = word & 0x55555555;
  if (high !== 0) return (high >>> 1) & low ? 3 : 2;
  return low !== 0 ? 1 : 0;
};

/** The fields of the mask at most "possible", or at most "likely". */
const capWord = (word: number, mask: number, cap: 1 | 2 = 1): number =>
  cap === 1
    ? (word & ~mask) | ((word | (word >>> 1)) & mask & 0x55555555)
    : word & ~((word >>> 1) & mask & 0x55555555);

/** The row set of a table with these traits. */
export function capRows(traits: number, words: Words): Words {
  let { lo, hi } = words;
  for (const mask of ROW_MASKS) {
    if ((traits & mask.rule.trait) === 0) continue;
    lo = capWord(lo, mask.lo);
    hi = capWord(hi, mask.hi);
  }
  return { lo, hi };
}

/** The column's state behind the policy, and what the run gets. Undefined: no rule speaks. */
export function applyBoundary(
  traits: number,
  { lo, hi }: Words,
): { readonly column: Words; readonly runLo: number; readonly runHi: number } | undefined {
  let keptLo = lo;
  let keptHi = hi;
  let runLo = 0;
  let runHi = 0;
  let spoke = false;
  for (const mask of MASKS) {
    if ((traits & mask.rule.trait) === 0) continue;
    const level = Math.max(highest(lo & mask.lo), highest(hi & mask.hi));
    if (level === 0) continue;
    spoke = true;
    if (mask.rule.drops) {
      keptLo &= ~mask.lo;
      keptHi &= ~mask.hi;
    }
    if (mask.rule.cap !== undefined) {
      keptLo = capWord(keptLo, mask.lo, mask.rule.cap);
      keptHi = capWord(keptHi, mask.hi, mask.rule.cap);
    }
    const reached = Math.min(level, mask.rule.error ?? 0) as 0 | 1 | 2 | 3;
    if (reached === 0) continue;
    runLo = joinWords(runLo, loBits(ERROR, reached));
    runHi = joinWords(runHi, hiBits(ERROR, reached));
  }
  return spoke ? { column: { lo: keptLo, hi: keptHi }, runLo, runHi } : undefined;
}

/** The rule that speaks for a lane at an asset with these traits. */
export const boundaryRuleFor = (traits: number, lane: Lane): BoundaryRule | undefined =>
  BOUNDARY_RULES.find((rule) => (traits & rule.trait) !== 0 && rule.on.includes(lane));

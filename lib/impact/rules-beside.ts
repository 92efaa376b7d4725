import type { EdgeUse, Snapshot } from "#lib/graph/snapshot.ts";
import { afterReading, type Consequence, direct } from "./consequence.ts";
import { readsNumbers } from "./converted-type.ts";
import { LANES, type Level, laneNumber } from "./effects.ts";
import type { Ignored } from "./ignored.ts";
import { isOfRows } from "./left-out.ts";
import { comparesWithOthers, type RenamedValue } from "./renamed-value.ts";
import { type ReadKind, situationOf } from "./situation.ts";

/** Rules as the engine uses them: for each use of a snapshot, what each lane turns into. */
export interface CompiledRules {
  /** `consequences[use][lane]`. */
  readonly consequences: readonly (readonly (readonly Consequence[])[])[];
  /** Why nothing follows, where a rule says so. */
  readonly stops: readonly (readonly (string | undefined)[])[];
  readonly readKinds: readonly ReadKind[];
  /** `rowSets[code][lane]`. */
  readonly rowSets: readonly (readonly (readonly Consequence[])[])[];
}

/** Rules as they are where more is known of the changes. */
export function rulesBeside(
  snapshot: Snapshot,
  { plain, ignored }: { readonly plain: CompiledRules; readonly ignored: Ignored },
): CompiledRules {
  const known = withoutRenamed(snapshot, plain, ignored.renamed);
  const numbered = ignored.numbersAsText === true ? withNumbers(snapshot, known) : known;
  const rules = withTexts(snapshot, numbered, ignored.texts);
  const leftOut = ignored.leftOut?.uses;
  if (leftOut === undefined) return rules;
  const isOut = snapshot.uses.map((use) => use.leftOut !== undefined && leftOut.has(use.leftOut));
  const because = "the condition beside it leaves out the rows that change";
  return {
    ...rules,
    // That it fails over rows that are left out later cannot be excluded.
    consequences: rules.consequences.map((row, use) =>
      isOut[use] === true
        ? row.map((each, lane) => (STAYS.has(lane) ? each : each.filter(isOfRun)))
        : row,
    ),
    stops: rules.stops.map((row, use) => (isOut[use] === true ? row.map(() => because) : row)),
  };
}

/** What no condition on rows leaves out: it comes of a relation's run or columns, not of its rows. */
const STAYS: ReadonlySet<number> = new Set(
  LANES.filter((lane) => !isOfRows(lane)).map((lane) => laneNumber(lane)),
);

const isOfRun = ({ slot }: Consequence): boolean => slot === "run";

function withoutRenamed(
  snapshot: Snapshot,
  rules: CompiledRules,
  renamed: RenamedValue | undefined,
): CompiledRules {
  if (renamed === undefined) return rules;
  const ignores = snapshot.uses.map((use) => comparesWithOthers(use, renamed));
  const instead = <T>(rows: readonly (readonly T[])[], other: T): readonly (readonly T[])[] =>
    rows.map((row, use) =>
      ignores[use] === true ? row.map((each, lane) => (lane === ENUM_REMOVED ? other : each)) : row,
    );
  return {
    ...rules,
    consequences: instead<readonly Consequence[]>(rules.consequences, []),
    stops: instead<string | undefined>(rules.stops, "compares with other values"),
  };
}

/** What the texts do beside being read as numbers is that of another type with the same values, which is told apart. */
function withNumbers(snapshot: Snapshot, rules: CompiledRules): CompiledRules {
  const isRead = snapshot.uses.map(readsNumbers);
  if (!isRead.includes(true)) return rules;
  const instead = <T>(rows: readonly (readonly T[])[], other: T): readonly (readonly T[])[] =>
    rows.map((row, use) =>
      isRead[use] === true ? row.map((each, lane) => (lane === TYPE_INCOMPAT ? other : each)) : row,
    );
  return {
    ...rules,
    consequences: instead<readonly Consequence[]>(rules.consequences, []),
    stops: instead<string | undefined>(rules.stops, "Spark reads the texts as numbers again"),
  };
}

function withTexts(
  snapshot: Snapshot,
  rules: CompiledRules,
  texts: Ignored["texts"],
): CompiledRules {
  if (texts === undefined) return rules;
  const changed = texts === "others" ? SHIFTED : TYPE_INCOMPAT;
  const other = texts === "others" ? overOtherText : overNumber;
  return {
    ...rules,
    consequences: rules.consequences.map((row, use) => {
      const edge = snapshot.uses[use];
      return edge === undefined
        ? row
        : row.map((each, lane) => (lane === changed ? other(each, edge) : each));
    }),
  };
}

/** What only takes texts of a form most likely refuses another text. */
const overOtherText = (steps: readonly Consequence[]): readonly Consequence[] =>
  steps.some(isError)
    ? steps.map((step) => ({
        ...step,
        level: (isError(step) ? Math.max(step.level, 2) : Math.min(step.level, 1)) as Level,
      }))
    : steps;

const isError = ({ slot, lane }: Consequence): boolean => slot === "run" && lane === ERROR;

/** DuckDB casts any number to any other, and finds nothing in a number that is read as JSON. */
function overNumber(steps: readonly Consequence[], edge: EdgeUse): readonly Consequence[] {
  if (edge.lax !== true || edge.reader !== undefined) return steps;
  const situation = situationOf(edge);
  if (situation === "ARITH:json") return direct("ARITH:json_number", "TYPE_INCOMPAT");
  if (edge.castFirst === undefined)
    return situation === "CAST:plain" ? direct("CAST:number", "TYPE_INCOMPAT") : steps;
  return direct("CAST:number", "TYPE_INCOMPAT").flatMap((step) => afterReading(situation, step));
}

const ERROR = laneNumber("ERROR");
const SHIFTED = laneNumber("SHIFTED");
const TYPE_INCOMPAT = laneNumber("TYPE_INCOMPAT");
const ENUM_REMOVED = laneNumber("ENUM_REMOVED");

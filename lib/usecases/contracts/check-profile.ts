import type {
  ObjectShape,
  PropertyShape,
  QualityShape,
} from "#lib/ingest/contract/contract-shape.ts";
import { countsDuplicates, countsNulls } from "#lib/ingest/contract/library-metrics.ts";
import { asNumber } from "#lib/ingest/loose-value.ts";
import type { Column, Profile } from "#lib/model/asset.ts";
import type { ContractViolation } from "./contract-violation.ts";
import { asksForProfile } from "./list-unobserved.ts";
import { breaksBounds } from "./quality-bounds.ts";

interface Profiled {
  readonly path: string;
  readonly object: ObjectShape;
  readonly property: PropertyShape;
  readonly column: Column;
  readonly asset: string;
}

/** Promises of a column's values against what was counted in it. */
export function checkProfile(input: Profiled): readonly ContractViolation[] {
  const { property, column } = input;
  const { profile } = column;
  if (profile === undefined) return asksForProfile(property, column) ? [notCounted(input)] : [];
  return [
    ...checkNulls(input, profile),
    ...checkUnique(input, profile),
    ...checkRange(input, profile),
    ...property.quality.flatMap((rule) => checkRule(input, rule, profile)),
  ];
}

const notCounted = ({ path, asset }: Profiled): ContractViolation => ({
  path,
  rule: "not-observed",
  severity: "info",
  what: "nobody has looked at its values; `faultline profile` does",
  asset,
});

const percent = (share: number): string => `${Math.round(share * 1_000) / 10}%`;

function checkNulls(
  { path, property, asset }: Profiled,
  { nullShare }: Profile,
): readonly ContractViolation[] {
  if (!property.required || nullShare === undefined || nullShare === 0) return [];
  return [
    {
      path,
      rule: "nulls-found",
      severity: "error",
      what: `it is promised to be required, and ${percent(nullShare)} of it is null`,
      promised: "0%",
      observed: percent(nullShare),
      asset,
    },
  ];
}

function checkUnique(
  { path, object, property, asset }: Profiled,
  { distinct, rows, nullShare = 0 }: Profile,
): readonly ContractViolation[] {
  const isKey = object.key.length === 1 && object.key[0] === property.path;
  if (!(property.unique || isKey) || distinct === undefined || rows === undefined) return [];
  const filled = Math.round(rows * (1 - nullShare));
  if (distinct >= filled) return [];
  return [
    {
      path,
      rule: "duplicates-found",
      severity: "error",
      what: `it is promised to be unique, and ${filled} values are ${distinct} different ones`,
      promised: String(filled),
      observed: String(distinct),
      asset,
    },
  ];
}

function checkRange(
  { path, property, asset }: Profiled,
  { min, max }: Profile,
): readonly ContractViolation[] {
  const bound = (key: string) => asNumber(property.options.get(key));
  const [low, high] = [asNumber(min), asNumber(max)];
  const found: ContractViolation[] = [];
  const tell = (promised: string, observed: number) =>
    found.push({
      path,
      rule: "out-of-range",
      severity: "error",
      what: `${promised} is promised, and ${observed} was seen`,
      promised,
      observed: String(observed),
      asset,
    });
  const [minimum, above] = [bound("minimum"), bound("exclusiveMinimum")];
  const [maximum, below] = [bound("maximum"), bound("exclusiveMaximum")];
  if (low !== undefined && minimum !== undefined && low < minimum) tell(`at least ${minimum}`, low);
  if (low !== undefined && above !== undefined && low <= above) tell(`more than ${above}`, low);
  if (high !== undefined && maximum !== undefined && high > maximum)
    tell(`at most ${maximum}`, high);
  if (high !== undefined && below !== undefined && high >= below) tell(`less than ${below}`, high);
  return found;
}

/** Rules of the library that a profile answers; a query of its own is for the tool that runs it. */
function checkRule(
  { path, asset }: Profiled,
  rule: QualityShape,
  { nullShare, rows, distinct }: Profile,
): readonly ContractViolation[] {
  const isShare = rule.bounds.get("unit") === "percent";
  const value = countsNulls(rule.metric)
    ? amount(nullShare, { rows, isShare })
    : countsDuplicates(rule.metric) && rows !== undefined && distinct !== undefined
      ? amount(rows === 0 ? 0 : Math.max(0, 1 - (nullShare ?? 0) - distinct / rows), {
          rows,
          isShare,
        })
      : undefined;
  const broken = value === undefined ? undefined : breaksBounds(rule, value);
  if (value === undefined || broken === undefined) return [];
  const observed = isShare ? `${value}%` : String(value);
  return [
    {
      path,
      rule: "quality-broken",
      severity: "error",
      what: `${rule.label}: ${broken} is promised, and ${observed} was seen`,
      promised: broken,
      observed,
      asset,
    },
  ];
}

function amount(
  share: number | undefined,
  { rows, isShare }: { readonly rows: number | undefined; readonly isShare: boolean },
): number | undefined {
  if (share === undefined) return undefined;
  if (isShare) return Math.round(share * 1e6) / 1e4;
  return rows === undefined ? (share === 0 ? 0 : undefined) : Math.round(share * rows);
}

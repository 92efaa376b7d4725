import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type {
  ObjectShape,
  PropertyShape,
  QualityShape,
} from "#lib/ingest/contract/contract-shape.ts";
import { asRecord, asText } from "#lib/ingest/loose-value.ts";
import type { Column } from "#lib/model/asset.ts";
import { listOf } from "#lib/view/verdict-words.ts";
import type { ContractViolation } from "./contract-violation.ts";

/** What a profile answers: ends of numbers, nulls, values that repeat. */
const RANGES: ReadonlySet<string> = new Set([
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
]);
const COUNTED =
  /^(?:nullValues|missingValues|nullCheck|duplicateValues|duplicateCount|uniqueCheck)$/i;
/** Compared as the property's own list of values. */
const LISTED = /^invalidValues$/i;

/** Whether a profile would say if the property's values are as promised. */
export const asksForProfile = (
  { required, unique, options, quality }: PropertyShape,
  { nullable }: Column,
): boolean =>
  (required && nullable !== false) ||
  unique ||
  [...options.keys()].some((key) => RANGES.has(key)) ||
  quality.some(({ metric }) => COUNTED.test(metric ?? ""));

/** Promises of a column that nothing observed speaks of: said, so that nobody takes them for kept. */
export function untoldOfProperty(
  property: PropertyShape,
  { path, asset }: { readonly path: string; readonly asset: string },
): readonly ContractViolation[] {
  const told = property.isNested
    ? [...(hasPromises(property) ? ["what is inside of the column"] : [])]
    : [
        ...[...property.options.keys()]
          .filter((key) => !RANGES.has(key))
          .map((key) => `its ${key}`),
        ...(property.values === undefined ? [] : ["its list of values"]),
        ...property.relationships.map((text) => `that it refers to ${targetOf(text)}`),
        ...property.quality.filter(isUnanswered).map(sayRule),
      ];
  return told.length === 0 ? [] : [unobserved({ path, asset, told })];
}

/** The same of a table: rules that need its rows counted, or a query run. */
export function untoldOfTable(
  object: ObjectShape,
  { id, attributes, columns }: MergedAsset,
): readonly ContractViolation[] {
  const isCounted =
    attributes.rows !== undefined || columns.some(({ profile }) => profile?.rows !== undefined);
  const told = object.quality
    .filter(({ metric }) => !(isCounted && /^rowCount$/i.test(metric ?? "")))
    .map(sayRule);
  return told.length === 0 ? [] : [unobserved({ path: object.name, asset: id, told })];
}

const hasPromises = ({ required, unique, options, values, quality }: PropertyShape): boolean =>
  required || unique || options.size > 0 || values !== undefined || quality.length > 0;

const isUnanswered = ({ metric = "" }: QualityShape): boolean =>
  !COUNTED.test(metric) && !LISTED.test(metric);

const sayRule = ({ label }: QualityShape): string => `the rule ${label}`;

function targetOf(relationship: string): string {
  const { to } = asRecord(JSON.parse(relationship)) ?? {};
  return asText(to) ?? JSON.stringify(to);
}

const unobserved = ({
  path,
  asset,
  told,
}: {
  readonly path: string;
  readonly asset: string;
  readonly told: readonly string[];
}): ContractViolation => ({
  path,
  rule: "not-observed",
  severity: "info",
  what: `promised, and nothing that was read tells it: ${listOf(told)}`,
  asset,
});

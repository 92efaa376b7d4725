import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type {
  ObjectShape,
  PropertyShape,
  QualityShape,
} from "#lib/ingest/contract/contract-shape.ts";
import { countsDuplicates, countsNulls } from "#lib/ingest/contract/library-metrics.ts";
import { asList, asRecord, asText } from "#lib/ingest/loose-value.ts";
import { shortText } from "#lib/kit/short-text.ts";
import type { Column } from "#lib/model/asset.ts";
import { listOf } from "#lib/view/verdict-words.ts";
import type { ContractViolation } from "./contract-violation.ts";

/** What a profile answers: ends of numbers, nulls, values that repeat. */
const RANGES: ReadonlySet<string> = new Set([
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
]);
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
  quality.some(isCounted);

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
        ...property.relationships.map(sayRelationship),
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

const isCounted = ({ metric }: QualityShape): boolean =>
  countsNulls(metric) || countsDuplicates(metric);

const isUnanswered = (rule: QualityShape): boolean =>
  !isCounted(rule) && !LISTED.test(rule.metric ?? "");

const sayRule = ({ label }: QualityShape): string => `the rule ${label}`;

function sayRelationship(relationship: string): string {
  const { to } = asRecord(JSON.parse(relationship)) ?? {};
  const targets = [to, ...(asList(to) ?? [])].flatMap((one) => asText(one) ?? []);
  return targets.length === 0
    ? `the relationship ${shortText(relationship)}`
    : `that it refers to ${targets.join(", ")}`;
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

import { asList, asNumber } from "../loose-value.ts";
import { type ContractChange, type ContractDirection, contractChange } from "./contract-change.ts";
import type { QualityShape } from "./contract-shape.ts";
import { pairByKey } from "./pair-by-key.ts";

/** What quality rules promise more than before, or less. */
export function diffQuality({
  before,
  after,
  column,
  ...place
}: {
  readonly object: string;
  readonly path: string;
  readonly column?: string;
  readonly before: readonly QualityShape[];
  readonly after: readonly QualityShape[];
}): readonly ContractChange[] {
  const lost = (direction: ContractDirection) =>
    column === undefined || direction === "tightens"
      ? {}
      : {
          effect: {
            kind: "unit_or_meaning_changed" as const,
            column,
            certainty: "possible" as const,
          },
        };
  return pairByKey(before, after, ({ key }) => key).flatMap(({ before: old, after: now }) => {
    if (old === undefined)
      return now === undefined
        ? []
        : [
            contractChange({
              ...place,
              rule: "quality-added",
              what: `the quality rule ${now.label} is promised, too`,
              direction: "tightens",
            }),
          ];
    if (now === undefined)
      return [
        contractChange({
          ...place,
          ...lost("loosens"),
          rule: "quality-removed",
          what: `the quality rule ${old.label} is no longer promised`,
          direction: "loosens",
        }),
      ];
    const direction = directionOf(old, now);
    if (direction === undefined) return [];
    return [
      contractChange({
        ...place,
        ...lost(direction),
        rule: "quality-changed",
        what: `the quality rule ${old.label} is another: ${sayBounds(old)} before, ${sayBounds(now)} now`,
        direction,
        before: sayBounds(old),
        after: sayBounds(now),
      }),
    ];
  });
}

const sayBounds = ({ bounds, text }: QualityShape): string =>
  [
    ...[...bounds].map(([key, value]) => `${key} ${JSON.stringify(value)}`),
    ...(text === undefined ? [] : [text]),
  ].join(", ") || "nothing stated";

function directionOf(before: QualityShape, after: QualityShape): ContractDirection | undefined {
  const isOther = before.text !== after.text || before.metric !== after.metric;
  const found = new Set(
    [...new Set([...before.bounds.keys(), ...after.bounds.keys()])].flatMap(
      (key) => boundDirection(key, before.bounds.get(key), after.bounds.get(key)) ?? [],
    ),
  );
  if (found.size === 0) return isOther ? "unclear" : undefined;
  if (isOther) return found.has("both") || found.has("loosens") ? "both" : "unclear";
  if (found.size === 1) return [...found][0];
  return found.has("unclear") && found.size === 2 && !found.has("both") ? "unclear" : "both";
}

/** Of an interval the smaller one promises more. */
function boundDirection(key: string, old: unknown, now: unknown): ContractDirection | undefined {
  if (JSON.stringify(old) === JSON.stringify(now)) return undefined;
  if (old === undefined) return "tightens";
  if (now === undefined) return "loosens";
  if (/Between$/.test(key)) return rangeDirection(key, old, now);
  const [from, to] = [asNumber(old), asNumber(now)];
  if (from === undefined || to === undefined) return key === "mustBe" ? "both" : "unclear";
  if (/GreaterThan|GreaterOrEqual/.test(key)) return to > from ? "tightens" : "loosens";
  if (/LessThan|LessOrEqual/.test(key)) return to < from ? "tightens" : "loosens";
  return "both";
}

function rangeDirection(key: string, old: unknown, now: unknown): ContractDirection {
  const [a, b] = [asList(old) ?? [], asList(now) ?? []].map((range) => range.map(asNumber));
  const [oldLow, oldHigh] = a ?? [];
  const [low, high] = b ?? [];
  if (oldLow === undefined || oldHigh === undefined || low === undefined || high === undefined)
    return "unclear";
  const isInside = low >= oldLow && high <= oldHigh;
  const isAround = low <= oldLow && high >= oldHigh;
  const isNot = key.startsWith("mustNot");
  if (isInside) return isNot ? "loosens" : "tightens";
  return isAround ? (isNot ? "tightens" : "loosens") : "both";
}

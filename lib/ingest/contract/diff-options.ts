import { asNumber, asText } from "../loose-value.ts";
import { type ContractChange, type ContractDirection, contractChange } from "./contract-change.ts";
import { digitsOfDate } from "./digits-of-date.ts";
import type { Both } from "./property-pair.ts";

/** Bounds of which a smaller value allows more. */
const LOWER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
/** Bounds of which a larger value allows more. */
const UPPER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);

/** Options of the logical type, and the list of values: what they allow more than before, or less. */
export function diffOptions({ object, path, before, after }: Both): readonly ContractChange[] {
  const keys = new Set([...before.options.keys(), ...after.options.keys()]);
  const options = [...keys].flatMap((key) => {
    const [old, now] = [before.options.get(key), after.options.get(key)];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const direction = directionOf(key, old, now);
    return [
      contractChange({
        path,
        object,
        rule: `${key}-changed`,
        what: sayOption({ key, old, now, direction }),
        direction,
        ...(old === undefined ? {} : { before: String(old) }),
        ...(now === undefined ? {} : { after: String(now) }),
        ...(direction === "tightens"
          ? {}
          : {
              effect: {
                kind: "unit_or_meaning_changed",
                column: before.column,
                certainty: "possible",
              },
            }),
      }),
    ];
  });
  return [...options, ...diffValues({ object, path, before, after })];
}

/** What comes with more than one bound of a side is compared by its own. */
function directionOf(key: string, old: unknown, now: unknown): ContractDirection {
  if (now === undefined || now === false) return "loosens";
  if (old === undefined || old === false) return "tightens";
  const [from, to] = [comparable(old), comparable(now)];
  if (from === undefined || to === undefined) return "unclear";
  if (LOWER.has(key)) return to > from ? "tightens" : "loosens";
  if (UPPER.has(key)) return to < from ? "tightens" : "loosens";
  return "unclear";
}

/** Numbers, and dates as the standard allows them for bounds. */
const comparable = (value: unknown): number | undefined =>
  asNumber(value) ?? digitsOfDate(asText(value) ?? "");

function sayOption({
  key,
  old,
  now,
  direction,
}: {
  readonly key: string;
  readonly old: unknown;
  readonly now: unknown;
  readonly direction: ContractDirection;
}): string {
  if (old === undefined) return `${key} ${String(now)} is promised`;
  if (now === undefined) return `${key} ${String(old)} is no longer promised`;
  const meaning =
    direction === "loosens"
      ? ": more is allowed"
      : direction === "tightens"
        ? ": less is allowed"
        : "";
  return `${key} is ${String(now)} and no longer ${String(old)}${meaning}`;
}

function diffValues({ object, path, before, after }: Both): readonly ContractChange[] {
  const [old, now] = [before.values, after.values];
  if (old === undefined && now === undefined) return [];
  const said = { path, object };
  if (old === undefined)
    return [
      contractChange({
        ...said,
        rule: "enum-added",
        what: `only ${now?.join(", ")} are promised`,
        direction: "tightens",
      }),
    ];
  if (now === undefined)
    return [
      contractChange({
        ...said,
        rule: "enum-removed",
        what: "any value is allowed",
        direction: "loosens",
        effect: { kind: "enum_value_added", column: before.column },
      }),
    ];
  return [
    ...now
      .filter((value) => !old.includes(value))
      .map((value) =>
        contractChange({
          ...said,
          rule: "enum-value-added",
          what: `the value ${value} is allowed, too`,
          direction: "loosens",
          after: value,
          effect: { kind: "enum_value_added", column: before.column, value },
        }),
      ),
    ...old
      .filter((value) => !now.includes(value))
      .map((value) =>
        contractChange({
          ...said,
          rule: "enum-value-removed",
          what: `the value ${value} no longer occurs`,
          direction: "tightens",
          before: value,
          effect: { kind: "enum_value_removed_or_renamed", column: before.column, value },
        }),
      ),
  ];
}

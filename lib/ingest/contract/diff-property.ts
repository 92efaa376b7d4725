import { type ContractChange, type ContractEffect, contractChange } from "./contract-change.ts";
import type { PropertyShape } from "./contract-shape.ts";
import { diffOptions } from "./diff-options.ts";
import { diffQuality } from "./diff-quality.ts";
import { diffNotes, diffSet } from "./pair-by-key.ts";
import type { Both } from "./property-pair.ts";

interface PropertyPair {
  readonly object: string;
  readonly before: PropertyShape | undefined;
  readonly after: PropertyShape | undefined;
}

/** All that differs of one property. */
export function diffProperty({ object, before, after }: PropertyPair): readonly ContractChange[] {
  if (before === undefined) return after === undefined ? [] : [added(object, after)];
  if (after === undefined) return [removed(object, before)];
  const pair: Both = { object, path: `${object}.${before.path}`, before, after };
  return [
    ...diffName(pair),
    ...diffTypes(pair),
    ...diffFlags(pair),
    ...diffOptions(pair),
    ...diffMeaning(pair),
    ...diffQuality({
      object,
      path: pair.path,
      column: before.column,
      before: before.quality,
      after: after.quality,
    }),
    ...diffSet({
      object,
      path: pair.path,
      before: before.relationships,
      after: after.relationships,
      rule: "relationship",
      noun: "the relationship",
    }),
    ...diffNotes({ path: pair.path, object, before: before.notes, after: after.notes }),
  ];
}

/** A part inside a column is read through the column: its type is what differs. */
const insideOf = ({ column }: PropertyShape): ContractEffect => ({ kind: "type_changed", column });

const removed = (object: string, property: PropertyShape): ContractChange =>
  contractChange({
    path: `${object}.${property.path}`,
    object,
    rule: "property-removed",
    what: "the property is no longer promised",
    direction: "loosens",
    effect: property.isNested
      ? insideOf(property)
      : { kind: "drop_column", column: property.column },
  });

function added(object: string, property: PropertyShape): ContractChange {
  const { column, required, physicalType, logicalType } = property;
  const type = physicalType ?? logicalType;
  return contractChange({
    path: `${object}.${property.path}`,
    object,
    rule: "property-added",
    what: `the property is promised, too${required ? ", and required" : ""}`,
    direction: "tightens",
    ...(property.isNested
      ? {}
      : {
          effect: {
            kind: required ? "add_required_column" : "add_nullable_column",
            column,
            ...(type === undefined ? {} : { type }),
          },
        }),
  });
}

function diffName({ object, path, before, after }: Both): readonly ContractChange[] {
  const [old, now] = [before.physicalName ?? before.path, after.physicalName ?? after.path];
  if (old === now) return [];
  return [
    contractChange({
      path,
      object,
      rule: before.path === after.path ? "physical-name-changed" : "property-renamed",
      what: `it is called ${now} and no longer ${old}`,
      direction: "both",
      before: old,
      after: now,
      effect: before.isNested
        ? insideOf(before)
        : { kind: "rename_column", column: before.column, to: after.column },
    }),
  ];
}

const TYPES = ["logicalType", "physicalType"] as const;

function diffTypes({ object, path, before, after }: Both): readonly ContractChange[] {
  return TYPES.flatMap((key) => {
    const [old, now] = [before[key], after[key]];
    if (old === now || old?.replaceAll(" ", "") === now?.replaceAll(" ", "")) return [];
    const [word] = key.split("T");
    const types = {
      ...(old === undefined ? {} : { before: old }),
      ...(now === undefined ? {} : { after: now }),
    };
    const effect: ContractEffect =
      before.isNested || old === undefined || now === undefined
        ? insideOf(before)
        : { kind: "type_changed", column: before.column, fromType: old, toType: now };
    const said = { path, object, ...types };
    if (old === undefined)
      return [
        contractChange({
          ...said,
          rule: "type-added",
          what: `the ${word} type ${now} is promised`,
          direction: "tightens",
        }),
      ];
    if (now === undefined)
      return [
        contractChange({
          ...said,
          effect,
          rule: "type-removed",
          what: `the ${word} type ${old} is no longer promised`,
          direction: "loosens",
        }),
      ];
    return [
      contractChange({
        ...said,
        effect,
        rule: "type-changed",
        what: `the ${word} type is ${now} and no longer ${old}`,
        direction: "both",
      }),
    ];
  });
}

const FLAGS = [
  {
    key: "required",
    gained: "nullable_to_required",
    lost: "required_to_nullable",
    word: "required",
  },
  { key: "unique", gained: undefined, lost: "uniqueness_lost", word: "unique" },
] as const;

function diffFlags({ object, path, before, after }: Both): readonly ContractChange[] {
  return FLAGS.flatMap(({ key, gained, lost, word }) => {
    if (before[key] === after[key]) return [];
    const kind = after[key] ? gained : lost;
    const effect =
      before.isNested || kind === undefined ? {} : { effect: { kind, column: before.column } };
    return [
      contractChange({
        path,
        object,
        ...effect,
        rule: `${key}-${after[key] ? "added" : "removed"}`,
        what: after[key]
          ? `it is promised to be ${word}`
          : `it is no longer promised to be ${word}`,
        direction: after[key] ? "tightens" : "loosens",
      }),
    ];
  });
}

/** What a value means and who may see it: the text tells that it differs, and not how. */
function diffMeaning({ object, path, before, after }: Both): readonly ContractChange[] {
  const changes: ContractChange[] = [];
  const tell = (rule: string, what: string, more: Partial<ContractChange> = {}) =>
    changes.push(contractChange({ path, object, rule, what, direction: "unclear", ...more }));
  if (before.classification !== after.classification)
    tell(
      "classification-changed",
      `it is classified as ${after.classification ?? "nothing"} and no longer as ${before.classification ?? "nothing"}`,
    );
  if (before.transform !== after.transform)
    tell("transform-changed", "it is made in another way", {
      effect: { kind: "unit_or_meaning_changed", column: before.column, certainty: "possible" },
    });
  if (before.isCritical !== after.isCritical)
    tell(
      "criticality-changed",
      `it is ${after.isCritical ? "now" : "no longer"} a critical data element`,
      {
        direction: after.isCritical ? "note" : "notice",
      },
    );
  if (!before.isDeprecated && after.isDeprecated)
    tell("property-deprecated", "it is deprecated: plan to do without it", { direction: "notice" });
  return changes;
}

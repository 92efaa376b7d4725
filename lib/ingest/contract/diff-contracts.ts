import { type ContractChange, contractChange } from "./contract-change.ts";
import type { ContractShape, ObjectShape } from "./contract-shape.ts";
import { diffProperty } from "./diff-property.ts";
import { diffQuality } from "./diff-quality.ts";
import { diffSla } from "./diff-sla.ts";
import { diffNotes, diffSet, pairByKey } from "./pair-by-key.ts";

/** All that differs between two versions of a contract, in the order of the old one, what is new at the end of its part. */
export function diffContracts(
  before: ContractShape,
  after: ContractShape,
): readonly ContractChange[] {
  const objects = pairByKey(before.objects, after.objects, ({ name }) => name.toLowerCase());
  return [
    ...diffStatus(before.status, after.status),
    ...objects.flatMap(({ before: old, after: now }) => {
      if (old && now) return diffObjects(old, now);
      return old ? [objectRemoved(old)] : now ? [objectAdded(now)] : [];
    }),
    ...diffSla(before.sla, after.sla),
    ...diffNotes({ path: "", before: before.notes, after: after.notes }),
  ];
}

const LIFE = ["proposed", "draft", "active", "deprecated", "retired"];

/** A status that is no longer active ends promises; the word says so before the data does. */
function diffStatus(before: string, after: string): readonly ContractChange[] {
  if (before === after) return [];
  const said = { path: "status", rule: "status-changed", before, after };
  const what = `the contract was ${before} and is ${after}`;
  if (after === "retired") return [contractChange({ ...said, what, direction: "loosens" })];
  const isLess =
    after === "deprecated" || (before === "active" && LIFE.indexOf(after) < LIFE.indexOf(before));
  return [contractChange({ ...said, what, direction: isLess ? "notice" : "note" })];
}

const objectRemoved = ({ name }: ObjectShape): ContractChange =>
  contractChange({
    path: name,
    object: name,
    rule: "schema-removed",
    what: `the schema ${name} is no longer promised`,
    direction: "loosens",
    effect: { kind: "table_dropped_or_renamed" },
  });

const objectAdded = ({ name }: ObjectShape): ContractChange =>
  contractChange({
    path: name,
    object: name,
    rule: "schema-added",
    what: `the schema ${name} is promised, too`,
    direction: "tightens",
  });

function diffObjects(before: ObjectShape, after: ObjectShape): readonly ContractChange[] {
  const object = before.name;
  const renames = renamedById(before, after);
  const properties = pairByKey(before.properties, after.properties, ({ path, id }) =>
    (id !== undefined && renames.has(id) ? `id ${id}` : path).toLowerCase(),
  );
  return [
    ...diffPhysicalName(before, after),
    ...diffPhysicalType(before, after),
    ...diffKey(before, after),
    ...properties.flatMap((pair) => diffProperty({ object, ...pair })),
    ...diffQuality({ object, path: object, before: before.quality, after: after.quality }),
    ...diffSet({
      path: object,
      object,
      before: before.relationships,
      after: after.relationships,
      rule: "relationship",
      noun: "the relationship",
    }),
    ...diffNotes({ path: object, object, before: before.notes, after: after.notes }),
  ];
}

/** A property that kept its id under another name is the same property. */
function renamedById(before: ObjectShape, after: ObjectShape): ReadonlySet<string> {
  const now = new Map(after.properties.map(({ id, path }) => [id, path]));
  return new Set(
    before.properties.flatMap(({ id, path }) =>
      id !== undefined && now.has(id) && now.get(id) !== path ? [id] : [],
    ),
  );
}

function diffPhysicalName(before: ObjectShape, after: ObjectShape): readonly ContractChange[] {
  if (before.physicalName === after.physicalName) return [];
  const [old, now] = [before.physicalName ?? before.name, after.physicalName ?? after.name];
  if (old === now) return [];
  return [
    contractChange({
      path: before.name,
      object: before.name,
      rule: "physical-name-changed",
      what: `the table is called ${now} and no longer ${old}`,
      direction: "both",
      before: old,
      after: now,
      effect: { kind: "table_dropped_or_renamed" },
    }),
  ];
}

function diffPhysicalType(before: ObjectShape, after: ObjectShape): readonly ContractChange[] {
  const [old, now] = [before.physicalType ?? "", after.physicalType ?? ""];
  if (old === now) return [];
  return [
    contractChange({
      path: before.name,
      object: before.name,
      rule: "physical-type-changed",
      what: `it is a ${now || "thing of no stated kind"} and no longer a ${old || "thing of no stated kind"}`,
      direction: "note",
      before: old,
      after: now,
    }),
  ];
}

/** One row for each key: with another key there is one for something else. */
function diffKey(before: ObjectShape, after: ObjectShape): readonly ContractChange[] {
  const [old, now] = [before.key, after.key];
  if (old.join("\n") === now.join("\n")) return [];
  const object = before.name;
  const said = { path: object, object, before: old.join(", "), after: now.join(", ") };
  const [column] = old;
  const lost =
    column === undefined
      ? {}
      : { effect: { kind: "uniqueness_lost" as const, column: columnOf(before, column) } };
  if (old.length === 0)
    return [
      contractChange({
        ...said,
        rule: "key-added",
        what: `${said.after} is the key`,
        direction: "tightens",
      }),
    ];
  if (now.length === 0)
    return [
      contractChange({
        ...said,
        ...lost,
        rule: "key-removed",
        what: `${said.before} is no longer the key`,
        direction: "loosens",
      }),
    ];
  return [
    contractChange({
      ...said,
      ...lost,
      rule: "key-changed",
      what: `the key is ${said.after} and no longer ${said.before}`,
      direction: "both",
    }),
  ];
}

const columnOf = ({ properties }: ObjectShape, path: string): string =>
  properties.find((property) => property.path === path)?.column ?? path;

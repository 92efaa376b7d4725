import { findAssetByName } from "#lib/graph/find-asset-by-name.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { COLUMN_TRAIT, findAsset, findColumn, type Snapshot } from "#lib/graph/snapshot.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { shortJson } from "#lib/kit/short-text.ts";
import type { AssessedChange, ChangeError } from "./assessment.ts";
import type { Seed } from "./blast.ts";
import { CHANGE_KINDS, type ChangeInput, type ChangeKind } from "./change.ts";
import { type Effects, effectsOf } from "./change-effects.ts";
import { classifyType } from "./classify-type.ts";
import { laneNumber, levelOf } from "./effects.ts";
import { readersOfNamesake } from "./untold-names.ts";

export interface ResolvedChange {
  readonly assessed: AssessedChange;
  readonly asset: MergedAsset;
  readonly column?: string;
  readonly seeds: readonly Seed[];
}

export interface ResolveInput {
  readonly graph: MergedGraph;
  readonly snapshot: Snapshot;
  readonly change: ChangeInput;
  /** Its place among the changes that are assessed together. */
  readonly index: number;
  /** It was made already, so a column that readers still ask for may be missing. */
  readonly isMade?: boolean;
}

const ADDS_COLUMN: ReadonlySet<ChangeKind> = new Set([
  "add_nullable_column",
  "add_required_column",
  "add_column_name_collision",
]);

/** Without a column these are about all of them. */
const MOVED = laneNumber("POS");
const OF_EVERY_COLUMN: ReadonlySet<number> = new Set([MOVED, laneNumber("VALUE")]);

const KINDS: ReadonlySet<string> = new Set(CHANGE_KINDS);

/** Finds what a change speaks of and says what it puts where; or why not, with candidates. */
export function resolveChange({
  graph,
  snapshot,
  change,
  index,
  isMade = false,
}: ResolveInput): Result<ResolvedChange, ChangeError> {
  const fail = (
    code: ChangeError["error"]["code"],
    message: string,
    candidates?: readonly string[],
  ): Result<ResolvedChange, ChangeError> =>
    err({ error: { code, message, ...(candidates === undefined ? {} : { candidates }) }, change });

  if (typeof change.kind !== "string" || !KINDS.has(change.kind)) {
    return fail("unknown-kind", `${shortJson(change.kind)} is no kind of change`, CHANGE_KINDS);
  }
  const found = findAssetByName(graph, change.asset);
  if (!found.ok) return fail(found.error.code, found.error.message, found.error.candidates);
  const asset = found.value;
  const relation = findAsset(snapshot, asset.id);
  if (relation < 0)
    return fail("unknown-asset", `${asset.name} is not in this version of the graph`);

  const named =
    typeof change.column === "string" && change.column !== "" ? change.column : undefined;
  const known = named === undefined ? -1 : findColumn(snapshot, relation, named);
  if (
    named !== undefined &&
    !(isMade && known >= 0) &&
    !accepts({ asset, snapshot, known, kind: change.kind })
  ) {
    return fail(
      "unknown-column",
      `${asset.name} has no column ${shortJson(named)}`,
      nearest(
        named,
        asset.columns.map((column) => column.name),
      ),
    );
  }
  if (change.kind === "rename_column" && named !== undefined && change.to === named)
    return fail("wrong-shape", `${asset.name}.${named} is renamed to the name that it has`);
  const classifiedAs = classify(change);
  const { effects, note } = effectsOf({ change, kind: classifiedAs, asset, column: named });
  if (named === undefined && speaksOfColumn(effects))
    return fail(
      "wrong-shape",
      `${change.kind} of ${asset.name} says of no column`,
      asset.columns.slice(0, 20).map((column) => column.name),
    );
  return ok({
    assessed: {
      ...change,
      asset: { namespace: asset.namespace, name: asset.name },
      classifiedAs,
      ...(note === undefined ? {} : { note }),
    },
    asset,
    ...(named === undefined ? {} : { column: named }),
    seeds: [
      ...seedsOf({ effects, snapshot, relation, index, column: named, known }).filter(
        (seed) => !staysInPlace(seed, { change, asset, snapshot }),
      ),
      ...newNameOf({ change, snapshot, relation, index }),
      ...ambiguousFor({ change, graph, snapshot, asset, relation, index }),
    ],
  });
}

/** A closed asset takes only its own columns; one that is to be added may be missing. */
function accepts({
  asset,
  snapshot,
  known,
  kind,
}: {
  readonly asset: MergedAsset;
  readonly snapshot: Snapshot;
  readonly known: number;
  readonly kind: ChangeKind;
}): boolean {
  if (ADDS_COLUMN.has(kind) || !asset.columnsComplete) return true;
  return known >= 0 && ((snapshot.columnTraits[known] ?? 0) & COLUMN_TRAIT.expected) === 0;
}

/** Everything that it does, it does to one column: without its name it would read as harmless. */
const speaksOfColumn = (effects: Effects): boolean =>
  effects.length > 0 &&
  effects.every(({ slot, lane }) => slot === "col" && !OF_EVERY_COLUMN.has(laneNumber(lane)));

function classify({ kind, fromType, toType }: ChangeInput): ChangeKind {
  if (kind !== "type_changed") return kind;
  if (fromType === undefined || toType === undefined) return "type_incompatible";
  const as = classifyType(fromType, toType);
  return as === "same" ? "description_only" : as;
}

/** Where the new order of all columns is told, those that stand where they stood have not moved. */
function staysInPlace(
  { column, lane }: Seed,
  { change, asset, snapshot }: Pick<ResolveInput, "change" | "snapshot"> & { asset: MergedAsset },
): boolean {
  if (lane !== MOVED || typeof column !== "number" || !Array.isArray(change.columns)) return false;
  const name = snapshot.columnNames.at(column)?.toLowerCase();
  const place = asset.columns.findIndex((each) => each.name.toLowerCase() === name);
  return place >= 0 && String(change.columns[place]).toLowerCase() === name;
}

function seedsOf({
  effects,
  snapshot,
  relation,
  index,
  column,
  known,
}: {
  readonly effects: Effects;
  readonly snapshot: Snapshot;
  readonly relation: number;
  readonly index: number;
  readonly column: string | undefined;
  readonly known: number;
}): Seed[] {
  if (effects.length === 0) {
    const start = { relation, lane: 0, level: 0 as const, change: index };
    return column === undefined
      ? [{ ...start, slot: "rows" as const }]
      : [{ ...start, slot: "col" as const, column: known >= 0 ? known : column }];
  }
  return effects.flatMap(({ lane, slot, certainty }): Seed[] => {
    const seed = {
      relation,
      lane: laneNumber(lane),
      level: levelOf(certainty) as 0 | 1 | 2 | 3,
      change: index,
    };
    if (slot !== "col") return [{ ...seed, slot }];
    if (column !== undefined) return [{ ...seed, slot, column: known >= 0 ? known : column }];
    return OF_EVERY_COLUMN.has(laneNumber(lane))
      ? everyColumn(snapshot, relation).map((each) => ({ ...seed, slot, column: each }))
      : [];
  });
}

/** A renamed column appears under its new name to whoever takes all columns. */
function newNameOf({
  change,
  snapshot,
  relation,
  index,
}: {
  readonly change: ChangeInput;
  readonly snapshot: Snapshot;
  readonly relation: number;
  readonly index: number;
}): Seed[] {
  if (
    change.kind !== "rename_column" ||
    typeof change.to !== "string" ||
    change.effects !== undefined
  )
    return [];
  const known = findColumn(snapshot, relation, change.to);
  if (known >= 0 && ((snapshot.columnTraits[known] ?? 0) & COLUMN_TRAIT.expected) === 0) return [];
  return [
    {
      relation,
      slot: "col",
      column: known >= 0 ? known : change.to,
      lane: laneNumber("NEW_NAME"),
      level: 3,
      change: index,
    },
  ];
}

/** Names of which nobody says whether they are written with their table. */
function ambiguousFor({
  change,
  asset,
  relation,
  index,
  ...where
}: Pick<ResolveInput, "change" | "graph" | "snapshot" | "index"> & {
  readonly asset: MergedAsset;
  readonly relation: number;
}): Seed[] {
  const name = change.kind === "rename_column" ? change.to : change.column;
  const brings = change.kind === "rename_column" || ADDS_COLUMN.has(change.kind);
  if (!brings || typeof name !== "string" || name === "" || change.effects !== undefined) return [];
  return readersOfNamesake({ ...where, asset, relation, name }).map((reader) => ({
    relation: reader,
    slot: "run",
    lane: laneNumber("ERROR"),
    level: 1,
    change: index,
    below: true,
  }));
}

function everyColumn(snapshot: Snapshot, relation: number): number[] {
  const start = snapshot.columnStart[relation] ?? 0;
  return Array.from(
    { length: (snapshot.columnStart[relation + 1] ?? start) - start },
    (_, at) => start + at,
  );
}

/** Up to five names that a person may have meant. */
function nearest(name: string, names: readonly string[]): readonly string[] {
  const wanted = name.toLowerCase();
  const distance = (other: string): number => {
    const text = other.toLowerCase();
    if (text.includes(wanted) || wanted.includes(text)) return 0;
    let shared = 0;
    while (shared < text.length && text[shared] === wanted[shared]) shared++;
    return 100 - shared;
  };
  return names
    .map((other) => ({ other, far: distance(other) }))
    .sort((a, b) => a.far - b.far || (a.other < b.other ? -1 : 1))
    .slice(0, 5)
    .map(({ other }) => other);
}

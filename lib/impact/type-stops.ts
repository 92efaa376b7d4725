import type { Snapshot } from "#lib/graph/snapshot.ts";
import { classifyType, type TypeFamily, typeFamily } from "./classify-type.ts";
import { maskOf } from "./effects.ts";

/** Effects that say "another type, the same values": they end where the type comes out the same all the same. */
export const SAME_VALUES = maskOf([
  "TYPE_WIDE",
  "TYPE_RESPELLED",
  "TYPE_RECAST",
  "TYPE_SOFT",
  "TYPE_EQUATED",
]);

const familiesOf = new WeakMap<Snapshot, readonly TypeFamily[]>();

/** The type that a column gets, and the one it has as far as that is told. */
export interface TypeStep {
  readonly from: string | undefined;
  readonly to: TypeFamily;
}

/**
 * Whether a change of an input's type leaves the type of an output as it is: the output has a type of that kind
 * already (`date_trunc` gives a timestamp whether it gets a date or a timestamp), a function made another kind of it
 * before, as it does now (`date_diff` gives a number, whatever is done with that), or a division a fraction of whole
 * numbers. An output that has the input's old type goes with it: whole numbers that become larger ones.
 */
export function makesTypeStop(
  snapshot: Snapshot,
  {
    column,
    use,
    step: { from, to },
  }: { readonly column: number; readonly use: number; readonly step: TypeStep },
): boolean {
  const isCounted = snapshot.uses[use]?.countsTime === true;
  if (isCounted && from !== undefined && typeFamily(from) === "date" && to === "timestamp")
    return true;
  let families = familiesOf.get(snapshot);
  if (families === undefined) {
    families = snapshot.types.map(typeFamily);
    familiesOf.set(snapshot, families);
  }
  const type = snapshot.columnType[column] ?? 0;
  const output = families[type] ?? "other";
  if (output === "other" || output === "nested") return false;
  if (output === to) return !(SIZED.has(to) && isSame(from, snapshot.types[type]));
  const detail = snapshot.uses[use]?.detail;
  if (detail?.startsWith("fn:") === true && from !== undefined && typeFamily(from) !== output)
    return true;
  return detail === "op:/" && to === "float" && output !== "integer";
}

/** Kinds of which one size is another type for what declares it. Texts of another length are not told apart there. */
const SIZED: ReadonlySet<TypeFamily> = new Set<TypeFamily>([
  "integer",
  "float",
  "decimal",
  "timestamp",
]);

const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && classifyType(one, other) === "same";

import type { Snapshot } from "#lib/graph/snapshot.ts";
import { type TypeFamily, typeFamily } from "./classify-type.ts";
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

/**
 * Whether a change of an input's type to `family` leaves the type of an output as it is: the output has that type
 * already (`date_trunc` gives a timestamp whether it gets a date or a timestamp), or a division made a fraction of whole
 * numbers before.
 */
export function makesTypeStop(
  snapshot: Snapshot,
  {
    column,
    use,
    family,
  }: { readonly column: number; readonly use: number; readonly family: TypeFamily },
): boolean {
  let families = familiesOf.get(snapshot);
  if (families === undefined) {
    families = snapshot.types.map(typeFamily);
    familiesOf.set(snapshot, families);
  }
  const output = families[snapshot.columnType[column] ?? 0] ?? "other";
  if (output === "other" || output === "nested") return false;
  if (output === family) return true;
  const divides = snapshot.uses[use]?.detail === "op:/";
  return divides && family === "float" && output !== "integer";
}

import { compareText } from "#lib/kit/compare-text.ts";
/**
 * Reading of values that came from outside and may have any shape. Each function gives undefined where the value is not
 * what was asked for; the caller decides whether that is a problem worth telling.
 */
export type LooseRecord = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): LooseRecord | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as LooseRecord)
    : undefined;
}

export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Text that is not empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A finite number; numbers written as text count too, as YAML exports quote them. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** The value at a key that is the record's own, so that `__proto__` and the like find nothing. */
export function ownValue(record: LooseRecord | undefined, key: string): unknown {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The members of a list that are records; the others are left out. */
export function recordsIn(value: unknown): readonly LooseRecord[] {
  return (asList(value) ?? []).map(asRecord).filter((item) => item !== undefined);
}

/** The members of a list that are texts. */
export function textsIn(value: unknown): readonly string[] {
  return (asList(value) ?? []).map(asText).filter((item) => item !== undefined);
}

/** A record's entries in the order of the keys' code points, so that answers do not depend on how a file was written. */
export function sortedEntries(
  record: LooseRecord | undefined,
): readonly (readonly [string, unknown])[] {
  return Object.entries(record ?? {}).sort(([a], [b]) => compareText(a, b));
}

/** The record without the keys whose value is undefined, which is how optional attributes are left away. */
export function withoutUndefined<T extends object>(
  record: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    const value = (record as LooseRecord)[key];
    if (value !== undefined) putOwn(kept, key, value);
  }
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Sets what is the record's own: a key called `__proto__` is one like any other. */
function putOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(record, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else record[key] = value;
}

/** True where lists and records are nested deeper than `limit`. It looks no deeper than that, so no input can exhaust the stack. */
export const isDeeperThan = (value: unknown, limit: number): boolean =>
  limit < 0 || countLevels(value, limit) > limit;

/** How many lists and records with something in them are nested in one another; `most + 1` where they are more. */
export function countLevels(value: unknown, most: number): number {
  if (most < 0 || typeof value !== "object" || value === null) return 0;
  let levels = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      const inside = 1 + (typeof item === "object" ? countLevels(item, most - 1) : 0);
      if (inside > levels) levels = inside;
      if (levels > most) break;
    }
    return levels;
  }
  // Every value that is read passes here: a list of the record's values would be the most costly part of it.
  for (const key in value) {
    const item: unknown = (value as LooseRecord)[key];
    const inside = 1 + (typeof item === "object" ? countLevels(item, most - 1) : 0);
    if (inside > levels) levels = inside;
    if (levels > most) break;
  }
  return levels;
}

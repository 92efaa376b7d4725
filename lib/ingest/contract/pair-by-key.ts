import { type ContractChange, contractChange } from "./contract-change.ts";

interface Pair<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** Members of two lists that are the same thing; those without a partner alone. */
export function pairByKey<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): readonly Pair<T>[] {
  const now = new Map(after.map((item) => [keyOf(item), item]));
  const old = new Set(before.map(keyOf));
  return [
    ...before.map((item) => ({ before: item, after: now.get(keyOf(item)) })),
    ...after
      .filter((item) => !old.has(keyOf(item)))
      .map((item) => ({ before: undefined, after: item })),
  ];
}

/** Promises that are there or not, such as relationships. */
export function diffSet({
  before,
  after,
  rule,
  noun,
  ...place
}: {
  readonly path: string;
  readonly object: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly rule: string;
  readonly noun: string;
}): readonly ContractChange[] {
  const gone = before.filter((one) => !after.includes(one));
  const come = after.filter((one) => !before.includes(one));
  return [
    ...gone.map((one) =>
      contractChange({
        ...place,
        rule: `${rule}-removed`,
        what: `${noun} ${one} is no longer promised`,
        direction: "loosens",
        before: one,
      }),
    ),
    ...come.map((one) =>
      contractChange({
        ...place,
        rule: `${rule}-added`,
        what: `${noun} ${one} is promised, too`,
        direction: "tightens",
        after: one,
      }),
    ),
  ];
}

/** A server's address tells consumers where to look: they have to know. */
const NOTICED: ReadonlySet<string> = new Set(["servers"]);

/** What promises nothing of the data, for the record. */
export function diffNotes({
  path,
  object,
  before,
  after,
}: {
  readonly path: string;
  readonly object?: string;
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}): readonly ContractChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    if (old === now) return [];
    return [
      contractChange({
        path: path === "" ? key : `${path} (${key})`,
        ...(object === undefined ? {} : { object }),
        rule: `${key}-changed`,
        what: `${key} was changed`,
        direction: NOTICED.has(key) ? "notice" : "note",
        ...(old === undefined ? {} : { before: old }),
        ...(now === undefined ? {} : { after: now }),
      }),
    ];
  });
}

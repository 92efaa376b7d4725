import { argumentsOf } from "./text-arguments.ts";

/** Which rows a list of conditions lets through now, by canonical texts. */
export interface PassedRows {
  readonly rows: "fewer" | "more" | "other";
  /** Another row of each key passes: the keys of those rows. Everything else may have other values. */
  readonly keys?: readonly string[];
}

/** All conditions of a list must hold; the two lists are not the same. */
export function comparePassed(before: readonly string[], after: readonly string[]): PassedRows {
  const gone = before.filter((text) => !after.includes(text));
  const added = after.filter((text) => !before.includes(text));
  if (gone.every((text) => after.some((other) => implies(other, text)))) return { rows: "fewer" };
  if (added.every((text) => before.some((other) => implies(other, text)))) return { rows: "more" };
  const [old, now] = [gone, added].map((texts) => (texts.length === 1 ? texts[0] : undefined));
  return old !== undefined && now !== undefined ? comparePicked(old, now) : { rows: "other" };
}

/** Whether what meets the one meets the other as well. */
function implies(one: string, other: string): boolean {
  if (one === other) return true;
  const choices = alternatives(other);
  return alternatives(one).every((text) =>
    choices.some((choice) => choice === text || isWithin(boundOf(text), boundOf(choice))),
  );
}

const alternatives = (text: string): readonly string[] => argumentsOf(text, "Or") ?? [text];

/** A comparison with a constant. */
interface Bound {
  readonly subject: string;
  readonly sign: "above" | "below" | "equal";
  readonly isClosed: boolean;
  readonly value: number | string;
  /** What the constant is, beside its value. */
  readonly kind: string;
}

function isWithin(one: Bound | undefined, other: Bound | undefined): boolean {
  if (!one || !other || one.subject !== other.subject || one.kind !== other.kind) return false;
  if (other.sign === "equal") return false;
  if (one.sign !== "equal" && one.sign !== other.sign) return false;
  if (one.value === other.value) return other.isClosed || (one.sign !== "equal" && !one.isClosed);
  return other.sign === "above" ? one.value > other.value : one.value < other.value;
}

function boundOf(text: string): Bound | undefined {
  for (const name of ["Lt", "LtEq", "Eq"]) {
    const [left, right, third] = argumentsOf(text, name) ?? [];
    if (left === undefined || right === undefined || third !== undefined) continue;
    const isClosed = name !== "Lt";
    const low = constantOf(left);
    const high = constantOf(right);
    if ((low === undefined) === (high === undefined)) return undefined;
    const equal = name === "Eq" ? ("equal" as const) : undefined;
    if (low) return { subject: right, sign: equal ?? "above", isClosed, ...low };
    if (high) return { subject: left, sign: equal ?? "below", isClosed, ...high };
  }
  return undefined;
}

/** Of more digits two numbers may be read as one. */
const NUMBER = /^\{Value:\{value:(?=[\d.]{1,15}\})(\d+(?:\.\d+)?)\}\}$/;
const NEGATIVE = /^"Minus"\((\{Value:\{value:[\d.]+\}\})\)$/;
/** Days and moments sort as texts as they do as times. */
const DAY =
  /^(cast\()?\{Value:\{value:\{SingleQuotedString:"(\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?)"\}\}\}(?: as (\w+)\))?$/;

function constantOf(text: string): Pick<Bound, "value" | "kind"> | undefined {
  const negative = NEGATIVE.exec(text)?.[1];
  const number = NUMBER.exec(negative ?? text)?.[1];
  if (number !== undefined)
    return { value: Number(number) * (negative === undefined ? 1 : -1), kind: "number" };
  const [, , day, type] = DAY.exec(text) ?? [];
  return day === undefined ? undefined : { value: day, kind: `${type ?? "text"} ${day.length}` };
}

interface Picked {
  readonly keys: readonly string[];
  readonly order: string;
  readonly place: number;
}

const PICKED =
  /^Eq\(row_number\(\)\{over:\{WindowSpec:\{partition_by:(.*),order_by:(.*)\}\}\},\{Value:\{value:(\d+)\}\}\)$/s;

function pickedOf(text: string): Picked | undefined {
  const [, keys, order, place] = PICKED.exec(text) ?? [];
  if (keys === undefined || order === undefined || order === "") return undefined;
  const parts = keys === "" ? [] : argumentsOf(`keys(${keys})`, "keys");
  return parts && { keys: parts, order, place: Number(place) };
}

/**
 * One row of each key, picked by its place: a later place is there less often, and by fewer keys the first row of all is
 * one of the first rows of before.
 */
function comparePicked(before: string, after: string): PassedRows {
  const [old, now] = [pickedOf(before), pickedOf(after)];
  if (!old || !now || old.order !== now.order) return { rows: "other" };
  const has = (one: Picked, other: Picked): boolean =>
    one.keys.every((key) => other.keys.includes(key));
  if (has(old, now) && has(now, old))
    return { rows: now.place > old.place ? "fewer" : "more", keys: now.keys };
  if (old.place !== 1 || now.place !== 1) return { rows: "other" };
  if (has(now, old)) return { rows: "fewer" };
  return has(old, now) ? { rows: "more" } : { rows: "other" };
}

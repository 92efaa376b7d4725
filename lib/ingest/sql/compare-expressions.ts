import { NULL_TEXT } from "./canonical-text.ts";
import type { OutlineOutput } from "./outline.ts";

/**
 * How the values of a column differ after its expression was edited:
 * - `type`: the same values under another type; `shifted`: other values in the same order, none lost and none made equal;
 *   `mapped`: other values, different ones stay different; `nulls`: null in the place of some, and the others as before;
 *   `other`: nothing is known.
 */
export type ValueEdit = "type" | "shifted" | "mapped" | "nulls" | "other";

/**
 * Compares two expressions by their canonical texts. Where the old one stands inside the new one unchanged, what was put
 * around it says more than "something else": a constant that is added, a cast.
 */
export function compareExpressions(before: OutlineOutput, after: OutlineOutput): ValueEdit {
  const old = takeCasts(before.text);
  const now = takeCasts(after.text);
  if (old.inner === now.inner) return castOnce(old.types, now.types) ? "type" : "other";
  if (isWrapped(SHIFTS, before.text, after.text)) return "shifted";
  if (isWrapped(MAPS, before.text, after.text)) return "mapped";
  return givesNulls(now.inner, old.inner) ? "nulls" : "other";
}

type Wrap = (outer: string, inner: string) => boolean;

/** One of the two, as it is or behind the casts around it, stands inside the other. */
function isWrapped(wraps: readonly Wrap[], before: string, after: string): boolean {
  const within = (outer: string, inner: string): boolean => {
    const { inner: bare } = takeCasts(inner);
    const whole = takeCasts(outer).inner;
    return wraps.some((wrap) => wrap(whole, inner) || wrap(whole, bare));
  };
  return within(after, before) || within(before, after);
}

/** They differ in the outermost cast only: one below it may have taken values away that the next one does not give back. */
function castOnce(before: readonly string[], after: readonly string[]): boolean {
  const text = (types: readonly string[]): string => types.join(" of ");
  const [old, now] = [text(before), text(after)];
  const [oldInner, nowInner] = [text(before.slice(1)), text(after.slice(1))];
  return oldInner === nowInner || oldInner === now || old === nowInner;
}

/** Each value of the one stands for one value of the other. */
export const isOneToOne = (before: string, after: string): boolean =>
  [...SHIFTS, ...MAPS].some((wrap) => wrap(after, before) || wrap(before, after)) ||
  isTextOf(before, after) ||
  isTextOf(after, before);

/** A text for each value: `cast(id as varchar)`. */
const isTextOf = (inner: string, outer: string): boolean =>
  outer.startsWith(`cast(${inner} as `) &&
  /^(?:text|varchar|string)\)$/i.test(outer.slice(inner.length + 9));

/** The outermost casts taken off, the first one first; one that gives null on bad values changes more than the type. */
function takeCasts(text: string): { readonly inner: string; readonly types: readonly string[] } {
  const types: string[] = [];
  let inner = text;
  for (;;) {
    const found = /^cast\((.*) as ([^()]*(?:\([^()]*\))?)\)$/s.exec(inner);
    if (!found?.[1] || !isWhole(found[1])) return { inner, types };
    inner = found[1];
    types.push(found[2] ?? "");
  }
}

/** Parentheses are in pairs: the cast that was taken off was the outermost. */
function isWhole(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "\\") at++;
    else if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === "(") depth++;
    else if (sign === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

/** `nullif(x, 0)` for `x`, `x` for `coalesce(x, 0)`, a choice that has a branch or its ELSE no more. */
function givesNulls(now: string, old: string): boolean {
  if (now === NULL_TEXT) return true;
  const choice = now.endsWith(NO_ELSE) ? now.slice(0, -NO_ELSE.length) : undefined;
  return (
    isCallWith(now, `nullif(${old},`) ||
    isCallWith(old, `coalesce(${now},`) ||
    (choice?.startsWith("case(") === true && isCallWith(old, `${choice},`))
  );
}

const NO_ELSE = `,${NULL_TEXT})`;

/** A call with more after these first arguments. */
const isCallWith = (text: string, start: string): boolean =>
  text.startsWith(start) && text.endsWith(")") && isWhole(text.slice(start.length, -1));

const CONSTANT = String.raw`(?:\{Value:\{value:(?:\{[^{}]*\}|[^{}]*)\}\}|interval\([^()]*\)|"[^"]*")`;

/** `outer` is `inner` with a constant added or taken away. */
const addsConstant = (outer: string, inner: string): boolean => {
  const rest = around(outer, inner);
  if (rest === undefined) return false;
  const [left, right] = rest;
  return (
    (/^(?:Plus|Minus)\($/.test(left) && new RegExp(`^,${CONSTANT}\\)$`).test(right)) ||
    (new RegExp(`^Plus\\(${CONSTANT},$`).test(left) && right === ")")
  );
};

/** A factor above zero keeps the order; one of zero or less does not. */
const multiplies = (outer: string, inner: string): boolean => {
  const rest = around(outer, inner);
  if (rest === undefined) return false;
  const [left, right] = rest;
  const factor =
    left === "Multiply(" ? FACTOR_AFTER.exec(right) : right === ")" && FACTOR_BEFORE.exec(left);
  return Number(factor ? factor[1] : undefined) > 0;
};

const FACTOR_AFTER = /^,\{Value:\{value:"?([\d.]+)"?\}\}\)$/;
const FACTOR_BEFORE = /^Multiply\(\{Value:\{value:"?([\d.]+)"?\}\},$/;

/** `-x`: different values stay different. */
const turnsSign = (outer: string, inner: string): boolean => outer === `"Minus"(${inner})`;

/** `not x` of a truth value: both values change places. */
const negates = (outer: string, inner: string): boolean => outer === `not ${inner}`;

/** `x || '_suffix'`: null stays null, different texts stay different. */
const appends = (outer: string, inner: string): boolean => {
  const rest = around(outer, inner);
  if (rest === undefined) return false;
  const [left, right] = rest;
  return left === "StringConcat(" && new RegExp(`^,${CONSTANT}\\)$`).test(right);
};

const SHIFTS = [addsConstant, multiplies];
const MAPS = [negates, turnsSign, appends];

/** What stands left and right of the only place of `inner` in `outer`. */
function around(outer: string, inner: string): readonly [string, string] | undefined {
  const at = outer.indexOf(inner);
  if (at < 0 || inner === "" || outer.length === inner.length) return undefined;
  return [outer.slice(0, at), outer.slice(at + inner.length)];
}

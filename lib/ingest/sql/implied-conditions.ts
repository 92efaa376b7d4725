import { argumentsOf } from "./text-arguments.ts";

/**
 * Leaves out `x is not null` beside a comparison of `x` with a constant, of conditions that all must hold, by their canonical
 * texts: where `x` is null that comparison does not hold either. Only a constant makes that sure; beside a value of several
 * parts, databases tell apart which of them are null.
 */
export function leaveOutImplied<T extends { readonly text: string }>(
  conditions: readonly T[],
): readonly T[] {
  const compared = new Set(conditions.flatMap(({ text }) => comparedWithConstant(text) ?? []));
  if (compared.size === 0) return conditions;
  return conditions.filter(({ text }) => {
    const subject = NOT_NULL.exec(text)?.[1];
    return subject === undefined || !compared.has(subject);
  });
}

const NOT_NULL = /^not null\?\((.*)\)$/s;

function comparedWithConstant(text: string): string | undefined {
  const plain = text.startsWith("not ") ? text.slice("not ".length) : text;
  for (const name of ["Eq", "Lt", "LtEq"]) {
    const [left, right, third] = argumentsOf(plain, name) ?? [];
    if (left === undefined || right === undefined || third !== undefined) continue;
    if (CONSTANT.test(right)) return left;
    return CONSTANT.test(left) ? right : undefined;
  }
  return undefined;
}

/** A number or a text as it is written; a placeholder may be filled in with null. */
const CONSTANT =
  /^(?:cast\()?\{Value:\{value:(?:\{SingleQuotedString:"(?:[^"\\]|\\.)*"\}|[\d.]+)\}\}(?: as \w+\))?$/;

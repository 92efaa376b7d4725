/** `a, b` */
export const listOf = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const MOST_NAMES = 1_000;

/**
 * The names that a pattern means, where it is a name (`public\.orders`) or lists names (`public\.(orders|refunds)`);
 * undefined: it is a pattern, and the names are not known from it.
 */
export function namesOfPattern(pattern: string): readonly string[] | undefined {
  let names: readonly string[] = [""];
  for (const part of pattern.replace(/^\^|\$$/g, "").split(/(\([^()]*\))/)) {
    const choices = /^\(.*\)$/.test(part) ? part.slice(1, -1).split("|") : [part];
    const plain = choices.map((choice) => choice.replace(/\\+([.$-])/g, "$1"));
    if (plain.some((choice) => !/^[\p{L}\p{N}_.$ -]*$/u.test(choice))) return undefined;
    names = names.flatMap((start) => plain.map((choice) => start + choice));
    if (names.length > MOST_NAMES) return undefined;
  }
  return names;
}

import { escapePattern } from "#lib/kit/escape-pattern.ts";
import { keepByText } from "#lib/kit/keep-by-text.ts";

const TEXT = "'(?:[^']|'')*'";
const TEXTS = new RegExp(TEXT, "g");
const IS_TEXT = new RegExp(`^${TEXT}$`);

/** What changes no letter of a text but its case and the spaces around it. */
const SAME_LETTERS = "(?:lower|upper|trim|ltrim|rtrim|initcap)";

/**
 * The texts that a condition compares a column with, in lower case, if texts are all that it is compared with:
 * `cancelled, returned` for `status not in ('cancelled', 'returned')` and `status`. Undefined where the column is compared
 * with anything else, or where the expression is shortened.
 */
export function findLiterals(expression: string, column: string): string | undefined {
  if (!expression.includes("'") || expression.includes("…") || expression.endsWith("..."))
    return undefined;
  const { compared, branches, named } = patternsOf(column);
  const texts = new Set<string>();
  const take = (list: string): string => {
    for (const [text] of list.matchAll(TEXTS))
      texts.add(text.slice(1, -1).replaceAll("''", "'").toLowerCase());
    return " ";
  };
  const rest = withoutBranches(expression, branches, take).replace(compared, (_, list: string) =>
    take(list),
  );
  const others = withoutTuples(rest, column, take);
  return texts.size === 0 || named.test(others) ? undefined : [...texts].sort().join("\n");
}

/** One column stands in many conditions, and patterns are slow to make. */
const patternsOf = keepByText((column) => {
  const escaped = escapePattern(column);
  const bare = `(?:[\\w"\`]+\\.)*["\`\\[]?\\b${escaped}["\`\\]]?`;
  const name = `(?:${bare}|\\b${SAME_LETTERS}\\s*\\(\\s*(?:${bare}|${SAME_LETTERS}\\s*\\(\\s*${bare}\\s*\\))\\s*\\))`;
  const compared = new RegExp(
    `${name}\\s*(?:=|<>|!=|is\\s+(?:not\\s+)?distinct\\s+from\\b|(?:not\\s+)?in\\b)\\s*(${TEXT}|\\(\\s*${TEXT}(?:\\s*,\\s*${TEXT})*\\s*\\))`,
    "gi",
  );
  const branches = new RegExp(`\\bcase\\s+${name}(?=\\s+when\\b)`, "gi");
  const named = new RegExp(`(?<![\\w'])${escaped}(?![\\w'])`, "i");
  return { compared, branches, named };
});

type Take = (list: string) => string;

/** `case status when 'paid' then … when 'open' then … end`: left as it is where a branch asks for anything but a text. */
function withoutBranches(expression: string, head: RegExp, take: Take): string {
  return expression.replace(head, (found, ...more) => {
    const offset = more.find((each) => typeof each === "number") ?? 0;
    const asked = branchesFrom(expression, offset + found.length);
    if (asked === undefined) return found;
    take(asked.join(" "));
    return "case ";
  });
}

const WORDS = new RegExp(`${TEXT}|\\b(?:case|when|end)\\b`, "gi");

/** What the branches of one CASE ask for, each a text; undefined: one of them is something else, or the CASE has no end. */
function branchesFrom(expression: string, start: number): readonly string[] | undefined {
  const asked: string[] = [];
  let depth = 0;
  const words = [...expression.slice(start).matchAll(WORDS)];
  for (const [at, { 0: word, index }] of words.entries()) {
    const lower = word.toLowerCase();
    if (lower === "case") depth += 1;
    else if (lower === "end" && depth === 0) return asked;
    else if (lower === "end") depth -= 1;
    else if (lower === "when" && depth === 0) {
      const next = words[at + 1];
      const text = next?.[0] ?? "";
      const from = start + index + word.length;
      const to = start + (next?.index ?? 0);
      const isAlone =
        expression.slice(from, to).trim() === "" &&
        /^\s*then\b/i.test(expression.slice(to + text.length));
      if (!text.startsWith("'") || !isAlone) return undefined;
      asked.push(text);
    }
  }
  return undefined;
}

const TUPLE = `\\((?:[^()']|${TEXT})*\\)`;
const TUPLE_EACH = new RegExp(TUPLE, "g");
const ITEMS = new RegExp(`(?:[^,']|${TEXT})+`, "g");
const TUPLES = new RegExp(
  `\\(([^()']*,[^()']*)\\)\\s*(?:not\\s+)?in\\s*\\(\\s*(${TUPLE}(?:\\s*,\\s*${TUPLE})*)\\s*\\)`,
  "gi",
);

/** `(region, status) in (('EU', 'paid'), ('US', 'paid'))` */
function withoutTuples(expression: string, column: string, take: Take): string {
  return expression.replace(TUPLES, (found, names: string, tuples: string) => {
    const all = names.split(",").map((name) => name.trim().replace(/["`[\]]/g, ""));
    const place = all.findIndex(
      (name) => name.slice(name.lastIndexOf(".") + 1).toLowerCase() === column.toLowerCase(),
    );
    const items = [...tuples.matchAll(TUPLE_EACH)].map(
      ([tuple]) => tuple.slice(1, -1).match(ITEMS)?.[place]?.trim() ?? "",
    );
    const areTexts = place >= 0 && items.every((item) => IS_TEXT.test(item));
    return areTexts ? take(items.join(" ")) : found;
  });
}

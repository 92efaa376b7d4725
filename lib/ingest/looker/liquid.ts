const BRANCHES = /\{%-?\s*if\b[^%]*%\}((?:(?!\{%-?\s*(?:if|endif)\b)[\s\S])*)\{%-?\s*endif\s*-?%\}/;
const NEXT_BRANCH = /\{%-?\s*(?:elsif\b[^%]*|else\s*)-?%\}/;

/** No text holds these: they keep the tables of a template together until what stands around it is unfolded too. */
const [OPEN, NEXT, CLOSE] = ["\uE000", "\uE001", "\uE002"] as const;
const TABLES = /\uE000([^\uE000\uE002]*)\uE002/;

/** The texts that it may be where the templates within decide between tables; of very many the first. */
function tablesIn(text: string): readonly string[] {
  const found = TABLES.exec(text);
  if (found === null) return [text];
  const before = text.slice(0, found.index);
  const rest = tablesIn(text.slice(found.index + found[0].length));
  return (found[1] ?? "")
    .split(NEXT)
    .flatMap((table) => rest.map((after) => before + table + after))
    .slice(0, MOST_TABLES);
}

const MOST_TABLES = 1000;

/**
 * Which branch is taken wherever a template decides between tables: one of them cannot stand for another, so that a query
 * is made for each. It counts how many there are.
 */
export class TableBranches {
  readonly #taken: number;
  most = 1;

  constructor(taken = 0) {
    this.#taken = taken;
  }

  take(parts: readonly string[]): string {
    this.most = Math.max(this.most, parts.length);
    return parts[Math.min(this.#taken, parts.length - 1)] ?? "";
  }
}

const BEFORE_TABLE = /\b(?:from|join)\s*(?:\{%-?\s*if\b[^%]*%\}\s*)*$/i;

/**
 * A template that decides between expressions is a condition over all of them, one that decides between tables is that of
 * its branches which is taken. Where a branch is neither (a part of a clause), no parser takes the outcome, and what the
 * query reads is unknown.
 */
function unfoldBranches(text: string, tables: TableBranches, isTable: boolean): string {
  let unfolded = text;
  for (let found = BRANCHES.exec(unfolded); found; found = BRANCHES.exec(unfolded)) {
    const before = unfolded.slice(0, found.index);
    const parts = (found[1] ?? "").split(NEXT_BRANCH).map((part) => part.trim());
    const sql =
      isTable || BEFORE_TABLE.test(before)
        ? OPEN + parts.flatMap(tablesIn).join(NEXT) + CLOSE
        : anyOfExpressions(parts);
    unfolded = before + sql + unfolded.slice(found.index + found[0].length);
  }
  return unfolded.replaceAll(new RegExp(TABLES, "g"), (_, all: string) =>
    tables.take(all.split(NEXT)),
  );
}

function anyOfExpressions(parts: readonly string[]): string {
  const arms = parts.map((part) => `(${part || "NULL"})`);
  const cases = arms.slice(0, -1).map((arm, at) => `WHEN 'branch' = '${at}' THEN ${arm}`);
  const last = arms.at(-1) ?? "NULL";
  return cases.length === 0
    ? `CASE WHEN 'branch' = '0' THEN ${last} END`
    : `CASE ${cases.join(" ")} ELSE ${last} END`;
}

/** Templates decide at run time: every branch may be it, and a condition means that its column is looked at. */
export function withoutLiquid(
  text: string,
  { tables, isTable = false }: { readonly tables: TableBranches; readonly isTable?: boolean },
): string {
  return unfoldBranches(text, tables, isTable)
    .replace(
      /\{%-?\s*condition\b[^%]*%\}([\s\S]*?)\{%-?\s*endcondition\s*-?%\}/g,
      "($1) IS NOT NULL",
    )
    .replace(/\{%-?\s*parameter\b[^%]*%\}/g, "'parameter'")
    .replace(/\{%[\s\S]*?%\}/g, "")
    .replace(/\{\{[\s\S]*?\}\}/g, "'parameter'");
}

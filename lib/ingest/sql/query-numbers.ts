import {
  type BodyOutline,
  type OutlineSource,
  outlineText,
  type QueryOutline,
  type SelectOutline,
} from "./outline.ts";

/**
 * Calls queries in FROM by what they say: a CTE and a query in its place are one, whatever it is called, and one that only
 * hands on a table is that table. Shared by the two versions that are compared.
 */
export class QueryNumbers {
  readonly #labels = new Map<string, string>();
  readonly #queries = new Map<string, QueryOutline>();

  labelOf(query: QueryOutline): string {
    const table = tableOf(query);
    if (table !== undefined) return table;
    const text = this.textOf(query);
    const known = this.#labels.get(text);
    if (known !== undefined) return known;
    const label = ` query ${this.#labels.size}`;
    this.#labels.set(text, label);
    this.#queries.set(label, query);
    return label;
  }

  /** What a label stands for; undefined for a table. */
  queryAt(label: string): QueryOutline | undefined {
    return this.#queries.get(label);
  }

  /** A query that hands on all of another one is that other one. */
  shorten(query: QueryOutline): QueryOutline {
    const source = sourceOfStar(query);
    return (source && this.#queries.get(source.label)) ?? query;
  }

  /** Two that are alike mean the same. */
  textOf({ ctes, body, limit, rest }: QueryOutline): string {
    const named = ctes.map(({ name, query }) => [name, this.textOf(query)]);
    return JSON.stringify([named, this.#bodyText(body), limit, rest]);
  }

  #bodyText(body: BodyOutline): string {
    switch (body.kind) {
      case "select":
        return selectText(body);
      case "set":
        return this.#setText(body);
      case "query":
        return this.textOf(body.query);
      case "opaque":
        return body.text;
    }
  }

  /** The branches of a union may stand in any order; the first one names the columns. */
  #setText({ how, branches }: BodyOutline & { readonly kind: "set" }): string {
    const texts = branches.map((branch) => this.#bodyText(branch));
    const [first] = branches;
    const names = first?.kind === "select" ? namesOf(first) : undefined;
    const isUnordered = how.startsWith("Union") && names !== undefined;
    return JSON.stringify([how, names, isUnordered ? texts.sort() : texts]);
  }
}

const PLAIN_REST = /^\{(?:\w+:(?:\[\]|false|"Standard")(?:,|(?=\})))*\}$/;
const BARE_STAR = "{Wildcard:{}}";

/** The only table or query that a SELECT hands on as it is, with a star. */
function sourceOfStar({ ctes, body, limit, rest }: QueryOutline): OutlineSource | undefined {
  if (ctes.length > 0 || limit !== "" || !PLAIN_REST.test(rest) || body.kind !== "select")
    return undefined;
  const [source, second] = body.sources;
  const [star, more] = body.stars;
  if (!source || second || more || star?.text !== BARE_STAR || !isBare(body)) return undefined;
  const isAll = body.outputs.every(({ expr }) => expr === undefined);
  return isAll && source.text === "" && source.query === undefined ? source : undefined;
}

const isBare = ({ where, groups, having, qualify, distinct, rest }: SelectOutline): boolean =>
  [where, groups, having, qualify].every((parts) => parts.length === 0) &&
  distinct === "" &&
  PLAIN_REST.test(rest);

const tableOf = (query: QueryOutline): string | undefined => sourceOfStar(query)?.label;

/** Undefined: a star may give any. */
const namesOf = ({ outputs, stars }: SelectOutline): readonly string[] | undefined =>
  stars.every(({ isKnown }) => isKnown) ? outputs.map(({ name }) => name.toLowerCase()) : undefined;

const textsOf = (parts: readonly { readonly text: string }[]): readonly string[] =>
  [...new Set(parts.map(({ text }) => text))].sort();

const PLAIN_DISTINCT = '"Distinct"';

/**
 * Rows that are told apart by their groups are distinct already, and distinct rows of a query that folds nothing are its
 * groups.
 */
function withoutDistinct(select: SelectOutline): SelectOutline {
  const { distinct, outputs, groups, block, stars, qualify } = select;
  if (distinct !== PLAIN_DISTINCT || !block || !stars.every(({ isKnown }) => isKnown))
    return select;
  const given = new Set(outputs.map(({ text }) => text));
  if (block.group)
    return groups.every(({ text }) => given.has(text)) ? { ...select, distinct: "" } : select;
  const keys = outputs.filter(({ text }) => !text.startsWith("{Value:"));
  const isFolded = outputs.some(({ text }) => /[{,]over:/.test(text)) || qualify.length > 0;
  return isFolded || keys.length === 0 ? select : { ...select, distinct: "", groups: keys };
}

function selectText(said: SelectOutline): string {
  const select = withoutDistinct(said);
  const isPool = isUnorderedJoin(select);
  const sources = select.sources.map((source) => [
    source.label,
    isPool ? "" : source.side,
    isPool ? [] : textsOf(source.conditions),
    source.query ? outlineText(source.query) : "",
    source.text,
  ]);
  const pooled = isPool ? select.sources.flatMap(({ conditions }) => conditions) : [];
  return JSON.stringify([
    select.outputs.map(({ name, text }) => [name.toLowerCase(), text]),
    select.stars.filter(({ isKnown }) => !isKnown).map(({ text }) => text),
    isPool ? sources.map((source) => JSON.stringify(source)).sort() : sources,
    textsOf([...select.where, ...pooled]),
    textsOf(select.groups),
    textsOf(select.having),
    textsOf(select.qualify),
    select.distinct,
    select.picks ?? "",
    select.rest,
  ]);
}

/** Only inner joins of different tables on conditions that name them: what they are joined on is a filter of all of them. */
function isUnorderedJoin({ sources, stars }: SelectOutline): boolean {
  const labels = new Set(sources.map(({ label }) => label));
  return (
    labels.size === sources.length &&
    stars.every(({ isKnown }) => isKnown) &&
    sources.every(
      ({ side, query, conditions, text }) =>
        (side ?? "inner") === "inner" &&
        query === undefined &&
        text === "" &&
        conditions.every((condition) => !condition.text.startsWith("using ")),
    )
  );
}

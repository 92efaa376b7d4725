import { makeTable } from "#lib/kit/make-table.ts";

/*
 * Tableau's formulas as SQL, as far as lineage needs them: which fields they read, through which functions and conditions.
 * What is not understood becomes one function over all the fields that the formula names, so that none is lost.
 */

export interface FormulaSql {
  readonly sql: string;
  /** It aggregates by itself, so that a sheet does not aggregate it again. */
  readonly aggregated: boolean;
}

/** What a name in brackets stands for; undefined: nothing that is known. */
export type ResolveField = (name: string) => FormulaSql | undefined;

type TokenKind = "field" | "text" | "number" | "date" | "word" | "sign";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<field>\[(?:[^\]]|\]\])*\])|(?<text>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?<date>#[^#\n]*#)|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?<word>[A-Za-z_]\w*)|(?<sign>==|<>|!=|<=|>=|[-+*/%^=<>(),{}:.])/y;

/** Undefined where a character is none of the language's. */
function tokensOf(formula: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < formula.length) {
    const found = TOKEN.exec(formula);
    if (found === null) return undefined;
    const groups = found.groups ?? {};
    const kind = (["field", "text", "date", "number", "word", "sign"] as const).find(
      (name) => groups[name] !== undefined,
    );
    if (kind !== undefined) tokens.push({ kind, text: found[0] });
  }
  return tokens;
}

const AGGREGATES: ReadonlySet<string> = new Set(
  "sum avg min max count countd attr median stdev stdevp var varp percentile corr covar covarp collect".split(
    " ",
  ),
);

const RENAMED: Readonly<Record<string, string>> = makeTable({
  attr: "MIN",
  stdev: "STDDEV",
  stdevp: "STDDEV_POP",
  var: "VARIANCE",
  varp: "VAR_POP",
  ifnull: "COALESCE",
});

const KEYWORDS: ReadonlySet<string> = new Set(
  "if then elseif else end case when and or not in null true false".split(" "),
);

/** The name of a field without its brackets. */
export const fieldName = (bracketed: string): string =>
  bracketed.replace(/^\[|\]$/g, "").replaceAll("]]", "]");

/** The names in brackets that a text mentions, in its order. */
export const fieldsNamedIn = (text: string): readonly string[] =>
  [...text.matchAll(/\[(?:[^\]]|\]\])*\]/g)].map(([name]) => fieldName(name));

export function translateFormula(formula: string, resolve: ResolveField): FormulaSql {
  const tokens = tokensOf(formula);
  if (tokens === undefined) return fallback(formula, resolve);
  const reader = new FormulaReader(tokens, resolve);
  const sql = reader.whole();
  return sql === undefined ? fallback(formula, resolve) : { sql, aggregated: reader.aggregated };
}

function fallback(formula: string, resolve: ResolveField): FormulaSql {
  const fields = fieldsNamedIn(formula).flatMap((name) => resolve(name) ?? []);
  return {
    sql:
      fields.length === 0 ? "NULL" : `tableau_formula(${fields.map(({ sql }) => sql).join(", ")})`,
    aggregated: fields.some(({ aggregated }) => aggregated) || AGGREGATING.test(formula),
  };
}

const AGGREGATING = new RegExp(`\\b(?:${[...AGGREGATES].join("|")})\\s*\\(`, "i");

/** Deeper than any formula that a person wrote. */
const MAX_NESTING = 100;

class FormulaReader {
  aggregated = false;
  private at = 0;
  private depth = 0;

  private readonly tokens: readonly Token[];
  private readonly resolve: ResolveField;

  constructor(tokens: readonly Token[], resolve: ResolveField) {
    this.tokens = tokens;
    this.resolve = resolve;
  }

  whole(): string | undefined {
    const sql = this.until(new Set());
    return this.at === this.tokens.length ? sql : undefined;
  }

  /** Everything up to one of the signs on this level, which is left unread. Undefined: not understood. */
  private until(ends: ReadonlySet<string>): string | undefined {
    if (++this.depth > MAX_NESTING) return undefined;
    const parts: string[] = [];
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at];
      if (token === undefined || (token.kind === "sign" && ends.has(token.text))) break;
      const part = this.part(token);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    this.depth--;
    return parts.join(" ");
  }

  private part(token: Token): string | undefined {
    this.at++;
    switch (token.kind) {
      case "number":
        return token.text;
      case "date":
        return `'${token.text.slice(1, -1).replaceAll("'", "''")}'`;
      case "text":
        return textLiteral(token.text);
      case "field":
        return this.field(token.text);
      case "word":
        return this.word(token.text.toLowerCase());
      case "sign":
        return this.sign(token.text);
    }
  }

  private field(text: string): string | undefined {
    const name = fieldName(text);
    // [Parameters].[Threshold], or a field of another data source.
    if (this.peek() === "." && this.tokens[this.at + 1]?.kind === "field") {
      const inner = fieldName(this.tokens[this.at + 1]?.text ?? "");
      this.at += 2;
      return name === "Parameters" ? "'parameter'" : this.known(`${name}].[${inner}`);
    }
    return this.known(name);
  }

  private known(name: string): string | undefined {
    const field = this.resolve(name);
    if (field?.aggregated) this.aggregated = true;
    return field?.sql;
  }

  private word(word: string): string | undefined {
    if (word === "if") return "CASE WHEN";
    if (word === "elseif") return "WHEN";
    if (KEYWORDS.has(word) && word !== "in") return word.toUpperCase();
    if (word === "in") return "IN";
    return this.peek() === "(" ? this.call(word) : undefined;
  }

  private call(name: string): string | undefined {
    this.at++;
    const isAggregate = AGGREGATES.has(name);
    const args = this.listUntil(")");
    if (args === undefined) return undefined;
    if (isAggregate) this.aggregated = true;
    if (name === "countd") return `COUNT(DISTINCT ${args.join(", ")})`;
    if (name === "zn") return `COALESCE(${args[0] ?? "NULL"}, 0)`;
    if (name === "isnull") return `(${args[0] ?? "NULL"} IS NULL)`;
    if (name === "iif" && args.length >= 3)
      return `CASE WHEN ${args[0]} THEN ${args[1]} ELSE ${args[2]} END`;
    return `${RENAMED[name] ?? name.toUpperCase()}(${args.join(", ")})`;
  }

  private listUntil(end: ")" | ":"): readonly string[] | undefined {
    const args: string[] = [];
    const ends = new Set([",", end]);
    for (;;) {
      const argument = this.until(ends);
      if (argument === undefined || this.at >= this.tokens.length) return undefined;
      if (argument !== "") args.push(argument);
      if (this.tokens[this.at++]?.text === end) return args;
    }
  }

  private sign(sign: string): string | undefined {
    if (sign === "(") {
      const inner = this.listUntil(")");
      return inner === undefined ? undefined : `(${inner.join(", ")})`;
    }
    if (sign === "{") return this.levelOfDetail();
    if (sign === "==") return "=";
    if (sign === "!=") return "<>";
    return /^[)},:.]$/.test(sign) ? undefined : sign;
  }

  /** `{FIXED [a], [b] : SUM([c])}` folds rows by other fields than the sheet does; outside it reads as a plain value. */
  private levelOfDetail(): string | undefined {
    const outside = this.aggregated;
    const kind = this.tokens[this.at]?.text.toLowerCase() ?? "";
    let keys: readonly string[] | undefined = [];
    if (["fixed", "include", "exclude"].includes(kind)) {
      this.at++;
      keys = this.listUntil(":");
    }
    const value = keys === undefined ? undefined : this.until(new Set(["}"]));
    if (keys === undefined || value === undefined || this.peek() !== "}") return undefined;
    this.at++;
    this.aggregated = outside;
    const over = keys.length === 0 ? "" : `PARTITION BY ${keys.join(", ")}`;
    return `(${value} OVER (${over}))`;
  }

  private peek(): string | undefined {
    return this.tokens[this.at]?.text;
  }
}

function textLiteral(token: string): string {
  const quote = token[0] ?? "'";
  const inner = token.slice(1, -1).replaceAll(quote + quote, quote);
  return `'${inner.replaceAll("'", "''")}'`;
}

import { splitRelationName } from "../relation-name.ts";
import { type Token, tokenizeSql } from "./tokenize.ts";

type Path = readonly string[];

/** What a statement does to tables as a whole; undefined names are never in it. */
export type SchemaStatement =
  | { readonly kind: "rename"; readonly relation: Path; readonly to: Path }
  | { readonly kind: "move"; readonly relation: Path; readonly schema: string }
  /** `takesViews`: and whatever is made of them. */
  | { readonly kind: "drop"; readonly relations: readonly Path[]; readonly takesViews: boolean }
  | { readonly kind: "drop-schema"; readonly schemas: readonly Path[] }
  | { readonly kind: "rename-schema"; readonly schema: Path; readonly to: string };

/**
 * Statements that drop, move or rename tables, views and schemas. They are read from their words, because the parser takes
 * few of them: `alter view a rename to b`, `alter table a set schema b`, `drop schema a cascade`.
 */
export function readSchemaStatement(sql: string): SchemaStatement | undefined {
  const reader = new WordReader(sql);
  const verb = reader.next();
  if (verb !== "alter" && verb !== "drop") return undefined;
  const isSchema = reader.takes("schema");
  if (!isSchema && !takesRelationWord(reader)) return undefined;
  reader.takes("if", "exists");
  reader.takes("only");
  const first = reader.name();
  if (first === undefined) return undefined;
  if (verb === "drop") {
    const all = [first];
    for (let more = reader.afterComma(); more !== undefined; more = reader.afterComma())
      all.push(more);
    if (isSchema) return { kind: "drop-schema", schemas: all };
    return { kind: "drop", relations: all, takesViews: reader.takes("cascade") };
  }
  if (reader.takes("rename", "to")) {
    const to = reader.name();
    if (to === undefined) return undefined;
    return isSchema
      ? { kind: "rename-schema", schema: first, to: to.at(-1) ?? "" }
      : { kind: "rename", relation: first, to };
  }
  const schema = !isSchema && reader.takes("set", "schema") ? reader.name() : undefined;
  return schema && { kind: "move", relation: first, schema: schema.at(-1) ?? "" };
}

function takesRelationWord(reader: WordReader): boolean {
  if (reader.takes("materialized", "view") || reader.takes("foreign", "table")) return true;
  return reader.takes("table") || reader.takes("view");
}

class WordReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.#tokens = tokenizeSql(sql.slice(0, 10_000));
  }

  next(): string | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token?.lower;
  }

  /** Whether these words come next; if so they are passed. */
  takes(...words: readonly string[]): boolean {
    const fits = words.every((word, index) => this.#tokens[this.#at + index]?.lower === word);
    if (fits) this.#at += words.length;
    return fits;
  }

  /** `a`, `a.b`, `"A".b`. */
  name(): Path | undefined {
    const parts: string[] = [];
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind !== "word" && token?.kind !== "quoted") return undefined;
      parts.push(...splitRelationName(token.text));
      this.#at += 1;
    } while (this.takes("."));
    return parts;
  }

  afterComma(): Path | undefined {
    return this.takes(",") ? this.name() : undefined;
  }
}

/** Queries, settings, statistics and rights that are given: known to change no table and to take nothing from one. */
const CHANGES_NOTHING =
  /^(?:\(|select|with|values|from|show|describe|desc|explain|summarize|pivot|unpivot|set|reset|use|declare|comment|analyze|vacuum|optimize|checkpoint|grant|lock|unlock|print|raiserror|start\s+transaction|commit|rollback|abort|savepoint|release|end|go|list|put|get|unload|export|cache|uncache|install|pragma|listen|notify|unlisten|discard|deallocate|prepare|close|fetch|kill|return|reindex|cluster|refresh)(?![\w$])/i;
const CHANGES_NO_TABLE =
  /^(?:create|alter|drop)\s+(?:or\s+(?:replace|alter)\s+)?(?:constraint\s+|event\s+|aggregate\s+)?(?:temp\s+|temporary\s+)?(?:function|procedure|proc|routine|trigger|rule|index|unique|statistics|cast|server|foreign\s+data|user\s+mapping|language|large\s+object|event|transform|conversion|access\s+method|stage|secret|task|stream|pipe|warehouse|file\s+format|masking|row\s+access|macro|model|role|user|login|sequence|extension|type|domain|session|system|resource|notification|network|integration|storage|api|tag|share|alert|connection)\b/i;
/** `with gone as (delete …)`, `explain analyze update …`, `select … into t`. */
const WRITES = /(?<!\bfor\s+)\b(?:insert|update|delete|merge|truncate|into|drop|alter|create)\b/i;

/**
 * Whether a statement that is not followed may take away or change a table: yes, unless it is of a kind that is known to
 * do neither.
 */
export const mayChangeTables = (sql: string): boolean =>
  CHANGES_NOTHING.test(sql) ? WRITES.test(sql) && !SETS.test(sql) : !CHANGES_NO_TABLE.test(sql);

const SETS = /^(?:set|comment|grant|show|describe|desc|print|raiserror|prepare|deallocate)\b/i;

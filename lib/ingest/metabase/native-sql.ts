import { asRecord, asText, type LooseRecord } from "#lib/ingest/loose-value.ts";

export interface NativeText {
  readonly sql: string;
  /** Clauses of fields that a filter widget stands for. */
  readonly filters: readonly unknown[];
  /** What could not be filled in. */
  readonly lost: readonly string[];
}

export interface NativeParts {
  readonly tags: LooseRecord;
  /** The SQL of a card that the text names by its number. */
  readonly cardSql: (key: string) => string | undefined;
  readonly snippet: (name: string) => string | undefined;
}

/**
 * A native query with its tags filled in: values become NULL, filters over a field become a condition that always holds
 * (their field is told apart), snippets and cards their SQL. What stands in `[[ ]]` is read as if it were switched on.
 */
export function fillNativeSql(text: string, { tags, cardSql, snippet }: NativeParts): NativeText {
  const filters: unknown[] = [];
  const lost: string[] = [];
  // What is not in the export stays in the text as it is: no parser takes it, so all that the query reads is unknown.
  const fill = (written: string, inner: string): string => {
    const name = inner.trim();
    const card = /^#(\d+|[\w-]{21})/.exec(name)?.[1];
    if (card !== undefined) {
      const sql = cardSql(card);
      if (sql === undefined) lost.push(`the card ${card}`);
      return sql === undefined ? written : `(\n${sql}\n)`;
    }
    const named = /^snippet\s*:\s*(.+)$/i.exec(name)?.[1];
    if (named !== undefined) {
      const sql = snippet(named.trim());
      if (sql === undefined) lost.push(`the snippet ${named.trim()}`);
      return sql ?? written;
    }
    const tag = asRecord(tags[name]);
    if (asText(tag?.["type"]) !== "dimension") return "NULL";
    filters.push(tag?.["dimension"]);
    return "1 = 1";
  };
  const sql = text
    .replaceAll("[[", " ")
    .replaceAll("]]", " ")
    .replace(/\{\{([^{}]*)\}\}/g, fill)
    .trim()
    .replace(/;+\s*$/, "")
    .trim();
  return { sql, filters, lost };
}

import { asList, asRecord, asText, type LooseRecord } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { Row } from "./each-row.ts";
import { eventStamp } from "./event-stamp.ts";

/** Rows that are told by their place; past them only how many there are. */
const TOLD = 5;

/** What could not be read in the rows of one file, told once. Cells that are empty say nothing and are no fault. */
export class RowFaults {
  readonly #file: string;
  readonly #places: string[] = [];
  #rows = 0;
  #faulty = 0;
  #losesLineage = false;
  #line: number | undefined;
  #isFaulty = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** `line` counts from 1; undefined where the file is no file of lines. */
  beginRow(line: number | undefined): void {
    this.#rows += 1;
    this.#line = line;
    this.#isFaulty = false;
  }

  /** `what`: `direct_objects_accessed is cut off`. A lost time loses no lineage. */
  tell(what: string, { losesLineage = true }: { readonly losesLineage?: boolean } = {}): void {
    if (losesLineage) this.#losesLineage = true;
    if (this.#isFaulty) return;
    this.#isFaulty = true;
    this.#faulty += 1;
    const place = this.#line === undefined ? `row ${this.#rows}` : `line ${this.#line}`;
    if (this.#places.length < TOLD) this.#places.push(`${place}: ${what}`);
  }

  /** The time of the first of the cells that has one. */
  timeOf(row: Row, ...keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const at = eventStamp(row[key]);
      if (at !== undefined) return at;
    }
    const [bad] = keys.filter((key) => !isEmpty(row[key]));
    if (bad !== undefined) this.tell(`${bad} is no time`, { losesLineage: false });
    return undefined;
  }

  /** A cell that has a name. */
  textOf(row: Row, key: string): string | undefined {
    const text = asText(row[key]);
    if (text === undefined && !isEmpty(row[key])) this.tell(`${key} is no text`);
    return text;
  }

  /** A list of records, or its JSON; of one that is cut off what is whole. */
  listOf(row: Row, key: string): readonly LooseRecord[] {
    const value = this.valueOf(row, key);
    const list = asList(value);
    if (list === undefined) {
      if (!isEmpty(value)) this.tell(`${key} is no list`);
      return [];
    }
    return list.flatMap((entry) => {
      const record = asRecord(entry);
      if (record === undefined) this.tell(`${key} holds what is no object`);
      return record === undefined ? [] : [record];
    });
  }

  /** A record, or its JSON. */
  recordOf(row: Row, key: string): LooseRecord | undefined {
    const value = this.valueOf(row, key);
    const record = asRecord(value);
    if (record === undefined && !isEmpty(value)) this.tell(`${key} is no object`);
    return record;
  }

  /** Lists and records are texts in CSV. */
  valueOf(row: Row, key: string): unknown {
    const text = asText(row[key]);
    if (text === undefined || !/\S/.test(text)) return isEmpty(row[key]) ? undefined : row[key];
    const parsed = parseJsonText(this.#file, text);
    if (parsed.ok) return parsed.value ?? undefined;
    this.tell(`${key} is no whole JSON`);
    const rest = parseJsonText(this.#file, closeJson(text));
    return rest.ok ? rest.value : undefined;
  }

  problems(): readonly Problem[] {
    if (this.#faulty === 0) return [];
    const more = this.#faulty - this.#places.length;
    return [
      {
        code: "wrong-shape",
        message: `${this.#faulty} of ${this.#rows} rows could not be read whole: ${this.#places.join("; ")}${more > 0 ? `; and ${more} more` : ""}`,
        next: this.#losesLineage
          ? "What is whole of them was kept; edges may be missing. Export the rows again."
          : "Their lineage was kept, without its time.",
        file: this.#file,
        severity: this.#losesLineage ? "error" : "warning",
      },
    ];
  }
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "string" && /^\s*(?:null|\\N)?\s*$/i.test(value));

/** JSON that was cut off, up to the last record in it that is whole, and closed there. */
function closeJson(text: string): string {
  const open: string[] = [];
  // After the last record that is whole, brackets are only opened: its own are the first ones then.
  let depth = 0;
  let end = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (inText) {
      if (sign === "\\") at += 1;
      else if (sign === '"') inText = false;
    } else if (sign === '"') inText = true;
    else if (sign === "{" || sign === "[") open.push(sign === "{" ? "}" : "]");
    else if (sign === "}" || sign === "]") {
      open.pop();
      end = at + 1;
      depth = open.length;
    }
  }
  return text.slice(0, end) + open.slice(0, depth).reverse().join("");
}

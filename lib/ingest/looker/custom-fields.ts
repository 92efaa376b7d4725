import { asList, asRecord, asText, type LooseRecord, recordsIn } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";

/** A field that a tile makes for itself beside those of its explore, in SQL with `${view.field}` in it. */
export interface CustomField {
  readonly name: string;
  readonly role: "DIMENSION" | "MEASURE";
  /** `sum`, `count_distinct`, …: of a measure. */
  readonly type?: string;
  readonly sql?: string;
  /** The dimension that it folds, or the measure that it filters. */
  readonly basedOn?: string;
  /** `view.field` of each filter of a measure. */
  readonly filters: readonly string[];
  /** A condition on the rows that a measure folds. */
  readonly condition?: string;
}

/**
 * The custom dimensions and measures of a query (`dynamic_fields`): a list in LookML, a text of JSON in answers of the API.
 * Calculations over the result's own rows read nothing further and are left out.
 */
export function readCustomFields(query: LooseRecord): readonly CustomField[] {
  const value = query["dynamic_fields"];
  const text = asText(value);
  const parsed = text === undefined ? undefined : parseJsonText("dynamic_fields", text);
  return recordsIn(parsed?.ok ? parsed.value : value).flatMap((one) => customField(one) ?? []);
}

function customField(one: LooseRecord): CustomField | undefined {
  const measure = asText(one["measure"]);
  const dimension = asText(one["dimension"]);
  const name = measure ?? dimension;
  if (name === undefined) return undefined;
  const expression = asText(one["expression"]);
  const condition = asText(one["filter_expression"]);
  const basedOn = asText(one["based_on"]) ?? grouped(one);
  const type = asText(one["type"]);
  return {
    name,
    role: measure === undefined ? "DIMENSION" : "MEASURE",
    ...(type === undefined ? {} : { type }),
    ...(expression === undefined ? {} : { sql: sqlOfExpression(expression) }),
    ...(basedOn === undefined ? {} : { basedOn }),
    filters: filterFields(one["filters"]),
    ...(condition === undefined ? {} : { condition: sqlOfExpression(condition) }),
  };
}

/** Groups and bins name the field that they sort into a few values as their first argument. */
const grouped = ({ args }: LooseRecord): string | undefined => asText(asList(args)?.[0]);

/** `{view.field: value}`, or a list of such. */
const filterFields = (filters: unknown): readonly string[] =>
  [asRecord(filters), ...recordsIn(filters)].flatMap((one) => Object.keys(one ?? {}));

/** Looker's expressions are calls and operators as SQL has them, but for their texts and for `!=`. */
const sqlOfExpression = (expression: string): string =>
  expression.replace(
    /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|!=/g,
    (whole, double?: string, single?: string, filter?: string) => {
      const text = double ?? single ?? filter;
      return text === undefined
        ? whole.replace("!=", "<>")
        : `'${text.replace(/\\(.)/g, "$1").replaceAll("'", "''")}'`;
    },
  );

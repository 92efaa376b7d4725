import { settleDatasetName } from "./dataset-name.ts";
import { type LineageSighting, nameKey } from "./gather-events.ts";

/** What one job's facets leave open of a dataset's columns. */
export interface UntoldColumns {
  readonly sighting: LineageSighting;
  /** Columns of the dataset for which the facet gives no source, in the schema's order. */
  readonly columns: readonly string[];
}

interface ToldParts {
  /** One job's, each with its facet's place. */
  readonly sent: readonly LineageSighting[];
  /** Columns that the dataset's writers list. */
  readonly schema: readonly string[];
  /** The column that a facet's field belongs to: fields may be paths into nested ones. */
  readonly columnOf: (field: string) => string;
}

/**
 * Columns of the output that its lineage does not speak of. Spark leaves out what it made without a column (literals,
 * `count(*)`, the time) in the same way as what it could not follow (scalar subqueries, unpivoted columns, the keys of a
 * rollup, Python functions: openlineage-spark 1.53 on Spark 3.5), so that where such a column comes from is not known. A
 * field with an empty list of inputs is a statement of its own: made of no column.
 *
 * Facets of one job that share a source tell of the same statement, and what one of them says the other need not.
 */
export function findUntold({ sent, schema, columnOf }: ToldParts): readonly UntoldColumns[] {
  if (schema.length === 0) return [];
  const [only, ...others] = sent;
  if (only !== undefined && others.length === 0 && tellsAll(only, { schema, columnOf })) return [];
  const facets = sent.map((sighting) => ({
    sighting,
    sources: new Set(
      sighting.lineage.steps.sources.map(({ name }) => nameKey(settleDatasetName(name))),
    ),
    told: new Set(sighting.lineage.told.map(columnOf)),
  }));
  return facets.flatMap(({ sighting, sources, told }) => {
    if (sources.size === 0) return [];
    const beside = facets.filter((other) => [...other.sources].some((key) => sources.has(key)));
    const columns = schema.filter(
      (column) => !told.has(column) && !beside.some((other) => other.told.has(column)),
    );
    return columns.length === 0 ? [] : [{ sighting, columns }];
  });
}

/** As it nearly always is; then nothing of it has to be compared. */
function tellsAll(
  { lineage: { told } }: LineageSighting,
  { schema, columnOf }: Pick<ToldParts, "schema" | "columnOf">,
): boolean {
  if (told.length < schema.length) return false;
  const columns = new Set(told.map(columnOf));
  return schema.every((column) => columns.has(column));
}

// How the company's loaders meet a schema that differs from what they expect, on real files where that decides.
import { join } from "node:path";

/**
 * The select that fills a loader's target.
 *
 * - `copy`: all columns there are;
 * - `lenient`: a Parquet read with a declared schema: a missing column is null, a new one is left out, a value that does
 *   not cast is null (the declared schema is itself an empty Parquet file in the same scan);
 * - `strict`: as declared or not at all;
 * - `skip_bad_rows`: a record that does not fit the declared fields is left out.
 *
 * @param {{from: string, reader: string, columns?: Record<string, string>, rename?: Record<string, string>}} loader
 * @param {{run: (sql: string) => Promise<unknown>, columnsOf: (relation: string) => Promise<{name: string, type: string}[]>, folder: string}} engine
 * @returns {Promise<string>}
 */
export async function loaderSelect(loader, { run, columnsOf, folder }) {
  if (loader.reader === "copy") return `select * from ${loader.from}`;
  const declared = Object.entries(loader.columns);
  const target = (name) => loader.rename?.[name] ?? name;
  const cast = declared
    .map(([name, type]) => `try_cast("${name}" as ${type}) as "${target(name)}"`)
    .join(", ");
  if (loader.reader === "lenient") {
    const [schema, data] = ["schema", "data"].map((part) =>
      join(folder, `${loader.from}.${part}.parquet`),
    );
    await run(
      `copy (select ${declared.map(([name, type]) => `cast(null as ${type}) as "${name}"`).join(", ")} where false) to '${schema}' (format parquet)`,
    );
    await run(`copy (select * from ${loader.from}) to '${data}' (format parquet)`);
    return `select ${cast} from read_parquet(['${schema}', '${data}'], union_by_name = true)`;
  }
  const found = await columnsOf(loader.from);
  if (loader.reader === "strict") {
    const differs =
      declared.find(([name, type]) => found.find((one) => one.name === name)?.type !== type) ??
      found.find((one) => !loader.columns[one.name]);
    if (differs !== undefined)
      throw new Error(
        `${loader.from} does not fit the declared schema: ${Array.isArray(differs) ? differs[0] : differs.name}`,
      );
    return `select ${cast} from ${loader.from}`;
  }
  const extra = found
    .filter((one) => !loader.columns[one.name])
    .map((one) => `"${one.name}" is null`);
  const lacks = declared.filter(([name]) => !found.some((one) => one.name === name));
  if (lacks.length > 0)
    return `select ${declared.map(([name, type]) => `cast(null as ${type}) as "${target(name)}"`).join(", ")} where false`;
  const fits = declared.map(
    ([name, type]) => `("${name}" is null or try_cast("${name}" as ${type}) is not null)`,
  );
  return `select ${cast} from ${loader.from} where ${[...extra, ...fits].join(" and ")}`;
}

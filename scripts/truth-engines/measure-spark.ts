import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { pyspark } from "../acceptance/pyspark.mjs";
import { ENGINE_CELLS, FILL, nameOf } from "./cells.ts";
import { outcomeOf, type Rows } from "./outcome.ts";
import type { SparkFixture } from "./spark-fixture.ts";

/*
 * `npx tsx scripts/truth-engines/measure-spark.ts` runs the cells on Spark and writes spark.json, which the tests hold the
 * verdicts to. PySpark is installed once below ~/.cache/faultline; Java 17 has to be there.
 */
const forSpark = (sql: string): string =>
  sql.replaceAll(/\bvarchar\b(?!\()/gi, "string").replaceAll(/double precision/gi, "double");

interface Told {
  readonly version: string;
  readonly outcomes: Readonly<
    Record<
      "legacy" | "ansi",
      readonly { readonly before: Rows | null; readonly after: Rows | null }[]
    >
  >;
}

const cells = ENGINE_CELLS.map((cell) => ({
  ...cell,
  table: cell.change.asset,
  list: forSpark(cell.list),
  sql: forSpark(cell.sql),
}));
const missing = await pyspark.install();
if (missing !== undefined) throw new Error(`Spark cannot run here: ${missing}`);
const { python } = pyspark;
const script = new URL("run_spark.py", import.meta.url).pathname;
const run = spawnSync(python, [script, ...process.argv.slice(2)], {
  input: JSON.stringify({ fill: FILL.map(forSpark), cells }),
  encoding: "utf8",
  maxBuffer: 1 << 28,
  stdio: ["pipe", "pipe", "inherit"],
});
if (run.status !== 0) {
  process.stderr.write(`${python} ended with ${run.status ?? run.signal ?? run.error?.message}\n`);
  process.exit(1);
}
const told = JSON.parse(run.stdout) as Told;
const fixture: SparkFixture = {
  engine: `Spark ${told.version}`,
  cells: Object.fromEntries(
    ENGINE_CELLS.map((cell, at) => {
      const of = (mode: "legacy" | "ansi") => {
        const rows = told.outcomes[mode][at];
        return outcomeOf(rows?.before ?? null, rows?.after ?? null);
      };
      return [nameOf(cell), { legacy: of("legacy"), ansi: of("ansi") }];
    }),
  ),
};
const file = new URL("spark.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(fixture, null, 2)}\n`);
process.stdout.write(`${Object.keys(fixture.cells).length} cells on ${fixture.engine}\n`);

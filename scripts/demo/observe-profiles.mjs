// Counts null share, distinct values and rows of the shared source tables, as YAML for `observed` in a graph file.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCompany } from "./read-company.mjs";
import { openCompany } from "./run-company.mjs";

const company = readCompany(
  join(dirname(fileURLToPath(import.meta.url)), "..", "..", "graph-seed", "company"),
);
const running = await openCompany(company);
for (const relation of process.argv.slice(2)) {
  const columns = await running.columnsOf(relation);
  const counted = columns
    .map(({ name }) => `count(*) - count("${name}"), count(distinct "${name}")`)
    .join(", ");
  const [[rows, ...figures]] = await running.rowsOf(`select count(*), ${counted} from ${relation}`);
  for (const [at, { name }] of columns.entries()) {
    const nullShare = Number((Number(figures[at * 2]) / Number(rows)).toFixed(4));
    console.log(
      `  ${company.database}.${relation}.${name}: {nullShare: ${nullShare}, distinct: ${figures[at * 2 + 1]}, rows: ${rows}}`,
    );
  }
}
await running.close();

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { loadSqlParser } from "#lib/usecases/sources/load-sql-parser.ts";
import { f1 } from "../truth/tally.ts";
import { type EditScore, scoreEdits } from "./score-edits.ts";

/**
 * `npm run truth:edits -- EDITS PROJECTS`: the folder of executed edits (`<project>.json`) and the one with each project's
 * artefacts (`<project>/manifest.json`, `catalog.json`). Prints the scores and what they rest on.
 */
const [edits = "../shared/data/truth-edits", projects = "../shared/data/truth"] =
  process.argv.slice(2);
const parser = await loadSqlParser();

function print(project: string, score: EditScore): void {
  const figures = (["model", "column", "breaking"] as const).map((grain) => {
    const { hit, missed, wrong } = score[grain];
    return `${grain} ${f1(score[grain]).toFixed(3)} (${hit} found, ${missed} missed, ${wrong} wrong)`;
  });
  process.stdout.write(`${project}: ${score.edits} edits; ${figures.join("; ")}\n`);
  const { models, unaffected, shownUnaffected, contradicted } = score.reached;
  process.stdout.write(
    `  below the edited models (state:modified+): ${models}; as they were: ${unaffected}, shown so: ${shownUnaffected} (${percent(shownUnaffected, unaffected)}); shown so and not: ${contradicted}\n`,
  );
  process.stdout.write(
    `  cosmetic edits flagged: ${score.flagged.length}; called safe and failed: ${score.unsafe.length}\n`,
  );
  for (const line of [...score.flagged, ...score.unsafe, ...score.disagreements])
    process.stdout.write(`  ${line}\n`);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "none" : `${Math.floor((100 * part) / whole)}%`;
}

for (const file of readdirSync(edits)
  .filter((name) => name.endsWith(".json"))
  .sort()) {
  const project = basename(file, ".json");
  print(
    project,
    await scoreEdits({ edits: join(edits, file), project: join(projects, project), parser }),
  );
}

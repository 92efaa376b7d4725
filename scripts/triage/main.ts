// `npm run triage-bench`: faults that were really run on DuckDB, told as nights: what is seen, what the log says. Who did it?
// `npm run triage-bench -- <folder…>`: folders with a dbt project's artefacts and a `truth.json` instead of the demo, and folders
// with a project that is only SQL, which is run (`sources.sql`, `models.sql`, `consumers.csv`; some stand in scripts/truth/projects).
//
//   --every N   takes every Nth change of what is run      --seed N   another set of nights
//   --sets N    so many sets of nights, from that one on
//   --edits DIR faults inside models instead: DIR/<folder's name>.json, in the form of data/truth-edits
//   --kinds     checks of data say what they look for: rows, nulls or values
//   --both      with --edits: faults in base tables and inside models, as they come
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_TRIAGE_WEIGHTS, type TriageWeights } from "#lib/incidents/triage-weights.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { GraphView } from "#lib/usecases/graph/graph-view.ts";
import { triageIncident } from "#lib/usecases/incidents/triage-incident.ts";
import { randomFrom } from "../random.ts";
import type { ExecutedChange } from "../truth/executed-change.ts";
import { readEdited, readExecuted, readFolder } from "../truth/read-folder.ts";
import { isWrittenProject } from "../truth/read-written.ts";
import { readDemo, runDemo } from "../truth/run-demo.ts";
import { withWritten } from "../truth/run-written.ts";
import { AssetDag, BASELINES } from "./baselines.ts";
import { makeCases, NOW, type TriageCase } from "./make-cases.ts";
import { printTriage } from "./print-triage.ts";
import { EVIDENCE_ALONE, OURS, OURS_WITHOUT_LOG, type RankedCase } from "./ranked-case.ts";

const { values, positionals } = parseArgs({
  options: {
    every: { type: "string" },
    seed: { type: "string" },
    sets: { type: "string" },
    edits: { type: "string" },
    both: { type: "boolean" },
    kinds: { type: "boolean" },
  },
  allowPositionals: true,
});
const seed = Number(values.seed ?? 20261123);
const every = Number(values.every ?? 1);
const sets = Array.from({ length: Number(values.sets ?? 1) }, (_, at) => seed + at);

/** What was looked at, and nothing else. */
const NOTHING_KNOWN_BEFORE: TriageWeights = {
  ...DEFAULT_TRIAGE_WEIGHTS,
  noChange: 0,
  noChangeOutside: 0,
  failedRun: 0,
  seenHealthy: 0,
};

const ranked: RankedCase[] = [];
if (positionals.length === 0) {
  const view = await readDemo(NOW);
  ranked.push(...(await rankRun("demo", view, runDemo(view.graph, { every }))));
}
for (const folder of positionals) {
  const path = resolve(folder);
  const name = basename(path);
  if (isWrittenProject(path)) {
    const run = { now: NOW, every };
    ranked.push(...(await withWritten(path, run, (view, changes) => rankRun(name, view, changes))));
    continue;
  }
  const view = await readFolder(path, NOW);
  const executed = [
    ...(values.edits === undefined || values.both ? readExecuted(path, view.graph) : []),
    ...(values.edits === undefined
      ? []
      : readEdited(join(values.edits, `${name}.json`), view.graph)),
  ];
  ranked.push(...rankAll(name, view, executed));
}
process.stdout.write(printTriage(ranked, randomFrom(seed)));

async function rankRun(
  dag: string,
  view: GraphView,
  changes: AsyncIterable<ExecutedChange>,
): Promise<RankedCase[]> {
  const executed: ExecutedChange[] = [];
  for await (const change of changes) executed.push(change);
  return rankAll(dag, view, executed);
}

function rankAll(dag: string, view: GraphView, executed: readonly ExecutedChange[]): RankedCase[] {
  const cases = sets.flatMap((set) =>
    makeCases({
      dag,
      view,
      executed,
      random: randomFrom(set),
      randomKind: values.kinds ? randomFrom(set + 1) : undefined,
    }),
  );
  const assets = new AssetDag(view);
  return cases.map((triageCase) => {
    const started = process.cpuUsage();
    const ours = suspectsOf(view, triageCase);
    const { user, system } = process.cpuUsage(started);
    return {
      triageCase,
      ms: (user + system) / 1000,
      rankings: {
        [OURS]: ours,
        [OURS_WITHOUT_LOG]: suspectsOf(view, { ...triageCase, changes: [] }),
        [EVIDENCE_ALONE]: suspectsOf(view, { ...triageCase, changes: [] }, NOTHING_KNOWN_BEFORE),
        ...Object.fromEntries(
          Object.entries(BASELINES).map(([name, rank]) => [name, rank(assets, triageCase)]),
        ),
      },
    };
  });
}

function suspectsOf(
  view: GraphView,
  { symptoms, healthy, changes }: TriageCase,
  weights: TriageWeights = DEFAULT_TRIAGE_WEIGHTS,
): AssetId[] {
  const answer = triageIncident(view, { symptoms, healthy, changes, now: NOW, weights });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value.suspects.map(({ asset }) => asset.id);
}

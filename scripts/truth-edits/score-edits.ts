import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { assessChanges } from "#lib/impact/assess-change.ts";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import { type ReviewedChange, toChangeInputs } from "#lib/review/reviewed-change.ts";
import type { CheckState } from "#lib/usecases/gate/check-state.ts";
import { assembleWorld } from "#lib/usecases/gate/check-world.ts";
import { type ComparedStates, compareStates } from "#lib/usecases/gate/compare-states.ts";
import { readSources } from "#lib/usecases/sources/read-sources.ts";
import { type ReachedCounts, reachedModels } from "./reached-models.ts";

/**
 * Scores what `check` says of edited models against what happened when the edited project was built: a file of edits, and
 * the folder with the artefacts of the project before them. Every model was built as a table.
 */
const editSchema = z.looseObject({
  source: z.string(),
  column: z.string(),
  change: z.string(),
  noop_on_data: z.boolean().optional(),
  head_sql: z.string(),
  head_cols: z.array(z.tuple([z.string(), z.string()])),
  results: z.record(
    z.string(),
    z.looseObject({
      status: z.enum(["ok", "error", "blocked"]),
      columns: z.record(z.string(), z.string()).optional(),
      rows_changed: z.boolean().optional(),
      message: z.string().optional(),
    }),
  ),
});

const editsSchema = z.looseObject({
  models: z.record(z.string(), z.looseObject({ columns: z.record(z.string(), z.string()) })),
  mutations: z.array(editSchema),
});

type Edit = z.infer<typeof editSchema>;

export interface EditCounts {
  hit: number;
  missed: number;
  wrong: number;
}

export interface EditScore {
  readonly edits: number;
  readonly model: EditCounts;
  readonly column: EditCounts;
  readonly breaking: EditCounts;
  /** What dbt's `state:modified+` would select, those of cosmetic edits too. */
  readonly reached: ReachedCounts;
  /** Cosmetic edits that were not proved to be nothing. */
  readonly flagged: readonly string[];
  /** Models that failed and were said to be safe. */
  readonly unsafe: readonly string[];
  readonly disagreements: readonly string[];
}

const folded = (name: string): string => name.toLowerCase();

export async function scoreEdits(input: {
  readonly edits: string;
  readonly project: string;
  readonly parser: SqlParser;
  /** Only one in so many edits. */
  readonly every?: number;
}): Promise<EditScore> {
  const truth = editsSchema.parse(JSON.parse(await readFile(input.edits, "utf8")));
  const artefacts = {
    manifest: await readFile(join(input.project, "manifest.json"), "utf8"),
    catalog: await readFile(join(input.project, "catalog.json"), "utf8"),
  };
  const base = stateOf(artefacts, input.parser, "base");
  const { parser } = input;
  const earlier = await assembleWorld({ sources: base.sources, parser, traced: new Set() });
  const tally = new EditTally(truth.models, reachedModels(artefacts.manifest));
  for (const [at, edit] of truth.mutations.entries()) {
    if (at % (input.every ?? 1) !== 0) continue;
    const head = stateOf(editArtefacts(artefacts, edit), input.parser, "head");
    const found = await compareStates({ base, head, parser, earlier: [earlier.queries] });
    tally.compare(edit, found);
  }
  return tally.score();
}

interface Artefacts {
  readonly manifest: string;
  readonly catalog: string;
}

function stateOf({ manifest, catalog }: Artefacts, parser: SqlParser, label: string): CheckState {
  const files = [
    { path: "manifest.json", text: manifest, root: "." },
    { path: "catalog.json", text: catalog, root: "." },
  ];
  const read = readSources({ files, parser, at: "2026-01-01T00:00:00Z" });
  return { label, kind: "files", sources: read.sources, problems: read.problems };
}

interface NodeRecord {
  [key: string]: unknown;
}

/** The head of an edit: that model's SQL and its columns in the catalog. */
function editArtefacts(artefacts: Artefacts, edit: Edit): Artefacts {
  const manifest = JSON.parse(artefacts.manifest) as { nodes: Record<string, NodeRecord> };
  const catalog = JSON.parse(artefacts.catalog) as { nodes: Record<string, NodeRecord> };
  const found = Object.entries(manifest.nodes).find(
    ([, node]) =>
      node["resource_type"] === "model" && (node["alias"] ?? node["name"]) === edit.source,
  );
  if (!found) return artefacts;
  const [id, node] = found;
  node["compiled_code"] = edit.head_sql;
  node["raw_code"] = edit.head_sql;
  const table = catalog.nodes[id];
  if (table) {
    table["columns"] = Object.fromEntries(
      edit.head_cols.map(([name, type], index) => [name, { name, type, index: index + 1 }]),
    );
  }
  return { manifest: JSON.stringify(manifest), catalog: JSON.stringify(catalog) };
}

const emptyCounts = (): EditCounts => ({ hit: 0, missed: 0, wrong: 0 });

class EditTally {
  readonly #models: z.infer<typeof editsSchema>["models"];
  readonly #reachedFrom: (source: string) => ReadonlySet<string>;
  readonly #reached: ReachedCounts = {
    models: 0,
    unaffected: 0,
    shownUnaffected: 0,
    contradicted: 0,
  };
  readonly #total = { model: emptyCounts(), column: emptyCounts(), breaking: emptyCounts() };
  readonly #flagged: string[] = [];
  readonly #unsafe: string[] = [];
  readonly #disagreements: string[] = [];
  #edits = 0;

  constructor(
    models: z.infer<typeof editsSchema>["models"],
    reachedFrom: (source: string) => ReadonlySet<string>,
  ) {
    this.#models = models;
    this.#reachedFrom = reachedFrom;
  }

  score(): EditScore {
    return {
      edits: this.#edits,
      ...this.#total,
      reached: this.#reached,
      flagged: this.#flagged,
      unsafe: this.#unsafe,
      disagreements: this.#disagreements,
    };
  }

  compare(edit: Edit, found: ComparedStates): void {
    const label = `${edit.change} ${edit.source}.${edit.column}`;
    if (edit.change === "cosmetic" && found.changes.length > 0) {
      this.#flagged.push(`${label}: ${found.changes.map(briefly).join("; ")}`);
    }
    if (edit.noop_on_data) return;
    this.#edits += 1;
    // A metric may be called as the model that it counts; the truth knows models only.
    const models = judge(found).filter(({ asset }) => asset.kind !== "metric");
    const verdicts = new Map(models.map((verdict) => [folded(verdict.asset.shortName), verdict]));
    this.#countReached(edit, verdicts);
    for (const [model, result] of Object.entries(edit.results)) {
      const columns = Object.keys(this.#models[model]?.columns ?? result.columns ?? {});
      const verdict = verdicts.get(folded(model));
      const failed = result.status !== "ok";
      const saidFails = verdict !== undefined && verdict.run !== "ok";
      const touched = new Set((failed ? columns : Object.keys(result.columns ?? {})).map(folded));
      const said = saidFails ? new Set(columns.map(folded)) : saidColumns(verdict);
      const about = `${label} -> ${model}: ${result.message ?? result.status} / ${explain(verdict)}`;
      const isAffected = wasAffected(result);
      this.#count("breaking", { is: failed, said: saidFails }, about);
      this.#count("model", { is: isAffected, said: saysAffected(verdict) }, about);
      for (const column of new Set([...columns.map(folded), ...touched]))
        this.#count(
          "column",
          { is: touched.has(column), said: said.has(column) },
          `${about} [${column}]`,
        );
      if (failed && (verdict === undefined || verdict.verdict === "unaffected"))
        this.#unsafe.push(about);
    }
  }

  #countReached(edit: Edit, verdicts: ReadonlyMap<string, AssetVerdict>): void {
    for (const model of this.#reachedFrom(edit.source)) {
      const result = edit.results[model];
      const isAffected = result !== undefined && wasAffected(result);
      const shown = !saysAffected(verdicts.get(folded(model)));
      this.#reached.models += 1;
      if (!isAffected) this.#reached.unaffected += 1;
      if (!isAffected && shown) this.#reached.shownUnaffected += 1;
      if (isAffected && shown) this.#reached.contradicted += 1;
    }
  }

  #count(
    grain: "model" | "column" | "breaking",
    { is, said }: { readonly is: boolean; readonly said: boolean },
    about: string,
  ): void {
    if (!is && !said) return;
    const sort = is && said ? "hit" : is ? "missed" : "wrong";
    this.#total[grain][sort] += 1;
    if (sort !== "hit") this.#disagreements.push(`${grain} ${sort}: ${about}`);
  }
}

function judge({ changes, worlds }: ComparedStates): readonly AssetVerdict[] {
  if (changes.length === 0) return [];
  const answer = assessChanges({
    snapshot: worlds.snapshot,
    graph: worlds.judged.graph,
    changes: changes.flatMap(toChangeInputs),
    options: { materialize: "table" },
  });
  return "error" in answer ? [] : answer.verdicts;
}

const wasAffected = ({ status, columns, rows_changed: rows }: Edit["results"][string]): boolean =>
  status !== "ok" || Object.keys(columns ?? {}).length > 0 || rows === true;

const briefly = ({ kind, column }: ReviewedChange): string => `${kind} ${column ?? ""}`;

const saysAffected = (verdict: AssetVerdict | undefined): boolean =>
  verdict !== undefined &&
  (verdict.run !== "ok" || verdict.rows.length > 0 || verdict.columns.length > 0);

const saidColumns = (verdict: AssetVerdict | undefined): ReadonlySet<string> =>
  new Set(
    (verdict?.columns ?? [])
      .filter(({ certainty }) => certainty !== "possible")
      .map(({ column }) => folded(column)),
  );

function explain(verdict: AssetVerdict | undefined): string {
  if (!verdict) return "absent";
  const steps = verdict.because.map((step) => `${step.effect}@${step.use ?? "change"}`);
  return `${verdict.verdict} ${verdict.run} ${steps.join(" > ")}`;
}

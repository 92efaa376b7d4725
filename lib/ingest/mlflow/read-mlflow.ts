import {
  asNumber,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText, parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import { utcStamp } from "#lib/ingest/utc-stamp.ts";
import { compareText } from "#lib/kit/compare-text.ts";
import type { AssetAttributes, Column } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, FactEnd, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type LoggedDataset, readColspec, readLoggedDataset, readTags } from "./mlflow-dataset.ts";

const NAMESPACE = "mlflow";

/**
 * MLflow runs (`mlflow runs describe`, or the REST answer) and the MLmodel files of what they logged, joined by run id:
 * a model that reads the columns of its signature as features from the datasets of its run.
 */
export function readMlflow(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const runs: Run[] = [];
  const models: Model[] = [];
  for (const file of files) {
    const isJson = /^\s*[[{]/.test(file.text);
    const parsed = isJson
      ? parseJsonText(file.path, file.text)
      : parseYamlText(file.path, file.text);
    if (!parsed.ok) {
      problems.push(parsed.error);
      continue;
    }
    const records =
      asRecord(parsed.value)?.["runs"] === undefined
        ? [asRecord(parsed.value)]
        : recordsIn(asRecord(parsed.value)?.["runs"]);
    for (const record of records) collect(record, { file: file.path, runs, models, problems });
  }
  return { facts: factsOf({ runs, models, problems }), problems };
}

interface Run {
  readonly id: string;
  readonly file: string;
  readonly info: LooseRecord;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  readonly datasets: readonly LoggedDataset[];
}

interface Model {
  readonly runId?: string;
  readonly file: string;
  readonly id: string;
  readonly inputs: readonly Column[];
  readonly outputs: readonly Column[];
}

interface Collecting {
  readonly file: string;
  readonly runs: Run[];
  readonly models: Model[];
  readonly problems: Problem[];
}

function collect(
  record: LooseRecord | undefined,
  { file, runs, models, problems }: Collecting,
): void {
  const body = asRecord(record?.["run"]) ?? record;
  const info = asRecord(body?.["info"]);
  const id = asText(info?.["run_id"]) ?? asText(info?.["run_uuid"]);
  if (body !== undefined && info !== undefined && id !== undefined) {
    const data = asRecord(body["data"]);
    const logged = recordsIn(ownValue(asRecord(body["inputs"]), "dataset_inputs"));
    runs.push({
      id,
      file,
      info,
      params: readTags(data?.["params"]),
      tags: readTags(data?.["tags"]),
      datasets: logged.flatMap((entry) => readLoggedDataset(entry) ?? []),
    });
  } else if (
    body !== undefined &&
    (body["flavors"] !== undefined || body["signature"] !== undefined)
  ) {
    const signature = asRecord(body["signature"]);
    models.push(
      withoutUndefined({
        runId: asText(body["run_id"]),
        file,
        id: asText(body["model_id"]) ?? asText(body["model_uuid"]) ?? file,
        inputs: readColspec(signature?.["inputs"]),
        outputs: readColspec(signature?.["outputs"]),
      }),
    );
  } else {
    problems.push({
      code: "wrong-shape",
      message: "neither a run (`info.run_id`) nor an MLmodel (`flavors`)",
      file,
      severity: "error",
    });
  }
}

interface Collected {
  readonly runs: readonly Run[];
  readonly models: readonly Model[];
  readonly problems: Problem[];
}

/** A model trained again is the same model: of the runs of one name the last one counts. */
function factsOf({ runs, models, problems }: Collected): readonly AssetFact[] {
  const byName = new Map<string, Run>();
  for (const run of [...runs].sort((a, b) => endTime(a) - endTime(b) || compareText(a.id, b.id)))
    byName.set(modelName(run), run);
  const facts = new Map<string, AssetFact>();
  for (const [name, run] of byName) {
    const model = models.find((candidate) => candidate.runId === run.id);
    facts.set(`model ${name}`, modelFact({ name, run, model, problems }));
    for (const dataset of run.datasets) noteDataset(facts, dataset, run.file);
  }
  const known = new Set(runs.map((run) => run.id));
  for (const model of models.filter(
    (candidate) => candidate.runId === undefined || !known.has(candidate.runId),
  )) {
    facts.set(`model ${model.id}`, loneModel(model, problems));
  }
  return [...facts.values()];
}

const endTime = (run: Run): number =>
  asNumber(run.info["end_time"]) ?? asNumber(run.info["start_time"]) ?? 0;

const modelName = (run: Run): string =>
  run.tags.get("mlflow.registeredModelName") ??
  asText(run.info["run_name"]) ??
  run.tags.get("mlflow.runName") ??
  run.id;

interface ModelInput {
  readonly name: string;
  readonly run: Run;
  readonly model: Model | undefined;
  readonly problems: Problem[];
}

function modelFact({ name, run, model, problems }: ModelInput): AssetFact {
  const { tags } = run;
  const tier = /^(?:tier)?[\s_-]*([1-4])$/i.exec(tags.get("tier") ?? "")?.[1];
  const edges = run.datasets.flatMap((dataset) => datasetEdges({ dataset, run, model }));
  if (run.datasets.length === 0) problems.push(noDataset(name, run.file));
  for (const dataset of run.datasets)
    if (!dataset.isPlaced) problems.push(unplaced(name, dataset, run.file));
  for (const column of missingColumns(run, model)) problems.push(missing(name, column, run.file));
  return {
    name: { namespace: NAMESPACE, name },
    kind: "ml_model",
    attributes: withoutUndefined({
      owner: tags.get("owner") ?? tags.get("team"),
      domain: tags.get("domain"),
      tier: tier === undefined ? undefined : (Number(tier) as 1 | 2 | 3 | 4),
      description: tags.get("mlflow.note.content"),
      lastRun: lastRun(run),
      extra: withoutUndefined({
        runId: run.id,
        experimentId: asText(run.info["experiment_id"]),
        modelId: model?.id,
      }),
    }),
    edges,
    queries: [],
    aliases: [{ namespace: NAMESPACE, name: run.id }],
    provenance: { file: run.file },
  };
}

function lastRun(run: Run): AssetAttributes["lastRun"] {
  const at = endTime(run);
  if (at === 0) return undefined;
  const millis = String(Math.floor(at) % 1000).padStart(3, "0");
  const status = asText(run.info["status"]);
  const state =
    status === "FINISHED"
      ? "ok"
      : status === "FAILED" || status === "KILLED"
        ? "failed"
        : "running";
  return { at: `${utcStamp(Math.floor(at / 1000))}.${millis}Z`, state };
}

interface DatasetRead {
  readonly dataset: LoggedDataset;
  readonly run: Run;
  readonly model: Model | undefined;
}

/**
 * With a signature its inputs are the features. The target is what the run, the dataset or the signature's output names;
 * where none does, it is one of the columns that are left. Without a signature the model takes every column there is.
 */
function datasetEdges({ dataset, run, model }: DatasetRead): readonly EdgeFact[] {
  const provenance = { file: model?.file ?? run.file };
  const from = datasetEnd(dataset);
  const signed = model !== undefined && model.inputs.length > 0;
  const features = new Set(model?.inputs.map((column) => column.name));
  const labels = labelsOf({ dataset, run, model });
  if (dataset.columns.length === 0) {
    const named = [...features].map(
      (column): EdgeFact => ({
        from: { ...from, column },
        toColumn: column,
        use: "ML_FEATURE",
        cap: "likely",
        provenance,
      }),
    );
    return named.length > 0 ? named : [{ from, use: "UNKNOWN", provenance }];
  }
  const edges = dataset.columns.flatMap(({ name: column }): readonly EdgeFact[] => {
    const edge = { from: { ...from, column }, toColumn: column, provenance };
    if (labels.has(column)) return [{ ...edge, use: "ML_LABEL" }];
    if (features.has(column)) return [{ ...edge, use: "ML_FEATURE" }];
    if (!signed) return [{ ...edge, use: "ML_FEATURE_AUTO", cap: "likely" }];
    return labels.size === 0 ? [{ ...edge, use: "ML_LABEL", cap: "possible" }] : [];
  });
  return signed ? edges : [...edges, { from, use: "ML_FEATURE_AUTO", cap: "likely", provenance }];
}

function labelsOf({ dataset, run, model }: DatasetRead): ReadonlySet<string> {
  const said = [
    "target",
    "target_column",
    "target_col",
    "label",
    "label_column",
    "label_col",
  ].flatMap((key) => run.params.get(key) ?? run.tags.get(key) ?? []);
  const features = new Set(model?.inputs.map((column) => column.name));
  const named = [
    ...said,
    ...dataset.targets,
    ...(model?.outputs.map((column) => column.name) ?? []),
  ];
  const columns = new Set(dataset.columns.map((column) => column.name));
  return new Set(named.filter((column) => columns.has(column) && !features.has(column)));
}

const datasetEnd = (dataset: LoggedDataset): FactEnd =>
  withoutUndefined({ name: dataset.name, path: dataset.path });

function missingColumns(run: Run, model: Model | undefined): readonly string[] {
  const known = new Set(
    run.datasets.flatMap((dataset) => dataset.columns.map((column) => column.name)),
  );
  const isOpen = run.datasets.some((dataset) => dataset.columns.length === 0);
  return isOpen || known.size === 0
    ? []
    : (model?.inputs ?? []).map((column) => column.name).filter((name) => !known.has(name));
}

function noteDataset(facts: Map<string, AssetFact>, dataset: LoggedDataset, file: string): void {
  const { name, path, columns } = dataset;
  const isFile = /:\/\/|^file$/.test(name.namespace);
  facts.set(`dataset ${name.namespace} ${name.name}`, {
    ...withoutUndefined({ name, path }),
    kind: isFile ? "file" : "table",
    attributes: withoutUndefined({ rows: dataset.rows, dbtUniqueId: dataset.dbtUniqueId }),
    ...(columns.length === 0 ? {} : { columns, columnsComplete: false }),
    edges: [],
    queries: [],
    provenance: { file },
    placeholder: true,
  });
}

/** A model whose run is not among the files: what it was trained on is not known. */
function loneModel(model: Model, problems: Problem[]): AssetFact {
  problems.push(noDataset(model.id, model.file));
  return {
    name: { namespace: NAMESPACE, name: model.id },
    kind: "ml_model",
    attributes: {},
    ...(model.inputs.length === 0 ? {} : { columns: model.inputs, columnsComplete: false }),
    edges: [],
    queries: [],
    ...(model.runId === undefined
      ? {}
      : { aliases: [{ namespace: NAMESPACE, name: model.runId }] }),
    provenance: { file: model.file },
  };
}

const noDataset = (name: string, file: string): Problem => ({
  code: "unresolved-name",
  message: `the model ${name} names no dataset; what it was trained on is not known`,
  next: "Log the training data with `mlflow.log_input`, and export the run together with its MLmodel.",
  file,
  severity: "warning",
});

const unplaced = (name: string, dataset: LoggedDataset, file: string): Problem => ({
  code: "unresolved-name",
  message: `the model ${name} was trained on ${dataset.name.name}, and the run does not say where that is`,
  next: "Log the dataset with its source, or map its name under `names`.",
  file,
  severity: "warning",
});

const missing = (name: string, column: string, file: string): Problem => ({
  code: "unknown-column",
  message: `the model ${name} takes ${column}, which none of its datasets has`,
  next: "The feature is computed in the training code; add an edge for it in a graph file.",
  file,
  severity: "warning",
});

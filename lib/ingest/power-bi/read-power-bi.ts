import { asRecord } from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import { groupBy } from "#lib/kit/group-by.ts";
import type { AssetName } from "#lib/model/asset-id.ts";
import { assetId } from "#lib/model/asset-id.ts";
import type { AssetFact, EdgeFact, ReadResult, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { NAMESPACE, readModelFacts, tableName } from "./model-facts.ts";
import { ModelFields } from "./model-fields.ts";
import { type PowerBiReport, type ReportVisual, readReport } from "./read-reports.ts";
import { isScannerAnswer, readScannerAnswer } from "./read-scanner-answer.ts";
import type { VisualField } from "./report-fields.ts";
import { readBimModel, readTmdlModel, type SemanticModel } from "./semantic-model.ts";

/**
 * Power BI: semantic models (TMDL folders, model.bim), reports (PBIP, with or without PBIR) and answers of the scanner
 * API. A model's tables become the queries that a refresh sends; measures and calculated columns are followed to the
 * columns below them; each visual is a part of its report, with a use for each of its fields.
 */
export function readPowerBi(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const facts: AssetFact[] = [];
  const models = new Map<string, SemanticModel>();
  for (const [folder, own] of groupBy(
    files.filter(({ path }) => /\.tmdl$/i.test(path)),
    ({ path }) => modelFolder(path),
  ))
    models.set(folder, readTmdlModel(titleOf(folder), own));
  for (const file of files.filter(({ path }) => /\.bim$/i.test(path))) {
    const parsed = parseJsonText(file.path, file.text);
    const record = parsed.ok ? asRecord(parsed.value) : undefined;
    if (!parsed.ok) problems.push(parsed.error);
    const folder = file.path.replace(/\/?[^/]*$/, "");
    const isNamed = /\.(?:SemanticModel|Dataset)$/i.test(folder);
    const title = isNamed ? titleOf(folder) : baseOf(file.path);
    if (record !== undefined)
      models.set(isNamed ? folder : file.path, readBimModel(title, file.path, record));
  }
  for (const model of models.values()) {
    const read = readModelFacts(model);
    facts.push(...read.facts);
    problems.push(...read.problems);
  }
  const others = files.filter(({ path }) => !/\.(?:tmdl|bim)$/i.test(path));
  const scans = others.filter(isScannerAnswer);
  for (const file of scans) {
    const read = readScannerAnswer(file);
    facts.push(...read.facts);
    problems.push(...read.problems);
  }
  const ofReports = others.filter((file) => !scans.includes(file));
  for (const [folder, own] of groupBy(ofReports, ({ path }) => reportFolder(path))) {
    const report = readReport({ title: titleOf(folder), files: own }, problems);
    facts.push(...reportFacts(report, { models, problems }));
  }
  return { facts, problems };
}

/** The folder that carries the model's name: what stands before `definition`. */
const modelFolder = (path: string): string =>
  /^(.*?)\/(?:definition\/)?(?:(?:tables|cultures|roles|perspectives)\/)?[^/]*$/.exec(path)?.[1] ??
  "";

const reportFolder = (path: string): string =>
  /^(.*?)\/(?:definition(?:\.pbir$|\/)|report\.json$)/i.exec(path)?.[1] ??
  path.replace(/\/?[^/]*$/, "");

const baseOf = (path: string): string => (path.split("/").at(-1) ?? path).replace(/\.[^.]+$/, "");

const titleOf = (folder: string): string =>
  (folder.split("/").at(-1) ?? folder).replace(/\.(?:SemanticModel|Dataset|Report)$/i, "") ||
  "model";

interface ReportContext {
  readonly models: ReadonlyMap<string, SemanticModel>;
  readonly problems: Problem[];
}

function reportFacts(
  report: PowerBiReport,
  { models, problems }: ReportContext,
): readonly AssetFact[] {
  const model = modelOf(report, models);
  const name: AssetName = { namespace: NAMESPACE, name: report.title };
  if (report.visuals.length === 0)
    problems.push({
      code: "unresolved-name",
      message: `the report ${report.title} shows no visual that could be read; what it reads is not known`,
      next: "Save the report as a project (PBIP), and ingest its whole folder.",
      file: report.file,
      severity: "warning",
    });
  const fields = model === undefined ? undefined : new ModelFields(model);
  const title = model?.title ?? titleOf(report.model ?? report.title);
  const context: VisualContext = { title, report, fields, problems };
  return [
    {
      name,
      kind: "report",
      attributes: {},
      // A report of which no visual is known still reads its model.
      edges: report.visuals.length > 0 ? [] : wholeModel(model, report.file),
      queries: [],
      provenance: { file: report.file },
    },
    ...report.visuals.map(
      (visual): AssetFact => ({
        name: { namespace: NAMESPACE, name: `${report.title}/${visual.page}/${visual.name}` },
        kind: "chart",
        attributes: { partOf: assetId(name.namespace, name.name) },
        edges: visualEdges(visual, context),
        queries: [],
        provenance: { file: visual.file },
      }),
    ),
  ];
}

function modelOf(
  report: PowerBiReport,
  models: ReadonlyMap<string, SemanticModel>,
): SemanticModel | undefined {
  const named = report.model === undefined ? undefined : models.get(report.model);
  if (named !== undefined) return named;
  const title = titleOf(report.model ?? report.title);
  return [...models.values()].find((model) => model.title.toLowerCase() === title.toLowerCase());
}

const wholeModel = (model: SemanticModel | undefined, file: string): readonly EdgeFact[] =>
  (model?.tables ?? []).flatMap((table) =>
    table.queries.length === 0 || model === undefined
      ? []
      : [
          {
            from: { name: tableName(model.title, table.name) },
            use: "UNKNOWN" as const,
            provenance: { file },
          },
        ],
  );

interface VisualContext {
  readonly title: string;
  readonly report: PowerBiReport;
  readonly fields: ModelFields | undefined;
  readonly problems: Problem[];
}

function visualEdges(visual: ReportVisual, context: VisualContext): readonly EdgeFact[] {
  const provenance = { file: visual.file };
  const edges = new Map<string, EdgeFact>();
  const tables = new Set<string>();
  const add = (edge: EdgeFact): void => {
    const { from, toColumn = "", use } = edge;
    edges.set([from.name.name, from.column ?? "", toColumn, use].join("\u0000"), edge);
  };
  for (const field of visual.fields) {
    const sources = context.fields?.sourcesOf(field);
    if (sources === undefined) {
      add(fieldAsNamed(field, context, visual));
      continue;
    }
    const toColumn = field.use === "BI_FILTER" ? {} : { toColumn: field.column };
    for (const { table, column } of sources.columns) {
      tables.add(table);
      add({
        from: { name: tableName(context.title, table), column },
        ...toColumn,
        use: field.use,
        provenance,
      });
    }
    for (const table of sources.tables) {
      tables.add(table);
      add({
        from: { name: tableName(context.title, table) },
        ...toColumn,
        use: "COUNT_STAR",
        provenance,
      });
    }
  }
  for (const { table, column } of context.fields?.joinsBetween([...tables]) ?? [])
    add({ from: { name: tableName(context.title, table), column }, use: "JOIN_LEFT", provenance });
  return [...edges.values()];
}

/** The model is elsewhere, or it has no such field. */
function fieldAsNamed(
  field: VisualField,
  { title, fields, problems }: VisualContext,
  visual: ReportVisual,
): EdgeFact {
  const provenance = { file: visual.file };
  const name = tableName(title, field.table);
  if (fields === undefined)
    return {
      from: { name, column: field.column },
      toColumn: field.column,
      use: field.use,
      provenance,
    };
  problems.push({
    code: "unknown-column",
    message: `the visual ${visual.page}/${visual.name} uses ${field.table}[${field.column}], which the model ${title} does not have`,
    next: "Mend the visual in Power BI, or ingest the model that it is published with.",
    file: visual.file,
    severity: "warning",
  });
  return { from: { name }, use: "UNKNOWN", provenance };
}

import {
  asList,
  asRecord,
  asText,
  type LooseRecord,
  ownValue,
  recordsIn,
  withoutUndefined,
} from "#lib/ingest/loose-value.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import { escapePattern } from "#lib/kit/escape-pattern.ts";
import type {
  AssetFact,
  EdgeFact,
  FactEnd,
  QueryFact,
  ReadResult,
  SourceFile,
} from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type FeastSource, readFeastSource, readFields } from "./feast-source.ts";

/**
 * A Feast registry as `feast registry-dump` prints it: sources, feature views with a column for each entity key and
 * feature, on-demand views, and feature services, which stand for the models that are served by them.
 */
export function readFeast(files: readonly SourceFile[]): ReadResult {
  const problems: Problem[] = [];
  const facts = files.flatMap((file) => {
    const parsed = parseJsonText(file.path, file.text);
    const registry = parsed.ok ? asRecord(parsed.value) : undefined;
    if (!parsed.ok) problems.push(parsed.error);
    else if (registry === undefined)
      problems.push(wrongShape(file.path, "a registry is a JSON object"));
    return registry === undefined ? [] : readRegistry({ registry, file: file.path, problems });
  });
  return { facts, problems };
}

interface Registry {
  readonly registry: LooseRecord;
  readonly file: string;
  readonly problems: Problem[];
}

interface Context extends Registry {
  readonly namespace: string;
  /** Join keys by entity name. */
  readonly joinKeys: ReadonlyMap<string, string>;
  /** Columns of each view, for readers that take all of it. */
  readonly views: ReadonlyMap<string, readonly string[]>;
}

function readRegistry(input: Registry): readonly AssetFact[] {
  const { registry } = input;
  const plainViews = [
    ...specsOf(registry["featureViews"]),
    ...specsOf(registry["streamFeatureViews"]),
    ...specsOf(registry["labelViews"]),
  ];
  const onDemand = specsOf(registry["onDemandFeatureViews"]);
  const context: Context = {
    ...input,
    namespace: `feast.${asText(registry["project"]) ?? "project"}`,
    joinKeys: new Map(
      specsOf(registry["entities"]).flatMap((entity) => {
        const name = asText(entity["name"]);
        return name === undefined ? [] : [[name, asText(entity["joinKey"]) ?? name] as const];
      }),
    ),
    views: new Map(
      [...plainViews, ...onDemand].map((spec) => [
        asText(spec["name"]) ?? "",
        readFields(spec["features"]).map((field) => field.name),
      ]),
    ),
  };
  const sources = new Map<string, AssetFact>();
  const views = plainViews.flatMap((spec) => featureView(spec, context, sources));
  const services = specsOf(registry["featureServices"]).flatMap((spec) =>
    featureService(spec, context),
  );
  return [
    ...sources.values(),
    ...views,
    ...onDemand.flatMap((spec) => onDemandView(spec, context)),
    ...services,
  ];
}

/** Registry objects keep what was declared under `spec`; plain ones are taken as they are. */
const specsOf = (value: unknown): readonly LooseRecord[] =>
  recordsIn(value).map((item) => asRecord(item["spec"]) ?? item);

function featureView(
  spec: LooseRecord,
  context: Context,
  sources: Map<string, AssetFact>,
): readonly AssetFact[] {
  const name = asText(spec["name"]);
  if (name === undefined) {
    context.problems.push(wrongShape(context.file, "a feature view has no name"));
    return [];
  }
  const provenance = { file: context.file };
  const source = readFeastSource(spec["batchSource"] ?? spec["source"] ?? spec["streamSource"]);
  const keys = readFields(spec["entityColumns"]).filter(
    (field) => !field.name.startsWith("__dummy"),
  );
  const columns = [...keys, ...readFields(spec["features"])];
  if (source === undefined) context.problems.push(noSource(context.file, name));
  else
    noteSource(source, {
      columns: columns.map((column) => column.name),
      sources,
      file: context.file,
    });
  return [
    {
      name: { namespace: context.namespace, name },
      kind: "feature_view",
      attributes: attributesOf(spec),
      ...(columns.length === 0 ? {} : { columns, columnsComplete: true }),
      edges:
        source === undefined
          ? []
          : viewEdges({
              source,
              keys: joinKeysOf(spec, keys, context),
              columns,
              file: context.file,
            }),
      queries:
        source?.query === undefined
          ? []
          : [viewQuery(source, { name, columns, file: context.file })],
      provenance,
    },
  ];
}

interface FieldName {
  readonly name: string;
}

function joinKeysOf(
  spec: LooseRecord,
  keys: readonly FieldName[],
  { joinKeys }: Context,
): readonly string[] {
  if (keys.length > 0) return keys.map((key) => key.name);
  return (asList(spec["entities"]) ?? []).flatMap((entity) =>
    typeof entity === "string" && entity !== "__dummy" ? (joinKeys.get(entity) ?? entity) : [],
  );
}

interface ViewEdges {
  readonly source: FeastSource;
  readonly keys: readonly string[];
  readonly columns: readonly FieldName[];
  readonly file: string;
}

/**
 * Feast selects exactly the keys, the features and the timestamp from the source, and joins them as of a moment: a left
 * join over the keys, of rows not later than the moment. A view that lists no features takes what the source has.
 */
function viewEdges({ source, keys, columns, file }: ViewEdges): readonly EdgeFact[] {
  const provenance = { file };
  const original = new Map([...source.fieldMapping].map(([from, to]) => [to, from]));
  const end = (column: string): FactEnd => ({
    ...sourceEnd(source),
    column: original.get(column) ?? column,
  });
  if (source.query !== undefined) return [];
  const values = columns.map(
    ({ name }): EdgeFact => ({ from: end(name), toColumn: name, use: "IDENTITY", provenance }),
  );
  // Which entities are asked for is told elsewhere: where their keys change in the same way, they still match.
  const joins = keys.map(
    (key): EdgeFact => ({ from: end(key), use: "JOIN_LEFT", cap: "likely", provenance }),
  );
  const moment: EdgeFact[] =
    source.timestamp === undefined
      ? []
      : [{ from: end(source.timestamp), use: "FILTER", cap: "likely", provenance }];
  const all: EdgeFact[] =
    columns.length === keys.length
      ? [{ from: sourceEnd(source), use: "ML_FEATURE_AUTO", provenance }]
      : [];
  return [...values, ...joins, ...moment, ...all];
}

const sourceEnd = (source: FeastSource): FactEnd =>
  withoutUndefined({ name: source.name, path: source.path });

interface ViewQuery {
  readonly name: string;
  readonly columns: readonly FieldName[];
  readonly file: string;
}

/** Feast wraps a source's query and selects its own columns from it by name. */
function viewQuery(source: FeastSource, { name, columns, file }: ViewQuery): QueryFact {
  const original = new Map([...source.fieldMapping].map(([from, to]) => [to, from]));
  const outputs = columns.map((column) => {
    const from = original.get(column.name);
    return from === undefined ? column.name : `${from} AS ${column.name}`;
  });
  const inner = (source.query ?? "").trim().replace(/;+$/, "");
  const sql =
    outputs.length === 0
      ? inner
      : `SELECT ${outputs.join(", ")}\nFROM (\n${inner}\n) AS feast_source`;
  return { name, sql, dialect: source.dialect, provenance: { file } };
}

interface SourceNote {
  readonly columns: readonly string[];
  readonly sources: Map<string, AssetFact>;
  readonly file: string;
}

/** The source itself belongs to whoever fills it. */
function noteSource(source: FeastSource, { sources, file }: SourceNote): void {
  if (source.query !== undefined) return;
  const key = `${source.name.namespace}\n${source.name.name}`;
  sources.set(key, {
    ...withoutUndefined({ name: source.name, path: source.path, kind: source.kind }),
    attributes: {},
    edges: [],
    queries: [],
    provenance: { file },
    placeholder: true,
  });
}

/** An on-demand view computes with the features of others and with values of the request, in code that is not read. */
function onDemandView(spec: LooseRecord, context: Context): readonly AssetFact[] {
  const name = asText(spec["name"]);
  if (name === undefined) return [];
  const columns = readFields(spec["features"]);
  const code =
    asText(
      ownValue(
        asRecord(ownValue(asRecord(spec["featureTransformation"]), "userDefinedFunction")),
        "bodyText",
      ),
    ) ??
    asText(ownValue(asRecord(spec["userDefinedFunction"]), "body")) ??
    "";
  const edges = Object.values(asRecord(spec["sources"]) ?? {}).flatMap((source) => {
    const record = asRecord(source);
    const projection =
      asRecord(record?.["featureViewProjection"]) ?? specsOf([record?.["featureView"]])[0];
    return projection === undefined ? [] : codeEdges({ projection, columns, code, context });
  });
  return [
    {
      name: { namespace: context.namespace, name },
      kind: "feature_view",
      attributes: attributesOf(spec),
      ...(columns.length === 0 ? {} : { columns, columnsComplete: true }),
      edges,
      queries: [],
      provenance: { file: context.file },
    },
  ];
}

interface CodeEdges {
  readonly projection: LooseRecord;
  readonly columns: readonly FieldName[];
  readonly code: string;
  readonly context: Context;
}

/** A feature whose name stands in the code is computed with, as far as text can tell; without code all may be. */
function codeEdges({ projection, columns, code, context }: CodeEdges): readonly EdgeFact[] {
  const view = asText(projection["featureViewName"]) ?? asText(projection["name"]) ?? "";
  const provenance = { file: context.file };
  const from = { name: { namespace: context.namespace, name: view } };
  const named = featuresOf(projection, context).filter((feature) =>
    new RegExp(`\\b${escapeRegExp(feature)}\\b`).test(code),
  );
  if (named.length === 0) return [{ from, use: "UNKNOWN", provenance }];
  return named.flatMap((feature) =>
    columns.map(
      (column): EdgeFact => ({
        from: { ...from, column: feature },
        toColumn: column.name,
        use: "ARITH",
        cap: "likely",
        provenance,
      }),
    ),
  );
}

const escapeRegExp = (text: string): string => escapePattern(text.slice(0, 200));

/** The features that a projection picks: those it lists, else all of the view. */
function featuresOf(projection: LooseRecord, { views }: Context): readonly string[] {
  const listed = readFields(projection["featureColumns"] ?? projection["features"]).map(
    (field) => field.name,
  );
  return listed.length > 0
    ? listed
    : (views.get(asText(projection["featureViewName"]) ?? asText(projection["name"]) ?? "") ?? []);
}

function featureService(spec: LooseRecord, context: Context): readonly AssetFact[] {
  const name = asText(spec["name"]);
  if (name === undefined) return [];
  const provenance = { file: context.file };
  const edges = recordsIn(spec["features"]).flatMap((projection): readonly EdgeFact[] => {
    const view = asText(projection["featureViewName"]) ?? "";
    const from = { name: { namespace: context.namespace, name: view } };
    const features = featuresOf(projection, context);
    if (!context.views.has(view)) context.problems.push(unknownView(context.file, name, view));
    if (features.length === 0) return [{ from, use: "ML_FEATURE_AUTO", provenance }];
    return features.map((feature) => ({
      from: { ...from, column: feature },
      toColumn: feature,
      use: "ML_FEATURE" as const,
      provenance,
    }));
  });
  if (edges.length === 0) context.problems.push(noSource(context.file, name));
  return [
    {
      name: { namespace: context.namespace, name },
      kind: "ml_model",
      attributes: attributesOf(spec),
      edges,
      queries: [],
      provenance,
    },
  ];
}

function attributesOf(spec: LooseRecord): AssetFact["attributes"] {
  const tags = Object.entries(asRecord(spec["tags"]) ?? {}).flatMap(([key, value]) =>
    typeof value === "string" ? [[key, value] as const] : [],
  );
  const said = new Map(tags);
  const tier = /^(?:tier)?[\s_-]*([1-4])$/i.exec(said.get("tier") ?? "")?.[1];
  return withoutUndefined({
    owner: asText(spec["owner"]) ?? said.get("owner") ?? said.get("team"),
    domain: said.get("domain"),
    tier: tier === undefined ? undefined : (Number(tier) as 1 | 2 | 3 | 4),
    description: asText(spec["description"]),
    tags: tags.length === 0 ? undefined : tags.map(([key, value]) => `${key}:${value}`).sort(),
  });
}

const wrongShape = (file: string, message: string): Problem => ({
  code: "wrong-shape",
  message,
  file,
  severity: "error",
});

const noSource = (file: string, name: string): Problem => ({
  code: "unresolved-name",
  message: `${name} names no stored source in the registry; what it reads is not known`,
  next: "Dump the registry again after `feast apply`.",
  file,
  severity: "warning",
});

const unknownView = (file: string, service: string, view: string): Problem => ({
  code: "unresolved-name",
  message: `the feature service ${service} uses the view ${view}, which is not in the registry`,
  next: "Dump the registry of the project that declares the view too.",
  file,
  severity: "warning",
});

import type { Column } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, FactEnd, SourceFile } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { isUse } from "#lib/model/use.ts";
import { type LocatedValue, parseLocated } from "../locate-entries.ts";
import { splitRelationName } from "../relation-name.ts";
import { assetToFact, extraOf, type Place, toProfile } from "./graph-assets.ts";
import {
  type GraphEdge,
  graphAssetSchema,
  graphEdgeSchema,
  profileSchema,
} from "./graph-schema.ts";
import { type EntrySchema, keepWhatFits } from "./keep-what-fits.ts";
import { keepUnreadQueries, mendAsset, mendEdge } from "./mend-asset.ts";
import { endSplitter } from "./split-ends.ts";

/** One graph of a graph file: the file itself, or one of its `scenarios`. */
export interface GraphReading {
  /** The scenario's id; absent for a plain graph file. */
  readonly scenario?: string;
  readonly title?: string;
  /** What the graph's assets are filed under: `graph`, or the scenario's id, so that many scenarios fit into one graph. */
  readonly namespace: string;
  readonly facts: readonly AssetFact[];
  /** As written; those of a scenario name their assets within the scenario's namespace. */
  readonly changes: readonly unknown[];
  /** The whole entry, for those who compare with what it expects. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface GraphFileReading {
  readonly graphs: readonly GraphReading[];
  readonly problems: readonly Problem[];
}

/** Assets without a namespace of their own are filed here. */
const DEFAULT_NAMESPACE = "graph";

/**
 * Reads a native graph file, JSON or YAML, with the lines of its entries. A bad entry is a problem with its line, and
 * the rest is kept. Linear in the file.
 */
export function readGraphFile(file: SourceFile): GraphFileReading {
  const parsed = parseLocated(file.path, file.text);
  if (!parsed.ok) return { graphs: [], problems: [parsed.error] };
  const root = asRecord(parsed.value.value);
  if (!root)
    return {
      graphs: [],
      problems: [wrongShape("a graph file is a record with assets and edges", { file: file.path })],
    };
  const problems: Problem[] = [];
  const located = parsed.value;
  const scenarios = root["scenarios"];
  if (!Array.isArray(scenarios)) {
    const reading = readGraph({
      entry: root,
      at: [],
      file: file.path,
      located,
      namespace: DEFAULT_NAMESPACE,
      problems,
    });
    return { graphs: [reading], problems };
  }
  const graphs = scenarios.flatMap((scenario: unknown, index) => {
    const entry = asRecord(scenario);
    const at = ["scenarios", index];
    if (!entry) {
      problems.push(
        wrongShape(`scenario ${index + 1} is not a record`, placeOf(file.path, located, at)),
      );
      return [];
    }
    const namespace =
      typeof entry["id"] === "string" && entry["id"] !== "" ? entry["id"] : `scenario ${index + 1}`;
    return [
      readGraph({ entry, at, file: file.path, located, namespace, scenario: namespace, problems }),
    ];
  });
  return { graphs, problems };
}

interface GraphInput {
  readonly entry: Readonly<Record<string, unknown>>;
  readonly at: readonly (string | number)[];
  readonly file: string;
  readonly located: LocatedValue;
  readonly namespace: string;
  readonly scenario?: string;
  readonly problems: Problem[];
}

function readGraph(input: GraphInput): GraphReading {
  const { entry, namespace, scenario } = input;
  const facts = readAssets(input);
  const grouped = groupEdges(input, facts);
  const profiles = readObserved(input, facts);
  const title = entry["title"];
  const changes = Array.isArray(entry["changes"]) ? entry["changes"] : [];
  return {
    ...(scenario === undefined ? {} : { scenario }),
    ...(typeof title === "string" ? { title } : {}),
    namespace,
    facts: withAside(
      [...facts.values()].map((fact) => completeFact(fact, grouped, profiles)),
      scenario === undefined ? entry : {},
    ),
    changes:
      scenario === undefined ? changes : changes.map((change) => placeChange(change, namespace)),
    raw: entry,
  };
}

const TOP_KEYS: ReadonlySet<string> = new Set(["assets", "edges", "observed", "changes"]);

/** What the file says beside its assets, with the first of them by name: it comes out again when the graph is exported. */
function withAside(facts: readonly AssetFact[], entry: GraphInput["entry"]): readonly AssetFact[] {
  const { extra } = extraOf(entry, TOP_KEYS);
  if (extra === undefined) return facts;
  const keyOf = ({ name }: AssetFact): string => `${name.namespace}/${name.name}`;
  const first = facts.map(keyOf).sort()[0];
  return facts.map((fact) => (keyOf(fact) === first ? { ...fact, aside: extra } : fact));
}

const placeOf = (
  file: string,
  located: LocatedValue,
  path: readonly (string | number)[],
): Place => {
  const line = located.lineOf(path);
  return { file, ...(line === undefined ? {} : { line }) };
};

/** The entries of a list as far as they have the right shape, each with its place; a problem for each wrong part. */
function listEntries<T>(
  input: GraphInput,
  key: string,
  schema: EntrySchema<T>,
  mend: (entry: unknown) => unknown = (entry) => entry,
): { readonly value: T; readonly place: Place; readonly entry: unknown }[] {
  const list = input.entry[key];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    input.problems.push(
      wrongShape(`"${key}" is not a list`, placeOf(input.file, input.located, [...input.at, key])),
    );
    return [];
  }
  return list.flatMap((entry: unknown, index) => {
    const place = placeOf(input.file, input.located, [...input.at, key, index]);
    const kept = keepWhatFits(mend(entry), schema);
    const issues = kept.fits ? kept.leftOut : [kept.issue];
    for (const issue of issues) {
      const where = issue && issue.path.length > 0 ? `.${issue.path.map(String).join(".")}` : "";
      const what = `${key}[${index}]${where}: ${issue?.message ?? "wrong shape"}`;
      input.problems.push(
        kept.fits ? { ...wrongShape(what, place), next: PART_LEFT_OUT } : wrongShape(what, place),
      );
    }
    return kept.fits ? [{ value: kept.value, place, entry: mend(entry) }] : [];
  });
}

const PART_LEFT_OUT = "This part was left out; the rest of the entry was read.";

function readAssets(input: GraphInput): Map<string, AssetFact> {
  const facts = new Map<string, AssetFact>();
  const entries = listEntries(input, "assets", graphAssetSchema, mendAsset);
  for (const { value: read, place, entry } of entries) {
    const value = { ...read, queries: keepUnreadQueries(entry, read.queries) };
    if (facts.has(value.id)) {
      input.problems.push({
        code: "duplicate-asset",
        message: `${value.id} is declared twice; the first entry is kept`,
        next: "Merge the two entries.",
        ...place,
        severity: "error",
      });
      continue;
    }
    facts.set(
      value.id,
      assetToFact(value, { place, namespace: input.namespace, problems: input.problems }),
    );
  }
  return facts;
}

interface GroupedEdges {
  readonly edges: ReadonlyMap<string, EdgeFact[]>;
  /** Columns that edges name, by asset, in order. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The edges by the asset that they go into. Assets that only edges name are added to `facts` as placeholders. */
function groupEdges(input: GraphInput, facts: Map<string, AssetFact>): GroupedEdges {
  const split = endSplitter(facts.keys());
  const edges = new Map<string, EdgeFact[]>();
  const columns = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const name = (asset: string, column: string | undefined) => {
    if (column === undefined) return;
    const known = columns.get(asset);
    if (known) known.add(column);
    else columns.set(asset, new Set([column]));
  };
  for (const { value, place } of listEntries(input, "edges", graphEdgeSchema, mendEdge)) {
    const from = split(value.from);
    const to = split(value.to);
    if (value.from === value.to) {
      input.problems.push({
        code: "self-loop",
        message: `an edge goes from ${value.from} to itself; it is left out`,
        ...place,
        severity: "warning",
      });
      continue;
    }
    const key = `${value.from}\u0000${value.to}\u0000${value.use}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (!to.declared) declareTarget(to.asset, place, input, facts);
    name(from.asset, from.column);
    name(to.asset, to.column);
    const list = edges.get(to.asset) ?? [];
    edges.set(to.asset, list);
    list.push(readEdge(value, { from, toColumn: to.column, place, input, facts }));
  }
  return { edges, columns };
}

const EDGE_KEYS: ReadonlySet<string> = new Set(["from", "to", "use", "expression", "cap"]);

/** An edge has to go into something: an asset that is not declared is added as one that is only named. */
function declareTarget(
  asset: string,
  place: Place,
  input: GraphInput,
  facts: Map<string, AssetFact>,
): void {
  if (facts.has(asset)) return;
  const path = splitRelationName(asset);
  facts.set(asset, {
    name: { namespace: input.namespace, name: asset },
    ...(path.length > 1 ? { path } : {}),
    kind: "table",
    attributes: {},
    edges: [],
    queries: [],
    provenance: place,
    placeholder: true,
  });
}

function readEdge(
  edge: GraphEdge,
  context: {
    readonly from: { readonly asset: string; readonly column?: string };
    readonly toColumn: string | undefined;
    readonly place: Place;
    readonly input: GraphInput;
    readonly facts: ReadonlyMap<string, AssetFact>;
  },
): EdgeFact {
  const { from, toColumn, place, input } = context;
  const known = context.facts.get(from.asset);
  const end: FactEnd = {
    name: known?.name ?? { namespace: input.namespace, name: from.asset },
    path: known?.path ?? splitRelationName(from.asset),
  };
  if (!isUse(edge.use)) {
    input.problems.push({
      code: "unknown-use",
      message: `${edge.use === "" ? "no use is given" : `the use ${JSON.stringify(edge.use)} is not known`}; that ${edge.to} reads ${edge.from} is kept, how is not`,
      next: "The uses are listed in the documentation of the graph file.",
      ...place,
      severity: "error",
    });
    return { from: end, use: "UNKNOWN", provenance: place };
  }
  return {
    from: { ...end, ...(from.column === undefined ? {} : { column: from.column }) },
    ...(toColumn === undefined ? {} : { toColumn }),
    use: edge.use,
    ...(edge.expression ? { expression: edge.expression } : {}),
    ...(edge.cap ? { cap: edge.cap } : {}),
    ...extraOf(edge, EDGE_KEYS),
    provenance: place,
  };
}

type Profiles = ReadonlyMap<string, ReadonlyMap<string | undefined, Column["profile"]>>;

/** `observed`: profiles by `asset.column`, or by asset for its rows. */
function readObserved(input: GraphInput, facts: ReadonlyMap<string, AssetFact>): Profiles {
  const profiles = new Map<string, Map<string | undefined, Column["profile"]>>();
  const split = endSplitter(facts.keys());
  for (const [key, value] of Object.entries(asRecord(input.entry["observed"]) ?? {})) {
    const place = placeOf(input.file, input.located, [...input.at, "observed", key]);
    const parsed = profileSchema.safeParse(value);
    const { asset, column, declared } = split(key);
    if (!parsed.success) {
      input.problems.push(wrongShape(`observed.${key}: ${parsed.error.issues[0]?.message}`, place));
    } else if (!declared) {
      input.problems.push({
        code: "unknown-asset",
        message: `observed names ${key}, and no asset of this file is called so`,
        ...place,
        severity: "error",
      });
    } else {
      const of = profiles.get(asset) ?? new Map();
      profiles.set(asset, of.set(column, toProfile(parsed.data)));
    }
  }
  return profiles;
}

/** Adds edges, the columns that edges name where none are listed, and what was observed. */
function completeFact(fact: AssetFact, grouped: GroupedEdges, profiles: Profiles): AssetFact {
  const id = fact.name.name;
  const observed = profiles.get(id);
  const named = [
    ...(grouped.columns.get(id) ?? []),
    ...[...(observed?.keys() ?? [])].filter((key) => key !== undefined),
  ];
  const columns = fact.columns ?? [...new Set(named)].map((name): Column => ({ name }));
  const withProfiles = observed
    ? columns.map((column) => {
        const profile = observed.get(column.name);
        return profile ? { ...column, profile: { ...column.profile, ...profile } } : column;
      })
    : columns;
  const rows = observed?.get(undefined)?.rows;
  return {
    ...fact,
    ...(withProfiles.length > 0 || fact.columns ? { columns: withProfiles } : {}),
    attributes: rows === undefined ? fact.attributes : { ...fact.attributes, rows },
    edges: grouped.edges.get(id) ?? [],
  };
}

/** A scenario's change names assets of the scenario. */
function placeChange(change: unknown, namespace: string): unknown {
  const record = asRecord(change);
  return record && typeof record["asset"] === "string"
    ? { ...record, asset: { namespace, name: record["asset"] } }
    : change;
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

const wrongShape = (message: string, place: Place): Problem => ({
  code: "wrong-shape",
  message,
  next: "This entry was left out; the rest was read.",
  ...place,
  severity: "error",
});

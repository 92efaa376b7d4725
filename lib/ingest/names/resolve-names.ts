import { type AssetId, type AssetName, assetId } from "#lib/model/asset-id.ts";
import { type SourceInfo, UNRESOLVED } from "#lib/model/claim.ts";
import type { Provenance } from "#lib/model/edge.ts";
import { factLanes } from "#lib/model/edge-lanes.ts";
import type { AssetFact, FactEnd } from "#lib/model/fact.ts";
import type { Problem } from "#lib/model/problem.ts";
import { joinRelationName } from "../relation-name.ts";
import { pathRules } from "./canonical-path.ts";
import type { SourceFacts } from "./name-entry.ts";
import {
  type Asker,
  buildNameIndex,
  completePath,
  type Found,
  type NameIndex,
} from "./name-index.ts";
import type { NamesConfig } from "./names-config.ts";
import type { WildcardMatch } from "./wildcard-tables.ts";

/** A table name that a query reads. */
export interface ReadMention {
  readonly path: readonly string[];
  readonly asker: Asker;
  readonly provenance: Provenance;
}

export interface Resolution {
  idOf(fact: AssetFact): AssetId;
  nameOf(id: AssetId): AssetName;
  /** The fact's table as the names file calls it; undefined where the source calls it so itself. */
  calledOf(fact: AssetFact): string | undefined;
  /** Every end has an asset: one that nothing answers to is a placeholder. */
  endOf(end: FactEnd, asker: Asker): { readonly id: AssetId; readonly column?: string };
  readOf(path: readonly string[], asker: Asker): AssetId;
  /** The same of a name that may stand for several tables, `readOf` first. Never empty. */
  readsOf(path: readonly string[], asker: Asker): readonly WildcardMatch[];
  /** Facts of sources, and the placeholders that their unresolved names became. Without what lies beside. */
  readonly sources: readonly SourceFacts[];
  /** By source id. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  /** Tables that could be any of several, of all sources. */
  readonly indexProblems: readonly Problem[];
  /** Names that no asset answers to, each once. */
  readonly unresolved: number;
}

/** The rest of the graph, as far as it can answer to a name that is asked for. */
export interface NamesBeside {
  readonly facts: readonly SourceFacts[];
  /** Placeholders that other readers' unresolved names became. */
  readonly placeholders: readonly SourceFacts[];
}

/**
 * Gives every name of every source its asset. In two rounds: first the facts are joined; then the names that nothing
 * answers to become placeholder assets, so that two readers of one unknown table mean one asset and nothing is dropped.
 */
export function resolveNames(input: {
  readonly sources: readonly SourceFacts[];
  readonly names: NamesConfig;
  readonly reads: readonly ReadMention[];
  /** What names may mean besides, where only a part of the graph is looked at. */
  readonly beside?: NamesBeside;
}): Resolution {
  const besideFacts = input.beside?.facts ?? [];
  const besidePlaceholders = input.beside?.placeholders ?? [];
  const first = buildNameIndex([...input.sources, ...besideFacts], input.names);
  const gather = new PlaceholderGatherer(first, input.names);
  for (const { source, facts } of input.sources) {
    for (const fact of facts) gatherEnds(gather, source, fact);
  }
  for (const read of input.reads) gather.read(read);
  const sources = input.sources.map(({ source, facts }) => ({
    source,
    facts: [...facts, ...gather.placeholdersOf(source.id)],
  }));
  const isWhole = gather.isEmpty && besidePlaceholders.length === 0;
  const index = isWhole
    ? first
    : buildNameIndex([...sources, ...besideFacts, ...besidePlaceholders], input.names);
  return new ResolvedNames(index, gather, sources);
}

/** Asks for each end that the fact names. Most facts name the same few assets again and again, in one and the same object. */
function gatherEnds(gather: PlaceholderGatherer, source: SourceInfo, fact: AssetFact): void {
  const lanes = factLanes(fact);
  if (lanes === undefined && fact.edges.length === 0) return;
  const asker = askerOf(source, fact);
  if (lanes !== undefined && !dependsOnColumn(source)) {
    for (const [at, end] of lanes.ends.entries())
      gather.end(end, lanes.firstPlace[at] ?? fact.provenance, asker);
    return;
  }
  const asked = new Map<AssetName, readonly string[] | undefined>();
  for (const { from, provenance } of fact.edges) {
    if (!dependsOnColumn(source) && asked.has(from.name) && asked.get(from.name) === from.path)
      continue;
    asked.set(from.name, from.path);
    gather.end(from, provenance, asker);
  }
}

/** Only in a graph file may the column of an end be the last part of a table's name. */
export const dependsOnColumn = (source: SourceInfo): boolean => source.kind === "graph";

/** Who a fact's own edges ask for; its namespace is what tells one system from another. */
export const askerOf = (source: SourceInfo, fact: AssetFact): Asker => ({
  source,
  namespace: fact.name.namespace,
  ...(fact.attributes.dialect === undefined ? {} : { dialect: fact.attributes.dialect }),
});

class PlaceholderGatherer {
  private readonly index: NameIndex;
  private readonly rules: ReturnType<typeof pathRules>;
  private readonly facts = new Map<string, Map<string, AssetFact>>();
  readonly problems = new Map<string, Problem[]>();
  readonly names = new Set<string>();

  constructor(index: NameIndex, names: NamesConfig) {
    this.index = index;
    this.rules = pathRules(names);
  }

  get isEmpty(): boolean {
    return this.facts.size === 0;
  }

  placeholdersOf(source: string): AssetFact[] {
    return [...(this.facts.get(source)?.values() ?? [])];
  }

  end(end: FactEnd, provenance: Provenance, asker: Asker): void {
    if (findEnd(this.index, end, asker).found.kind === "found") return;
    this.add({
      name: end.name,
      path: end.path ?? [],
      found: this.index.find(end, asker),
      asker,
      provenance,
    });
  }

  read(read: ReadMention): void {
    const found = this.index.findRead(read.path, read.asker);
    if (found.kind === "found") return;
    const { name, path } = this.nameOfRead(read.path, read.asker);
    this.add({ name, path, found, asker: read.asker, provenance: read.provenance });
  }

  /** What an unresolved table name of a query is called, completed as far as defaults go. */
  nameOfRead(
    path: readonly string[],
    asker: Asker,
  ): { readonly name: AssetName; readonly path: readonly string[] } {
    const whole = this.rules.canonical(completePath(path, asker.defaultPath), asker.namespace);
    return { name: { namespace: asker.namespace, name: joinRelationName(whole) }, path: whole };
  }

  calledOf({ name, path = [] }: AssetFact): string | undefined {
    const canonical = this.rules.canonical(path, name.namespace);
    if (canonical === path) return undefined;
    const same =
      canonical.length === path.length && canonical.every((part, at) => part === path[at]);
    return same ? undefined : joinRelationName(canonical);
  }

  private add(input: {
    readonly name: AssetName;
    readonly path: readonly string[];
    readonly found: Found;
    readonly asker: Asker;
    readonly provenance: Provenance;
  }): void {
    const { name, path, asker, provenance } = input;
    const ofSource = this.facts.get(asker.source.id) ?? new Map<string, AssetFact>();
    this.facts.set(asker.source.id, ofSource);
    const key = `${name.namespace}\u0000${name.name}`;
    if (ofSource.has(key)) return;
    this.names.add(key);
    ofSource.set(key, {
      name,
      ...(path.length > 0 ? { path } : {}),
      kind: "table",
      attributes: { extra: { [UNRESOLVED]: true } },
      edges: [],
      queries: [],
      provenance,
      placeholder: true,
    });
    const problems = this.problems.get(asker.source.id) ?? [];
    this.problems.set(asker.source.id, problems);
    problems.push(nameProblem(name, input.found, provenance));
  }
}

function nameProblem(name: AssetName, found: Found, provenance: Provenance): Problem {
  const place = {
    ...(provenance.file === undefined ? {} : { file: provenance.file }),
    ...(provenance.line === undefined ? {} : { line: provenance.line }),
  };
  if (found.kind === "ambiguous") {
    return {
      code: "ambiguous-name",
      message: `${name.name} could be any of: ${found.candidates.join(", ")}`,
      next: "Write more of the name, or say in the names file which one is meant.",
      ...place,
      severity: "warning",
    };
  }
  return {
    code: "unresolved-name",
    message: `nothing that was read is called ${name.name}`,
    next: "Ingest the project or the DDL that defines it, or give its real name in the names file.",
    ...place,
    severity: "warning",
  };
}

/**
 * The asset that an end names. In `mesh.checkout.orders` of a graph file the last part may be a column or a table;
 * where the shorter name answers to nothing, the whole is tried.
 */
function findEnd(
  index: NameIndex,
  end: FactEnd,
  asker: Asker,
): { readonly found: Found; readonly column?: string } {
  const found = index.find(end, asker);
  if (found.kind !== "none" || !dependsOnColumn(asker.source) || end.column === undefined) {
    return { found, ...(end.column === undefined ? {} : { column: end.column }) };
  }
  const whole = index.find(
    {
      name: { namespace: end.name.namespace, name: `${end.name.name}.${end.column}` },
      path: [...(end.path ?? []), end.column],
    },
    asker,
  );
  return whole.kind === "found" ? { found: whole } : { found, column: end.column };
}

class ResolvedNames implements Resolution {
  private readonly index: NameIndex;
  private readonly gather: PlaceholderGatherer;
  readonly sources: readonly SourceFacts[];

  constructor(index: NameIndex, gather: PlaceholderGatherer, sources: readonly SourceFacts[]) {
    this.index = index;
    this.gather = gather;
    this.sources = sources;
  }

  get problems(): ReadonlyMap<string, readonly Problem[]> {
    return this.gather.problems;
  }

  get indexProblems(): readonly Problem[] {
    return this.index.problems;
  }

  get unresolved(): number {
    return this.gather.names.size;
  }

  idOf(fact: AssetFact): AssetId {
    return this.index.idOf(fact);
  }

  nameOf(id: AssetId): AssetName {
    return this.index.nameOf(id);
  }

  calledOf(fact: AssetFact): string | undefined {
    return this.gather.calledOf(fact);
  }

  endOf(end: FactEnd, asker: Asker): { readonly id: AssetId; readonly column?: string } {
    const { found, column } = findEnd(this.index, end, asker);
    const id = found.kind === "found" ? found.id : this.placeholder(end.name);
    return { id, ...(column === undefined ? {} : { column }) };
  }

  readOf(path: readonly string[], asker: Asker): AssetId {
    const found = this.index.findRead(path, asker);
    return found.kind === "found"
      ? found.id
      : this.placeholder(this.gather.nameOfRead(path, asker).name);
  }

  readsOf(path: readonly string[], asker: Asker): readonly WildcardMatch[] {
    const all = this.index.findMatches(path, asker);
    return all.length > 0 ? all : [{ id: this.readOf(path, asker), suffix: undefined }];
  }

  private placeholder(name: AssetName): AssetId {
    const known = this.index.find({ name }, { source: NOBODY, namespace: name.namespace });
    return known.kind === "found" ? known.id : assetId(name.namespace, name.name);
  }
}

const NOBODY: SourceInfo = { id: "", kind: "manual", label: "" };

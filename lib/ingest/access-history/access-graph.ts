import { joinRelationName } from "#lib/ingest/relation-name.ts";
import type { AssetKind } from "#lib/model/asset.ts";
import type { AssetFact, EdgeFact, QueryFact } from "#lib/model/fact.ts";
import { withoutUndefined } from "../loose-value.ts";
import type { Accessed } from "./accessed.ts";
import { dayBefore } from "./event-stamp.ts";
import { ObjectNames, type Succession } from "./object-names.ts";
import { noReads, noteRead, queriedOf, type ReadsSeen, usageOf } from "./reads-seen.ts";

/** A statement that wrote a table. */
export interface LoggedStatement {
  readonly sql: string;
  readonly dialect: string;
  readonly defaultPath?: readonly string[];
  /** Tells runs of one statement from another statement. */
  readonly shape: string;
  readonly at: string | undefined;
}

interface EdgeSeen {
  readonly from: Node;
  readonly column: string | undefined;
  readonly toColumn: string | undefined;
  /** The view that it was read through; undefined where it was read itself. */
  through: Node | undefined;
  times: number;
  first: string;
  last: string;
}

interface Node {
  readonly thing: Accessed;
  readonly number: number;
  readonly file: string;
  readonly columns: Set<string>;
  readonly edges: Map<string, EdgeSeen>;
  /** What lies behind it, as statements that read it tell. */
  readonly behind: Map<Node, EdgeSeen>;
  readonly statements: Map<string, LoggedStatement>;
  isWritten: boolean;
  readonly reads: ReadsSeen;
  /** Reads that wrote nothing, by column; those of no named column under the empty name. */
  readonly asked: Map<string, ReadsSeen>;
}

/** Different statements of one table that are kept; the newest. */
const MOST_STATEMENTS = 9;
/** Columns of one table of which queries are kept apart. */
const MOST_ASKED = 2_000;
const USAGE_DAYS = 30;

/**
 * Rows of access logs folded together: what was read to write what, by column, with the first and the last time. Its size is
 * that of the graph and not that of the log.
 */
export class AccessGraph {
  readonly #nodes = new Map<string, Node>();
  readonly names = new ObjectNames();
  #newest = "";
  selfEdges = 0;

  /** `from` was read to write `to`; to write it at all where the columns are left out. */
  addEdge(seen: {
    readonly from: Accessed;
    readonly column?: string | undefined;
    readonly to: Accessed;
    readonly toColumn?: string | undefined;
    /** The view that `from` was read through: the edge is left out where the lineage of this is known. */
    readonly through?: Accessed | undefined;
    readonly at: string | undefined;
    readonly file: string;
  }): void {
    const from = this.#node(seen.from, seen.file);
    const to = this.#node(seen.to, seen.file);
    to.isWritten = true;
    const { column, toColumn, at = "" } = seen;
    if (column !== undefined) from.columns.add(column);
    if (toColumn !== undefined) to.columns.add(toColumn);
    this.#noteTime(at);
    if (from === to) {
      this.selfEdges += 1;
      return;
    }
    const key = `${from.number}\n${column ?? ""}\n${toColumn ?? ""}`;
    const through = seen.through && this.#node(seen.through, seen.file);
    const known = to.edges.get(key);
    if (known === undefined) {
      to.edges.set(key, { from, column, toColumn, through, times: 1, first: at, last: at });
      return;
    }
    if (through === undefined) known.through = undefined;
    noteAgain(known, at);
  }

  /** `from` lies behind the view `to`: told where nothing else tells of what the view is made. */
  addBehind(seen: {
    readonly from: Accessed;
    readonly to: Accessed;
    readonly at: string | undefined;
    readonly file: string;
  }): void {
    const from = this.#node(seen.from, seen.file);
    const to = this.#node(seen.to, seen.file);
    const { at = "" } = seen;
    if (from === to) return;
    const known = to.behind.get(from);
    if (known !== undefined) {
      noteAgain(known, at);
      return;
    }
    const none = { column: undefined, toColumn: undefined, through: undefined };
    to.behind.set(from, { from, ...none, times: 1, first: at, last: at });
  }

  /** It was written, by whatever. */
  addWrite(
    thing: Accessed,
    { file, columns = [] }: { readonly file: string; readonly columns?: readonly string[] },
  ): void {
    const node = this.#node(thing, file);
    node.isWritten = true;
    for (const column of columns) node.columns.add(column);
  }

  addStatement(
    thing: Accessed,
    { file, statement }: { readonly file: string; readonly statement: LoggedStatement },
  ): void {
    const node = this.#node(thing, file);
    node.isWritten = true;
    const known = node.statements.get(statement.shape);
    if (known !== undefined && (known.at ?? "") > (statement.at ?? "")) return;
    node.statements.set(statement.shape, statement);
    if (node.statements.size <= MOST_STATEMENTS) return;
    const [oldest] = [...node.statements].sort(([, a], [, b]) => compare(a.at ?? "", b.at ?? ""));
    if (oldest !== undefined) node.statements.delete(oldest[0]);
  }

  /** Somebody read it. */
  addRead(
    thing: Accessed,
    seen: {
      readonly file: string;
      readonly at: string | undefined;
      readonly user: string | undefined;
      readonly columns?: readonly string[];
      /** The statement wrote nothing: whoever asked looked at the answer. */
      readonly isAsked?: boolean;
    },
  ): void {
    const node = this.#node(thing, seen.file);
    for (const column of seen.columns ?? []) node.columns.add(column);
    if (seen.isAsked === true) this.#noteAsked(node, seen);
    noteRead(node.reads, seen);
    this.#noteTime(seen.at ?? "");
  }

  /** Somebody looked at one column, where the log tells each in a row of its own; reads of the table are told apart. */
  addAsked(
    thing: Accessed,
    seen: {
      readonly file: string;
      readonly at: string | undefined;
      readonly user: string | undefined;
      readonly column: string;
    },
  ): void {
    const node = this.#node(thing, seen.file);
    node.columns.add(seen.column);
    this.#noteAsked(node, { ...seen, columns: [seen.column] });
    this.#noteTime(seen.at ?? "");
  }

  #noteAsked(
    { asked }: Node,
    {
      columns = [],
      ...seen
    }: {
      readonly at: string | undefined;
      readonly user: string | undefined;
      readonly columns?: readonly string[];
    },
  ): void {
    for (const column of columns.length === 0 ? [""] : columns) {
      const known = asked.get(column) ?? noReads();
      if (asked.size >= MOST_ASKED && !asked.has(column)) continue;
      asked.set(column, known);
      noteRead(known, seen);
    }
  }

  /** In the order of names. Usage is of the thirty days before the newest row. */
  facts(): readonly AssetFact[] {
    for (const one of this.names.successions()) this.#takeOver(one);
    const since = this.#newest === "" ? "" : dayBefore(this.#newest.slice(0, 10), USAGE_DAYS);
    return [...this.#nodes]
      .sort(([a], [b]) => compare(a, b))
      .map(([, node]) => factOf(node, since));
  }

  /** What moved into a table stays in it under its next name; the old name keeps it, for a load may begin with it again. */
  #takeOver({ from, to }: Succession): void {
    const old = this.#node(from.thing, from.file);
    const node = this.#node(to.thing, to.file);
    for (const [key, edge] of old.edges) {
      if (edge.from === node) continue;
      if (edge.toColumn !== undefined) node.columns.add(edge.toColumn);
      if (!node.edges.has(key)) node.edges.set(key, { ...edge });
    }
    for (const [source, edge] of old.behind)
      if (source !== node && !node.behind.has(source)) node.behind.set(source, { ...edge });
    for (const [shape, statement] of old.statements)
      if (!node.statements.has(shape)) node.statements.set(shape, statement);
    node.isWritten ||= old.isWritten;
  }

  #node(thing: Accessed, file: string): Node {
    const key = `${thing.name.namespace}\n${thing.name.name}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const made: Node = {
      thing,
      number: this.#nodes.size,
      file,
      columns: new Set(),
      edges: new Map(),
      behind: new Map(),
      statements: new Map(),
      isWritten: false,
      reads: noReads(),
      asked: new Map(),
    };
    this.#nodes.set(key, made);
    return made;
  }

  #noteTime(at: string): void {
    if (at > this.#newest) this.#newest = at;
  }
}

function noteAgain(known: EdgeSeen, at: string): void {
  known.times += 1;
  if (at !== "" && (known.first === "" || at < known.first)) known.first = at;
  if (at > known.last) known.last = at;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function factOf(node: Node, since: string): AssetFact {
  const usage = usageOf(node.reads, since);
  const queried = queriedOf(node.asked, since);
  const { thing, columns, statements, file } = node;
  const edges = edgesToTell(node);
  const isWritten = node.isWritten || edges.length > 0;
  return {
    name: thing.name,
    ...(thing.path === undefined ? {} : { path: thing.path }),
    kind: thing.kind ?? "table",
    attributes: withoutUndefined({
      dialect: thing.dialect,
      usage,
      extra: queried.length === 0 ? undefined : { queried },
    }),
    ...(columns.size === 0
      ? {}
      : { columns: [...columns].sort(compare).map((name) => ({ name })), columnsComplete: false }),
    edges: edgesOf(edges, file),
    queries: [...statements.values()].sort((a, b) => compare(a.shape, b.shape)).map(toQuery(file)),
    provenance: { file },
    ...(isWritten ? {} : { placeholder: true }),
  };
}

const toQuery =
  (file: string) =>
  ({ sql, dialect, defaultPath }: LoggedStatement, index: number): QueryFact => ({
    name: index === 0 ? "logged statement" : `logged statement (${index + 1})`,
    sql,
    dialect,
    ...(defaultPath === undefined ? {} : { defaultPath }),
    provenance: { file },
  });

/** A statement tells all that a table is made of; edges between columns tell it of the table that they begin at. */
const isKnown = ({ statements, edges }: Node, from: Node): boolean =>
  statements.size > 0 ||
  [...edges.values()].some((edge) => edge.from === from && edge.toColumn !== undefined);

function edgesToTell({ edges, behind, statements }: Node): readonly EdgeSeen[] {
  const told = [...edges.values()].filter(
    ({ from, through }) => through === undefined || !isKnown(through, from),
  );
  if (statements.size > 0) return told;
  const from = new Set(told.map((edge) => edge.from));
  return [...told, ...[...behind.values()].filter((edge) => !from.has(edge.from))];
}

/**
 * A log says what was read for a column and not how. A column with one source is taken as passed on, which absorbs least;
 * several cannot all be passed on as they are. What was read and went into no column decided something, nobody knows what.
 */
function edgesOf(edges: readonly EdgeSeen[], file: string): readonly EdgeFact[] {
  const sources = new Map<string, number>();
  const byColumn = new Set<Node>();
  for (const { from, column, toColumn, through } of edges) {
    if (toColumn !== undefined && column !== undefined) {
      const key = sourcesKey(toColumn, through);
      sources.set(key, (sources.get(key) ?? 0) + 1);
    }
    if (column !== undefined) byColumn.add(from);
  }
  return edges.flatMap((edge) => {
    const { from, column, toColumn, through, times, first, last } = edge;
    // The columns that were read are known: that the table was read says nothing more.
    if (column === undefined && byColumn.has(from)) return [];
    const isValue = column !== undefined && toColumn !== undefined;
    const use = !isValue
      ? "UNKNOWN"
      : sources.get(sourcesKey(toColumn, through)) === 1
        ? "IDENTITY"
        : "ARITH";
    return [
      {
        from: {
          name: from.thing.name,
          ...(from.thing.path === undefined ? {} : { path: from.thing.path }),
          ...(column === undefined ? {} : { column }),
        },
        ...(toColumn === undefined ? {} : { toColumn }),
        use,
        ...(isValue ? { cap: "likely" as const } : {}),
        extra: { times, ...(last === "" ? {} : { firstSeen: first, lastSeen: last }) },
        provenance: { file },
      },
    ];
  });
}

/** A view and what lies behind it are one source of a column, not two. */
const sourcesKey = (toColumn: string, through: Node | undefined): string =>
  `${through === undefined ? "" : "behind"}\n${toColumn}`;

/** A table of a warehouse by its path. */
export const tableAt = (engine: string, path: readonly string[], kind?: AssetKind): Accessed => ({
  name: { namespace: engine, name: joinRelationName(path) },
  path,
  dialect: engine,
  ...(kind === undefined ? {} : { kind }),
});

/** Files at an address (`s3://lake/orders/part-1`), as OpenLineage calls them. */
export function filesAt(address: string): Accessed {
  const [, place, path] = /^(\w+:\/\/[^/]+)\/(.+?)\/*$/.exec(address) ?? [];
  return place === undefined || path === undefined
    ? { name: { namespace: "file", name: address }, kind: "file" }
    : { name: { namespace: place, name: path }, kind: "file" };
}

import { quoted, quoteName } from "#lib/ingest/quote-name.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import { type PowerQuery, parsePowerQuery, type QueryNode } from "./parse-power-query.ts";
import { textsIn } from "./query-nodes.ts";
import { readConnector, type SourcePlace } from "./source-place.ts";
import {
  joinedStep,
  nativeStep,
  type StepContext,
  StepNames,
  type TableStep,
  tableStep,
  unionStep,
} from "./table-step.ts";
import { transformTable } from "./transform-table.ts";

/** A table or a native query that a Power Query reads. */
export interface QuerySource {
  readonly namespace: string;
  readonly dialect: string;
  readonly path: readonly string[];
}

export interface PowerQueryReading {
  /** The table that the query gives; undefined where a step was not understood. */
  readonly step?: TableStep;
  readonly dialect: string;
  /** Where names without a database stand. */
  readonly defaultPath: readonly string[];
  /** Tables and files that are read, for what was not understood too. */
  readonly sources: readonly QuerySource[];
  /** What was not understood, in words. */
  readonly lost: readonly string[];
  /** It is computed from nothing but itself: a calendar, a table typed by hand. */
  readonly constant: boolean;
}

type Value =
  | { readonly kind: "table"; readonly step: TableStep }
  | { readonly kind: "place"; readonly place: SourcePlace }
  | { readonly kind: "text"; readonly text: string }
  /** A table with tables in one of its columns, before they are expanded. */
  | {
      readonly kind: "nested";
      readonly step: TableStep;
      readonly column: string;
      readonly right: TableStep;
      readonly keys: readonly (readonly [string, string])[];
      readonly type: "INNER" | "LEFT" | "RIGHT" | "FULL";
    }
  | { readonly kind: "unknown" };

const UNKNOWN: Value = { kind: "unknown" };

/** `shared`: the model's other queries and parameters, by name. */
export function readPowerQuery(
  text: string,
  shared: ReadonlyMap<string, string>,
): PowerQueryReading {
  const first = readWith(new Reader(shared), text);
  // One text for several systems: names are quoted as one of them does, and none is folded as another would.
  const dialect = first.reader.commonDialect;
  return (dialect === undefined ? first : readWith(new Reader(shared, dialect), text)).reading;
}

function readWith(
  reader: Reader,
  text: string,
): { readonly reader: Reader; readonly reading: PowerQueryReading } {
  const value = reader.query(text, new Set());
  const lost = [...new Set(reader.lost)];
  const table = reader.asTable(value);
  const understood = table !== undefined && lost.length === 0;
  if (!understood) reader.followAll(text);
  const about = {
    constant: !understood && reader.sources.size === 0 && !reader.readsElsewhere,
    dialect: reader.dialect,
    defaultPath: reader.defaultPath,
    sources: [...reader.sources.values()],
    lost,
  };
  return { reader, reading: understood ? { ...about, step: table } : about };
}

const JOIN_KINDS: Readonly<Record<string, "INNER" | "LEFT" | "RIGHT" | "FULL">> = makeTable({
  "JoinKind.Inner": "INNER",
  "JoinKind.LeftOuter": "LEFT",
  "JoinKind.RightOuter": "RIGHT",
  "JoinKind.FullOuter": "FULL",
  "JoinKind.LeftAnti": "LEFT",
  "JoinKind.RightAnti": "RIGHT",
});

/** Queries that refer to each other in a circle, or through more hands than this, are not followed. */
const MAX_REFERENCES = 50;

class Reader {
  readonly sources = new Map<string, QuerySource>();
  readonly lost: string[] = [];
  dialect = "generic";
  private readonly dialects = new Set<string>();
  private readonly nativeDialects = new Set<string>();
  private readonly homes = new Map<string, readonly string[]>();
  /** What the whole text is written in, whatever its parts come from. */
  private readonly common: string | undefined;
  private readonly names = new StepNames();
  private readonly shared: ReadonlyMap<string, string>;

  constructor(shared: ReadonlyMap<string, string>, common?: string) {
    this.shared = shared;
    this.common = common;
    if (common !== undefined) this.dialect = common;
  }

  /** Of a query that reads from systems with several dialects: that of its SQL, where it holds some of one. */
  get commonDialect(): string | undefined {
    if (this.dialects.size < 2) return undefined;
    const [native, other] = this.nativeDialects;
    return native === undefined || other !== undefined ? "generic" : native;
  }

  /** Where native queries stand in several places, a name without one is of none of them. */
  get defaultPath(): readonly string[] {
    const [home, other] = this.homes.values();
    return home === undefined || other !== undefined ? [] : home;
  }

  /** Some connector that is not known, or a file whose name is computed. */
  readsElsewhere = false;

  /** Visits all that a query names, so that its sources are known although its steps are not. */
  followAll(text: string): void {
    const parsed = parsePowerQuery(text);
    if (parsed === undefined) {
      this.readsElsewhere = true;
      return;
    }
    const steps = new Map(parsed.steps.map(({ name, nodes }) => [name, nodes]));
    const scope: Scope = { steps, done: new Map(), above: new Set() };
    const visit = (nodes: readonly QueryNode[]): void => {
      nodes.forEach((node, at) => {
        if (node.kind === "group") node.items.forEach(visit);
        if (node.kind !== "word") return;
        const next = nodes[at + 1];
        const isCall = next?.kind === "group" && next.open === "(";
        if (isCall && !PURE_CALL.test(node.text) && !steps.has(node.text)) {
          const place = this.expression(nodes.slice(at), scope);
          if (this.asTable(place) === undefined) this.readsElsewhere = true;
        } else if (this.shared.has(node.text)) this.followShared(node.text, scope);
      });
    };
    for (const { nodes } of parsed.steps) visit(nodes);
    visit(parsed.result);
  }

  private readonly followed = new Set<string>();

  private followShared(name: string, scope: Scope): void {
    if (this.followed.has(name)) return;
    this.followed.add(name);
    if (this.asTable(this.named(name, scope)) === undefined)
      this.followAll(this.shared.get(name) ?? "");
  }

  query(text: string, above: ReadonlySet<string>): Value {
    const parsed: PowerQuery | undefined = parsePowerQuery(text);
    if (parsed === undefined) {
      this.lost.push("the query cannot be read");
      return UNKNOWN;
    }
    const steps = new Map(parsed.steps.map(({ name, nodes }) => [name, nodes]));
    const done = new Map<string, Value>();
    const scope: Scope = { steps, done, above };
    return this.expression(parsed.result, scope);
  }

  asTable(value: Value): TableStep | undefined {
    if (value.kind === "table") return value.step;
    // Tables that were joined and never expanded: the join still decides about the rows.
    if (value.kind === "nested")
      return joinedStep({ ...value, left: value.step, expanded: new Map() }, this.context);
    if (value.kind !== "place") return undefined;
    return this.placeStep(value.place);
  }

  private get context(): StepContext {
    return { names: this.names, dialect: this.dialect };
  }

  private placeStep(place: SourcePlace): TableStep | undefined {
    const dialect = this.common ?? place.dialect;
    this.dialect = dialect;
    if (place.sql !== undefined) {
      this.dialects.add(place.dialect);
      this.nativeDialects.add(place.dialect);
      this.homes.set(place.home.join("\u0000"), place.home);
      return nativeStep(place.sql, dialect, this.names);
    }
    if (!place.whole) return undefined;
    if (place.namespace !== "file") this.dialects.add(place.dialect);
    const key = `${place.namespace}/${place.path.join("/")}`;
    this.sources.set(key, { namespace: place.namespace, dialect: place.dialect, path: place.path });
    const quote = this.common === undefined ? quoteName : quoted;
    return tableStep(place.path, (name) => quote(name, dialect), this.names);
  }

  /** A chain: something, then calls and navigations behind it. */
  private expression(nodes: readonly QueryNode[], scope: Scope): Value {
    const [first, ...rest] = nodes;
    if (first === undefined) return UNKNOWN;
    if (first.kind === "text")
      return this.joinedText(nodes, scope) ?? { kind: "text", text: first.text };
    if (first.kind === "group" && first.open === "(" && first.items[0] !== undefined)
      return this.navigate(this.expression(first.items[0], scope), rest, scope);
    if (first.kind !== "word") return UNKNOWN;
    if (first.text === "let") return UNKNOWN;
    const [call] = rest;
    if (call?.kind === "group" && call.open === "(") {
      const value = this.call(first.text, call.items, scope);
      return this.navigate(value, rest.slice(1), scope);
    }
    const named = this.named(first.text, scope);
    if (named.kind === "text") return this.joinedText(nodes, scope) ?? named;
    return this.navigate(named, rest, scope);
  }

  /** `Server & ".local"`. */
  private joinedText(nodes: readonly QueryNode[], scope: Scope): Value | undefined {
    const parts: string[] = [];
    for (const node of nodes) {
      if (node.kind === "sign" && node.text === "&") continue;
      if (node.kind === "text") parts.push(node.text);
      else if (node.kind === "word") {
        const value = this.named(node.text, scope);
        if (value.kind !== "text") return undefined;
        parts.push(value.text);
      } else return undefined;
    }
    return { kind: "text", text: parts.join("") };
  }

  private named(name: string, scope: Scope): Value {
    const known = scope.done.get(name);
    if (known !== undefined) return known;
    const step = scope.steps.get(name);
    if (step !== undefined) {
      scope.done.set(name, UNKNOWN);
      const value = this.expression(step, scope);
      scope.done.set(name, value);
      return value;
    }
    const shared = this.shared.get(name);
    if (shared === undefined) return UNKNOWN;
    if (scope.above.has(name) || scope.above.size > MAX_REFERENCES) {
      this.readsElsewhere = true;
      return UNKNOWN;
    }
    return this.query(shared, new Set([...scope.above, name]));
  }

  /** `{[Schema="dbo", Item="Sales"]}[Data]` behind a value. */
  private navigate(value: Value, nodes: readonly QueryNode[], scope: Scope): Value {
    if (nodes.length === 0 || value.kind !== "place") return value;
    let place = value.place;
    for (const node of nodes) {
      if (node.kind !== "group" || node.open !== "{") continue;
      const record = node.items[0]?.[0];
      if (record?.kind !== "group" || record.open !== "[") continue;
      place = place.into(this.record(record.items, scope));
    }
    return { kind: "place", place };
  }

  private record(
    items: readonly (readonly QueryNode[])[],
    scope: Scope,
  ): ReadonlyMap<string, string> {
    return new Map(
      items.flatMap((item): readonly (readonly [string, string])[] => {
        const [name, equals, ...rest] = item;
        if (name?.kind !== "word" || equals?.kind !== "sign") return [];
        const value = this.expression(rest, scope);
        return value.kind === "text" ? [[name.text, value.text]] : [];
      }),
    );
  }

  private call(name: string, args: readonly (readonly QueryNode[])[], scope: Scope): Value {
    const connected = readConnector(name, {
      text: (at) => this.textAt(args, at, scope),
      option: (at, key) => this.optionAt(args, { at, key }, scope),
    });
    if (connected !== undefined) return { kind: "place", place: connected };
    if (name === "Value.NativeQuery") return this.nativeQuery(args, scope);
    if (FILE_READERS.test(name)) return this.fileIn(args, scope);
    if (name === "Table.Combine") return this.combine(args, scope);
    if (name.startsWith("Table.")) return this.tableCall(name, args, scope);
    return UNKNOWN;
  }

  private textAt(
    args: readonly (readonly QueryNode[])[],
    at: number,
    scope: Scope,
  ): string | undefined {
    const nodes = args[at];
    if (nodes === undefined) return undefined;
    const value = this.expression(nodes, scope);
    return value.kind === "text" ? value.text : undefined;
  }

  private optionAt(
    args: readonly (readonly QueryNode[])[],
    { at, key }: { readonly at: number; readonly key: string },
    scope: Scope,
  ): string | undefined {
    const node = args[at]?.[0];
    return node?.kind === "group" && node.open === "["
      ? this.record(node.items, scope).get(key)
      : undefined;
  }

  private nativeQuery(args: readonly (readonly QueryNode[])[], scope: Scope): Value {
    const sql = this.textAt(args, 1, scope);
    const on = args[0] === undefined ? UNKNOWN : this.expression(args[0], scope);
    if (sql === undefined) {
      this.lost.push("a native query whose text is computed");
      return UNKNOWN;
    }
    const place = on.kind === "place" ? on.place : undefined;
    return {
      kind: "place",
      place: {
        namespace: place?.namespace ?? "powerbi",
        dialect: place?.dialect ?? "generic",
        path: place?.path ?? [],
        whole: true,
        sql,
        home: place?.home ?? [],
        into: () => UNNAVIGABLE,
      },
    };
  }

  /** The first text below is the file's place, whatever reads it. */
  private fileIn(args: readonly (readonly QueryNode[])[], scope: Scope): Value {
    const text = this.firstText(args, scope);
    if (text === undefined) {
      this.lost.push("a file whose name is computed");
      return UNKNOWN;
    }
    const path = [text.split(/[\\/]/).at(-1) ?? text];
    const place: SourcePlace = {
      namespace: "file",
      dialect: "generic",
      path,
      whole: true,
      home: [],
      into: (record) => {
        const sheet = record.get("Item") ?? record.get("Name");
        return sheet === undefined ? place : { ...place, path: [...path, sheet] };
      },
    };
    return { kind: "place", place };
  }

  private firstText(items: readonly (readonly QueryNode[])[], scope: Scope): string | undefined {
    const relative = this.findOption(items, "RelativePath", scope);
    if (relative !== undefined) return relative;
    for (const nodes of items) {
      const value = this.expression(nodes, scope);
      if (value.kind === "text") return value.text;
      if (value.kind === "place") return value.place.path.at(-1);
      for (const node of nodes) {
        if (node.kind !== "group") continue;
        const inner = this.firstText(node.items, scope);
        if (inner !== undefined) return inner;
      }
    }
    return undefined;
  }

  private findOption(
    items: readonly (readonly QueryNode[])[],
    key: string,
    scope: Scope,
  ): string | undefined {
    for (const nodes of items) {
      for (const node of nodes) {
        if (node.kind !== "group") continue;
        const own = node.open === "[" ? this.record(node.items, scope).get(key) : undefined;
        const found = own ?? this.findOption(node.items, key, scope);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  private combine(args: readonly (readonly QueryNode[])[], scope: Scope): Value {
    const list = args[0]?.[0];
    if (list?.kind !== "group" || list.open !== "{") {
      this.lost.push("tables that are combined by a list that is computed");
      return UNKNOWN;
    }
    const parts = list.items.map((item) => this.asTable(this.expression(item, scope)));
    const whole = parts.filter((part) => part !== undefined);
    if (whole.length < parts.length || whole.length === 0) {
      this.lost.push("a table among those that are combined");
      return UNKNOWN;
    }
    return { kind: "table", step: unionStep(whole, this.context) };
  }

  private tableCall(name: string, args: readonly (readonly QueryNode[])[], scope: Scope): Value {
    const input = args[0] === undefined ? UNKNOWN : this.expression(args[0], scope);
    if (input.kind === "nested" && name === "Table.ExpandTableColumn")
      return this.expand(input, args);
    const before = this.asTable(input);
    if (before === undefined) {
      if (this.lost.length === 0) this.lost.push(`what ${name} starts from`);
      return UNKNOWN;
    }
    const value =
      name === "Table.NestedJoin" || name === "Table.Join"
        ? this.join(name, before, args, scope)
        : tableValue(transformTable(name, { before, args, context: this.context }));
    if (value === undefined) this.lost.push(name);
    return value ?? UNKNOWN;
  }

  private join(
    name: string,
    left: TableStep,
    args: readonly (readonly QueryNode[])[],
    scope: Scope,
  ): Value | undefined {
    const right = args[2] === undefined ? undefined : this.asTable(this.expression(args[2], scope));
    if (right === undefined) return undefined;
    const rightKeys = textsIn(args[3] ?? []);
    const keys = textsIn(args[1] ?? []).map((key, at) => [key, rightKeys[at] ?? key] as const);
    const nested = name === "Table.NestedJoin";
    const kind = args[nested ? 5 : 4]?.[0];
    const type = JOIN_KINDS[kind?.kind === "word" ? kind.text : ""] ?? (nested ? "LEFT" : "INNER");
    if (!nested)
      return { kind: "table", step: joinedStep({ type, left, right, keys }, this.context) };
    const [column] = textsIn(args[4] ?? []);
    return column === undefined
      ? undefined
      : { kind: "nested", step: left, column, right, keys, type };
  }

  private expand(
    input: Extract<Value, { kind: "nested" }>,
    args: readonly (readonly QueryNode[])[],
  ): Value {
    const inner = textsIn(args[2] ?? []);
    const outer = textsIn(args[3] ?? []);
    const expanded = new Map(inner.map((name, at) => [outer[at] ?? name, name]));
    return {
      kind: "table",
      step: joinedStep({ ...input, left: input.step, expanded }, this.context),
    };
  }
}

interface Scope {
  readonly steps: ReadonlyMap<string, readonly QueryNode[]>;
  readonly done: Map<string, Value>;
  /** Shared queries that are being followed. */
  readonly above: ReadonlySet<string>;
}

const tableValue = (step: TableStep | undefined): Value | undefined =>
  step === undefined ? undefined : { kind: "table", step };

const UNNAVIGABLE: SourcePlace = {
  namespace: "powerbi",
  dialect: "generic",
  path: [],
  whole: false,
  home: [],
  into: () => UNNAVIGABLE,
};

/** Functions of the language's own library: they reach nothing outside. */
const PURE_CALL =
  /^(?:(?:Table|List|Text|Number|Date|DateTime|DateTimeZone|Duration|Time|Record|Splitter|Combiner|Replacer|Value|Json|Binary|BinaryFormat|Compression|Lines|Logical|Function|Expression|Character|Guid|Comparer|Error|Type|Uri|Int64|Currency|Percentage)\.\w+|#\w+|each|if|then|else|try|otherwise|and|or|not|in|is|as|type|meta|error)$/;

const FILE_READERS =
  /^(?:Csv\.Document|Excel\.Workbook|Json\.Document|Xml\.Tables|Parquet\.Document|Pdf\.Tables|Excel\.CurrentWorkbook)$/;

import { readDax } from "./dax-references.ts";
import {
  type ColumnRef,
  levelKey,
  type ModelColumn,
  type ModelTable,
  type SemanticModel,
} from "./semantic-model.ts";

/** What a field of a model comes down to: columns that a query fills, and tables whose rows are counted. */
export interface FieldSources {
  readonly columns: readonly ColumnRef[];
  readonly tables: readonly string[];
}

/** Follows measures, calculated columns and calculated tables of a model down to what its queries fill. */
export class ModelFields {
  private readonly tables: ReadonlyMap<string, ModelTable>;
  private readonly measures: ReadonlyMap<string, string>;
  private readonly known = new Map<string, FieldSources>();
  private readonly model: SemanticModel;

  constructor(model: SemanticModel) {
    this.model = model;
    this.tables = new Map(model.tables.map((table) => [fold(table.name), table]));
    this.measures = new Map(
      model.tables.flatMap((table) =>
        [...table.measures].map(([name, dax]) => [fold(name), dax] as const),
      ),
    );
  }

  hasTable(name: string): boolean {
    return this.tables.has(fold(name));
  }

  /** Of a measure or column as reports name it. Undefined: the model has no such field. */
  sourcesOf({
    table,
    column: name,
    hierarchy,
  }: ColumnRef & { readonly hierarchy?: string }): FieldSources | undefined {
    const home = this.tables.get(fold(table));
    // A model that does not tell of its hierarchies: most levels are called as their column.
    const column =
      (hierarchy === undefined ? undefined : home?.levels.get(levelKey(hierarchy, name))) ?? name;
    const found = findColumn(home, column);
    if (found !== undefined && home !== undefined)
      return this.within(`c/${fold(table)}/${fold(column)}`, () => this.ofColumn(home, found));
    const measure = this.measureNamed(column);
    const dax = measure === undefined ? undefined : this.measures.get(measure);
    if (dax !== undefined)
      return this.within(`m/${measure}`, () => this.ofDax(dax, home?.name ?? table));
    return undefined;
  }

  /** `_Margin Status` is what a measure's KPI makes of it. */
  private measureNamed(name: string): string | undefined {
    const kpi = /^_(.+) (?:status|goal|trend)$/.exec(fold(name))?.[1];
    return [fold(name), kpi].find((one) => one !== undefined && this.measures.has(one));
  }

  /** The active relationships on the way between tables, as the columns that join them. */
  joinsBetween(tables: readonly string[]): readonly ColumnRef[] {
    const [first, ...others] = [...new Set(tables.map(fold))];
    if (first === undefined) return [];
    const found = new Map<string, ColumnRef>();
    for (const other of others) {
      for (const ref of this.way(first, other)) found.set(`${ref.table}/${ref.column}`, ref);
    }
    return [...found.values()];
  }

  private way(start: string, goal: string): readonly ColumnRef[] {
    const before = new Map<
      string,
      { readonly from: string; readonly refs: readonly ColumnRef[] }
    >();
    const queue = [start];
    for (const at of queue) {
      if (at === goal) break;
      for (const { from, to, active } of this.model.relationships) {
        const ends = [fold(from.table), fold(to.table)];
        if (!active || !ends.includes(at)) continue;
        const next = ends[0] === at ? (ends[1] ?? at) : (ends[0] ?? at);
        if (next === start || before.has(next)) continue;
        before.set(next, { from: at, refs: [from, to] });
        queue.push(next);
      }
    }
    const refs: ColumnRef[] = [];
    for (let at = goal; at !== start; ) {
      const step = before.get(at);
      if (step === undefined) return [];
      refs.push(...step.refs);
      at = step.from;
    }
    return refs;
  }

  /** A circle of definitions ends where it began. */
  private within(key: string, find: () => FieldSources): FieldSources {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, { columns: [], tables: [] });
    const sources = find();
    this.known.set(key, sources);
    return sources;
  }

  private ofColumn(home: ModelTable, column: ModelColumn): FieldSources {
    const sorted =
      column.sortBy === undefined || fold(column.sortBy) === fold(column.name)
        ? []
        : [this.sourcesOf({ table: home.name, column: column.sortBy })];
    if (home.dax !== undefined) {
      const dax = home.dax;
      // Whatever the table is computed from: a field parameter stands for all the fields that it lists.
      return union([
        this.within(`t/${fold(home.name)}`, () => this.ofDax(dax, home.name)),
        ...sorted,
      ]);
    }
    const own =
      column.dax === undefined
        ? { columns: [{ table: home.name, column: column.name }], tables: [] }
        : this.ofDax(column.dax, home.name);
    return union([own, ...sorted]);
  }

  private ofDax(dax: string, home: string): FieldSources {
    const { qualified, bare, tables } = readDax(dax, (name) => this.hasTable(name));
    return union([
      { columns: [], tables },
      ...qualified.map(({ table, name }) => this.sourcesOf({ table, column: name })),
      ...bare.map((name) => this.sourcesOf({ table: home, column: name })),
    ]);
  }
}

const fold = (name: string): string => name.toLowerCase();

const findColumn = (table: ModelTable | undefined, name: string): ModelColumn | undefined =>
  table?.columns.find((column) => fold(column.name) === fold(name));

function union(all: readonly (FieldSources | undefined)[]): FieldSources {
  const columns = new Map<string, ColumnRef>();
  const tables = new Map<string, string>();
  for (const sources of all) {
    for (const ref of sources?.columns ?? [])
      columns.set(`${fold(ref.table)}/${fold(ref.column)}`, ref);
    for (const table of sources?.tables ?? []) tables.set(fold(table), table);
  }
  return { columns: [...columns.values()], tables: [...tables.values()] };
}

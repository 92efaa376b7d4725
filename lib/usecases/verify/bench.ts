import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import type { AssessedChange } from "#lib/impact/assessment.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { quoteName } from "../profile/table-reader.ts";
import { changeColumns } from "./change-columns.ts";
import { changeRows } from "./change-rows.ts";
import { queryIn } from "./query-in.ts";
import type { Attempt, BenchTable, NamedTable, Session } from "./session.ts";

/** What an engine says of a statement. */
export type Bound =
  | { readonly outcome: "binds"; readonly table: BenchTable }
  | { readonly outcome: "fails"; readonly message: string };

/** Tables and statements of one session: sources with their samples, what statements make of them, what a change does. */
export class Bench {
  readonly session: Session;
  readonly #sources = new Map<AssetId, Attempt<BenchTable | undefined>>();
  #made = 0;

  constructor(session: Session) {
    this.session = session;
  }

  #name(): string {
    this.#made += 1;
    return `t${this.#made}`;
  }

  /** A table that no statement fills: its sample in its declared types, or empty; undefined: its columns are not known. */
  async source(asset: MergedAsset): Promise<Attempt<BenchTable | undefined>> {
    const known = this.#sources.get(asset.id);
    if (known !== undefined) return known;
    const made = await this.#makeSource(asset);
    this.#sources.set(asset.id, made);
    return made;
  }

  async #makeSource(asset: MergedAsset): Promise<Attempt<BenchTable | undefined>> {
    const columns = asset.columns.flatMap(({ name, type }) =>
      type === undefined ? [] : [{ name, type }],
    );
    const isTyped = columns.length > 0 && columns.length === asset.columns.length;
    const sample = await this.session.sampleOf(asset);
    if (!sample.ok) return sample;
    if (sample.value !== undefined) {
      const cast = columns.map(
        ({ name, type }) => `CAST(${quoteName(name)} AS ${type}) AS ${quoteName(name)}`,
      );
      const select = isTyped ? `SELECT ${cast.join(", ")} FROM (${sample.value}) s` : sample.value;
      const made = await this.#keep(select);
      return made.ok ? made : err(`its sample does not fit its columns: ${made.error}`);
    }
    if (!isTyped) return ok(undefined);
    const from = await this.session.makeEmpty(this.#name(), columns);
    return from.ok ? ok({ from: from.value, columns, hasRows: false }) : from;
  }

  async #keep(select: string): Promise<Attempt<BenchTable>> {
    const from = await this.session.make(this.#name(), select);
    if (!from.ok) return from;
    const columns = await this.session.describe(`SELECT * FROM ${from.value}`);
    return columns.ok ? ok({ from: from.value, columns: columns.value, hasRows: true }) : columns;
  }

  /** Tries a statement: over rows where all that it reads has some, else by its names and types alone. */
  async bind(sql: string, tables: readonly NamedTable[]): Promise<Bound> {
    const placed = await this.session.place(queryIn(sql), tables);
    if (!placed.ok) return { outcome: "fails", message: placed.error };
    const columns = await this.session.describe(placed.value);
    if (!columns.ok) return { outcome: "fails", message: columns.error };
    const hasRows = tables.length > 0 && tables.every(({ table }) => table.hasRows);
    const from = hasRows
      ? await this.session.make(this.#name(), placed.value)
      : await this.session.makeEmpty(this.#name(), columns.value);
    if (!from.ok) return { outcome: "fails", message: from.error };
    return { outcome: "binds", table: { from: from.value, columns: columns.value, hasRows } };
  }

  /** The table after a change; undefined: it is gone. */
  async change(
    table: BenchTable,
    changes: readonly AssessedChange[],
  ): Promise<Attempt<BenchTable | undefined>> {
    let now: BenchTable = table;
    for (const change of changes) {
      const next = await this.#changeOnce(now, change);
      if (!next.ok || next.value === undefined) return next;
      now = next.value;
    }
    return ok(now);
  }

  async #changeOnce(
    table: BenchTable,
    change: AssessedChange,
  ): Promise<Attempt<BenchTable | undefined>> {
    const columns = changeColumns(table.columns, change);
    if (columns === undefined) return ok(undefined);
    if (table.hasRows) {
      const select = changeRows(table, change);
      return select === undefined ? ok(table) : this.#keep(select);
    }
    if (columns === table.columns) return ok(table);
    const from = await this.session.makeEmpty(this.#name(), columns);
    return from.ok ? ok({ from: from.value, columns, hasRows: false }) : from;
  }

  /** Whether two tables hold the same rows under the same names, in whatever order. Only the answer leaves the engine. */
  async isSame(before: BenchTable, after: BenchTable): Promise<Attempt<boolean>> {
    const names = (table: BenchTable): string =>
      JSON.stringify(table.columns.map(({ name }) => name.toLowerCase()));
    if (names(before) !== names(after)) return ok(false);
    const asIs = await this.#differences(before, after, (name) => name);
    const found = asIs.ok
      ? asIs
      : await this.#differences(before, after, (name) => `CAST(${name} AS VARCHAR)`);
    return found.ok ? ok(found.value === 0) : found;
  }

  async #differences(
    before: BenchTable,
    after: BenchTable,
    write: (name: string) => string,
  ): Promise<Attempt<number>> {
    const all = ({ from, columns }: BenchTable): string =>
      `SELECT ${columns.map(({ name }) => write(quoteName(name))).join(", ")} FROM ${from}`;
    const beyond = (one: BenchTable, other: BenchTable): string =>
      `(SELECT count(*) FROM (${all(one)} EXCEPT ALL ${all(other)}) d)`;
    const counted = await this.session.rows(
      `SELECT ${beyond(before, after)} + ${beyond(after, before)}`,
    );
    return counted.ok ? ok(Number(counted.value[0]?.[0])) : counted;
  }

  /** Rows of a table; 0 where it has no sample. */
  async count({ from, hasRows }: BenchTable): Promise<number> {
    if (!hasRows) return 0;
    const counted = await this.session.rows(`SELECT count(*) FROM ${from}`);
    return counted.ok ? Number(counted.value[0]?.[0]) : 0;
  }
}

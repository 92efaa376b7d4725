import { alignBranches, placesOf, unitedColumns } from "./align-branches.ts";
import { isVolatile } from "./canonical-text.ts";
import { comparePassed } from "./compare-conditions.ts";
import { compareExpressions, isOneToOne } from "./compare-expressions.ts";
import type { Dialect } from "./dialect.ts";
import { findsOnePartner } from "./one-partner.ts";
import {
  type BodyOutline,
  bodyText,
  type OutlinePart,
  type OutlineSource,
  outlineText,
  type QueryOutline,
  type SelectOutline,
  type SetOutline,
  type StatementOutline,
  sourceText,
} from "./outline.ts";
import { outputsOf } from "./outline-outputs.ts";
import { outlineStatement } from "./outline-query.ts";
import type { RelationBuilder } from "./plan-builder.ts";
import type { EditedColumns, QueryComparison, QueryEdit, RowsEdit } from "./query-edit.ts";
import { QueryNumbers } from "./query-numbers.ts";
import type { QueryTrace } from "./query-trace.ts";
import { renamedColumns } from "./renamed-columns.ts";
import { renamedCtes } from "./renamed-ctes.ts";
import { wordsLeftOut } from "./words-left-out.ts";

const NO_COLUMNS: EditedColumns = { names: [] };

export interface CompareInput {
  readonly base: QueryTrace;
  readonly head: QueryTrace;
  readonly dialect: Dialect;
  /** What assets that have moved are called in the head, by what the base calls them. */
  readonly moved?: ReadonlyMap<string, string>;
}

/**
 * What an edit of a query changes in its meaning, each difference in the block where it is. Undefined: one of the two
 * was not understood.
 */
export function compareQueries(input: CompareInput): QueryComparison | undefined {
  const { base, head, dialect, moved } = input;
  const keepsOrder = takesOrder(base.text) || takesOrder(head.text);
  const before = outlineStatement({ trace: base, dialect, assetNames: moved, keepsOrder });
  const plain = outlineStatement({ trace: head, dialect, keepsOrder });
  if (before === undefined || plain === undefined) return undefined;
  const after = withNamesOf(before, { head, dialect, plain, keepsOrder });
  if (after === undefined) return undefined;
  const outputs = { before: outputsOf(before.query), after: outputsOf(after.query) };
  if (before.rest !== after.rest || !before.query || !after.query) {
    const isSame = before.rest === after.rest && !before.query && !after.query;
    return { edits: isSame ? [] : [{ kind: "unknown" }], ...outputs };
  }
  const comparison = new Comparison(head);
  comparison.queries(before.query, after.query);
  const isSame = comparison.edits.length > 0 && meansSame(input);
  const edits = isSame ? [] : comparison.edits;
  const isRead = wordsLeftOut(base) === wordsLeftOut(head);
  return { edits: isRead ? edits : [...edits, { kind: "unknown" }], ...outputs };
}

/** CTEs and their columns called as in the earlier version, where they only got another name. */
function withNamesOf(
  before: StatementOutline,
  {
    head,
    dialect,
    plain,
    keepsOrder,
  }: {
    readonly head: QueryTrace;
    readonly dialect: Dialect;
    readonly plain: StatementOutline;
    readonly keepsOrder: boolean;
  },
): StatementOutline | undefined {
  const cteNames = renamedCtes(before.query, plain.query);
  let after =
    cteNames.size === 0 ? plain : outlineStatement({ trace: head, dialect, cteNames, keepsOrder });
  let known = 0;
  for (;;) {
    const columnNames = renamedColumns(before.query, after?.query);
    const count = [...columnNames.values()].reduce((sum, names) => sum + names.size, 0);
    // What reads a renamed column may turn out to be one itself.
    if (count <= known) return after;
    known = count;
    after = outlineStatement({ trace: head, dialect, cteNames, columnNames, keepsOrder });
  }
}

/** The two say the same with their queries cut in other ways: a CTE for a query in FROM, one more step, another order of joins. */
function meansSame({ base, head, dialect, moved }: CompareInput): boolean {
  if (isVolatile(base.text) || isVolatile(head.text)) return false;
  const said = {
    dialect,
    numbers: new QueryNumbers(),
    keepsOrder: takesOrder(base.text) || takesOrder(head.text),
  };
  const { numbers } = said;
  const before = outlineStatement({ ...said, trace: base, assetNames: moved })?.query;
  const after = outlineStatement({ ...said, trace: head })?.query;
  return (
    before !== undefined && after !== undefined && numbers.textOf(before) === numbers.textOf(after)
  );
}

/** Asks for rows or values by their place, so that engines hand on the order of a query in FROM. */
const takesOrder = (text: string): boolean =>
  /\b(?:limit|fetch|top|offset|rownum|distinct\s+on)\b|\b(?:array_agg|list|string_agg|listagg|group_concat|collect_list|array_concat_agg|jsonb?_(?:object_)?agg|json_arrayagg|json_group_array|xmlagg|first|last|any_value|arbitrary|first_value|last_value|nth_value|row_number|lag|lead|ntile|array)\s*\(/i.test(
    text,
  );

class Comparison {
  readonly edits: QueryEdit[] = [];
  readonly #head: QueryTrace;
  /** CTEs by their labels; undefined where several have one name. */
  readonly #before = new Map<string, QueryOutline | undefined>();
  readonly #after = new Map<string, QueryOutline | undefined>();

  constructor(head: QueryTrace) {
    this.#head = head;
  }

  queries(before: QueryOutline, after: QueryOutline): void {
    if (outlineText(before) === outlineText(after)) return;
    this.#noteSteps(this.#before, before);
    this.#noteSteps(this.#after, after);
    const old = new Map(before.ctes.map(({ name, query }) => [name, query]));
    for (const { name, query } of after.ctes) {
      const known = old.get(name);
      if (known) this.queries(known, query);
    }
    this.#bodies(before.body, after.body);
    const at = this.#resultOf(after.body);
    if (before.limit !== after.limit) {
      this.edits.push({
        kind: "filter",
        rows: limitChange(before, after),
        columns: NO_COLUMNS,
        ...at,
      });
    }
    if (before.rest !== after.rest) this.edits.push({ kind: "unknown", ...at });
  }

  #noteSteps(steps: Map<string, QueryOutline | undefined>, { ctes }: QueryOutline): void {
    for (const { name, query } of ctes) {
      const label = `with ${name}`;
      steps.set(label, steps.has(label) ? undefined : query);
    }
  }

  #bodies(before: BodyOutline, after: BodyOutline): void {
    if (bodyText(before) === bodyText(after)) return;
    if (before.kind === "select" && after.kind === "select") this.#selects(before, after);
    else if (before.kind === "set" && after.kind === "set") this.#sets(before, after);
    else if (isBranchOf(after, before)) this.#branches("fewer", before, after);
    else if (isBranchOf(before, after)) this.#branches("more", before, after);
    else if (before.kind === "query" && after.kind === "query")
      this.queries(before.query, after.query);
    else this.edits.push({ kind: "unknown", ...this.#resultOf(after) });
  }

  #selects(before: SelectOutline, after: SelectOutline): void {
    const { block } = after;
    const line = after.line;
    if (before.rest !== after.rest || !sameStars(before, after) || movesFrom(before, after)) {
      this.edits.push({ kind: "unknown", ...this.#at(block?.result), line });
      return;
    }
    this.#outputs(before, after);
    if (before.distinct === after.distinct) this.#picks(before, after);
    this.#sources(before, after);
    const from = block?.from ?? block?.group ?? block?.output;
    const folded = block?.from ? NO_COLUMNS : this.#columns(after, aggregatesOf(after));
    this.#conditions({
      select: after,
      before: before.where,
      after: after.where,
      at: from,
      columns: folded,
      line,
    });
    this.#conditions({
      select: after,
      before: before.having,
      after: after.having,
      at: block?.output,
      columns: NO_COLUMNS,
      line,
    });
    this.#conditions({
      select: after,
      before: before.qualify,
      after: after.qualify,
      at: block?.result,
      columns: NO_COLUMNS,
      line,
    });
    if (!sameGroups(before.groups, after.groups)) {
      this.edits.push({
        kind: "grain",
        columns: this.#columns(after, aggregatesOf(after)),
        before: before.groups.map(shown).join(", "),
        after: after.groups.map(shown).join(", "),
        ...this.#at(block?.output),
        line: after.groups[0]?.line ?? line,
      });
    }
    if (
      after.distinct !== "" &&
      after.picks === undefined &&
      before.distinct === after.distinct &&
      namesOf(before) !== namesOf(after)
    )
      this.edits.push({
        kind: "filter",
        rows: "other",
        columns: NO_COLUMNS,
        ...this.#at(block?.result),
        line,
      });
    if (before.distinct !== after.distinct) {
      const rows = before.distinct === "" ? "fewer" : after.distinct === "" ? "more" : "other";
      this.edits.push({
        kind: "filter",
        rows,
        columns: NO_COLUMNS,
        before: before.distinct === "" ? undefined : "distinct",
        after: after.distinct === "" ? undefined : "distinct",
        ...this.#at(block?.result),
        line,
      });
    }
  }

  /** Another row of each key is the first one: all but the keys may be others. */
  #picks(before: SelectOutline, after: SelectOutline): void {
    if (before.picks === after.picks) return;
    const at = { ...this.#at(after.block?.result), line: after.line };
    for (const [place, { name, text }] of after.outputs.entries()) {
      if (after.distinct.includes(text)) continue;
      const column = this.#columnOf(after, name, place);
      if (column === undefined) this.edits.push({ kind: "unknown", ...at });
      else this.edits.push({ kind: "expression", column, value: "other", ...at });
    }
  }

  /** Columns that both have; what only one has shows in the columns of the table. */
  #outputs(before: SelectOutline, after: SelectOutline): void {
    const old = byName(before);
    const places = byName(after);
    for (const [key, output] of places) {
      const known = old.get(key);
      if (!known || known.text === output.text) continue;
      const column = this.#columnOf(after, output.name, after.outputs.indexOf(output));
      const place = {
        before: shown(known),
        after: shown(output),
        ...this.#at(after.block?.output),
        line: output.line ?? after.line,
      };
      if (column === undefined) this.edits.push({ kind: "unknown", ...place });
      else {
        const value = compareExpressions(known, output);
        const fromType = typeOf(before, known);
        const toType = typeOf(after, output);
        this.edits.push({ kind: "expression", column, value, fromType, toType, ...place });
      }
    }
  }

  #columnOf(select: SelectOutline, name: string, position: number): string | undefined {
    const relation = select.block?.output;
    if (!relation) return name;
    const folded = this.#head.foldedOf(relation);
    if (folded) return folded.isStep ? folded.into.columns[position]?.name : undefined;
    const lower = name.toLowerCase();
    const named = relation.columns.find((column) => column.name.toLowerCase() === lower);
    return named?.name ?? relation.columns[position]?.name;
  }

  #sources(before: SelectOutline, after: SelectOutline): void {
    const old = new Map(before.sources.map((source) => [source.label, source]));
    const { block } = after;
    const at = this.#at(block?.from ?? block?.group ?? block?.output);
    const folded = block?.from ? NO_COLUMNS : this.#columns(after, aggregatesOf(after));
    for (const source of after.sources) {
      const known = old.get(source.label);
      old.delete(source.label);
      if (known ? sourceText(known) === sourceText(source) : findsOne(source, this.#after))
        continue;
      if (known?.query && source.query) this.queries(known.query, source.query);
      const place = { ...at, line: source.line ?? after.line };
      const side = source.side ?? "from";
      if (!known) {
        const rows = side === "left" ? "maybe more" : "other";
        this.edits.push({ kind: "join", rows, columns: folded, after: joinText(source), ...place });
      } else if (known.text !== source.text || Boolean(known.query) !== Boolean(source.query)) {
        this.edits.push({ kind: "unknown", ...at });
      } else if (
        known.side !== source.side ||
        textsOf(known.conditions) !== textsOf(source.conditions)
      ) {
        // The rows that stay have the same partners as long as the conditions are the same.
        const isSameMatch = textsOf(known.conditions) === textsOf(source.conditions);
        const columns = this.#columns(after, [
          ...folded.names,
          ...(isSameMatch ? [] : columnsFrom(after, source.label)),
        ]);
        this.edits.push({
          kind: "join",
          rows: joinChange(known, source),
          columns,
          before: joinText(known),
          after: joinText(source),
          ...place,
        });
      }
    }
    this.#goneSources(old.values(), { columns: folded, ...at, line: after.line });
  }

  #goneSources(
    sources: Iterable<OutlineSource>,
    place: Pick<QueryEdit & { readonly kind: "join" }, "columns" | "relation" | "line">,
  ): void {
    for (const source of sources) {
      const rows = source.side === "left" ? "maybe fewer" : "other";
      if (!findsOne(source, this.#before))
        this.edits.push({ kind: "join", rows, before: joinText(source), ...place });
    }
  }

  #conditions({
    select,
    before,
    after,
    at,
    columns,
    line,
  }: {
    readonly select: SelectOutline;
    readonly before: readonly OutlinePart[];
    readonly after: readonly OutlinePart[];
    readonly at: RelationBuilder | undefined;
    readonly columns: EditedColumns;
    readonly line: number | undefined;
  }): void {
    const gone = before.filter(({ text }) => !after.some((part) => part.text === text));
    const added = after.filter(({ text }) => !before.some((part) => part.text === text));
    if (gone.length === 0 && added.length === 0) return;
    const { rows, keys } = comparePassed(before.map(textOf), after.map(textOf));
    this.edits.push({
      kind: "filter",
      rows,
      columns: keys === undefined ? columns : this.#columns(select, othersThan(select, keys)),
      before: gone.length === 0 ? undefined : shownAll(gone),
      after: added.length === 0 ? undefined : shownAll(added),
      ...this.#at(at),
      line: added[0]?.line ?? line,
    });
  }

  #sets(before: SetOutline, after: SetOutline): void {
    const at = this.#at(this.#head.setOf(after.operation));
    if (before.how === after.how && before.branches.length === after.branches.length) {
      this.#paired(before, after);
      return;
    }
    const old = before.branches.map(bodyText);
    const now = after.branches.map(bodyText);
    const added = now.filter((text) => !old.includes(text)).length;
    const gone = old.filter((text) => !now.includes(text)).length;
    const isUnion = before.how === after.how && before.how.startsWith("Union");
    if (!isUnion || (added > 0 && gone > 0)) {
      this.edits.push({ kind: "unknown", ...at });
      return;
    }
    const rows = added > 0 || now.length > old.length ? "more" : "fewer";
    this.edits.push({
      kind: "filter",
      rows,
      columns: NO_COLUMNS,
      before: `union of ${old.length}`,
      after: `union of ${now.length}`,
      ...at,
    });
  }

  #paired(before: SetOutline, after: SetOutline): void {
    const relation = this.#head.setOf(after.operation);
    const pairs = alignBranches(before, after);
    if (pairs === undefined) {
      this.edits.push({ kind: "unknown", ...this.#at(relation) });
      return;
    }
    for (const pair of pairs) this.#bodies(pair.before, pair.after);
    // Rows that are kept once are told apart by all columns.
    if (!after.how.includes("All") && widthOf(before) !== widthOf(after))
      this.edits.push({
        kind: "filter",
        rows: "other",
        columns: NO_COLUMNS,
        ...this.#at(relation),
      });
    for (const { name, value } of unitedColumns(before, after)) {
      const column = relation?.columns.find((each) => each.name.toLowerCase() === name)?.name;
      this.edits.push({ kind: "expression", column: column ?? name, value, ...this.#at(relation) });
    }
  }

  /** A union that has one branch left, or had one before. */
  #branches(rows: "fewer" | "more", before: BodyOutline, after: BodyOutline): void {
    this.edits.push({
      kind: "filter",
      rows,
      columns: NO_COLUMNS,
      before: `union of ${branchCount(before)}`,
      after: `union of ${branchCount(after)}`,
      ...this.#resultOf(after),
    });
  }

  #columns(select: SelectOutline, names: readonly string[]): EditedColumns {
    const { relation } = this.#at(select.block?.output);
    return { ...(relation === undefined ? {} : { relation }), names };
  }

  #resultOf(body: BodyOutline): { readonly relation?: number } {
    if (body.kind === "select") return this.#at(body.block?.result);
    if (body.kind === "set") return this.#at(this.#head.setOf(body.operation));
    return body.kind === "query" ? this.#resultOf(body.query.body) : {};
  }

  #at(relation: RelationBuilder | undefined): { readonly relation?: number } {
    const place = this.#head.placeOf(relation);
    return place === undefined ? {} : { relation: place };
  }
}

const findsOne = (
  source: OutlineSource,
  steps: ReadonlyMap<string, QueryOutline | undefined>,
): boolean => findsOnePartner(source, (label) => steps.get(label));

const widthOf = ({ branches: [first] }: SetOutline): number =>
  first?.kind === "select" ? first.outputs.length : 0;

const branchCount = (body: BodyOutline): number => (body.kind === "set" ? body.branches.length : 1);

/** One of those that are put under each other; without the others, nothing is dropped for being there twice. */
function isBranchOf(body: BodyOutline, set: BodyOutline): boolean {
  if (body.kind !== "select" || set.kind !== "set" || set.how !== "Union All") return false;
  const [first] = set.branches;
  return (
    first !== undefined &&
    placesOf(first) === placesOf(body) &&
    set.branches.some((branch) => bodyText(branch) === bodyText(body))
  );
}

const namesOf = (select: SelectOutline): string =>
  JSON.stringify(select.outputs.map(({ name }) => name.toLowerCase()).sort());

const typeOf = (
  select: SelectOutline,
  output: SelectOutline["outputs"][number],
): string | undefined =>
  select.block?.output.columns.find(({ name }) => name.toLowerCase() === output.name.toLowerCase())
    ?.type;

const textOf = ({ text }: OutlinePart): string => text;

/** Outputs that are none of these columns as they are. */
const othersThan = (select: SelectOutline, keys: readonly string[]): readonly string[] =>
  select.outputs.filter(({ text }) => !keys.includes(text)).map(({ name }) => name);

const shown = ({ excerpt, text }: OutlinePart): string => excerpt ?? text;

/** The same rows stand together: by the same keys, or by keys of which each value stands for one of before. */
function sameGroups(before: readonly OutlinePart[], after: readonly OutlinePart[]): boolean {
  if (textsOf(before) === textsOf(after)) return true;
  const old = new Set(before.map(({ text }) => text));
  const now = new Set(after.map(({ text }) => text));
  const gone = before.filter(({ text }) => !now.has(text));
  const added = after.filter(({ text }) => !old.has(text));
  return (
    gone.length === added.length &&
    added.every(({ text }, at) => gone[at] !== undefined && isOneToOne(gone[at].text, text))
  );
}

const shownAll = (parts: readonly OutlinePart[]): string =>
  [...new Set(parts.map(shown))].join(" and ");

const textsOf = (parts: readonly OutlinePart[]): string =>
  JSON.stringify([...new Set(parts.map(({ text }) => text))].sort());

function joinText({
  label,
  side,
  conditions,
}: {
  readonly label: string;
  readonly side?: string;
  readonly conditions: readonly OutlinePart[];
}): string {
  const on = conditions.length === 0 ? "" : ` on ${shownAll(conditions)}`;
  return `${side ? `${side} join ` : "from "}${label.replace(/^with /, "")}${on}`;
}

/** Which sides of a join are kept without a partner. */
const KEPT: ReadonlyMap<string | undefined, string> = new Map([
  ["inner", ""],
  ["left", "l"],
  ["right", "r"],
  ["full", "lr"],
]);

/** More sides that are kept are more rows; with a condition less there are more partners. */
function joinChange(before: OutlineSource, after: OutlineSource): RowsEdit {
  if (before.side !== after.side) {
    const [old, now] = [KEPT.get(before.side), KEPT.get(after.side)];
    if (old === undefined || now === undefined) return "other";
    if (now.includes(old)) return "more";
    return old.includes(now) ? "fewer" : "other";
  }
  const has = (one: OutlineSource, other: OutlineSource): boolean =>
    one.conditions.every(({ text }) => other.conditions.some((part) => part.text === text));
  if (has(after, before)) return "more";
  if (before.side === "left") return has(before, after) ? "maybe fewer" : "maybe more";
  return before.side === "inner" && has(before, after) ? "fewer" : "other";
}

function limitChange(before: QueryOutline, after: QueryOutline): RowsEdit {
  if (before.limit === "") return "fewer";
  return after.limit === "" ? "more" : "other";
}

/** By name; of several of one name, each by its number. */
function byName(select: SelectOutline): ReadonlyMap<string, SelectOutline["outputs"][number]> {
  const found = new Map<string, SelectOutline["outputs"][number]>();
  for (const output of select.outputs) {
    let key = output.name.toLowerCase();
    while (found.has(key)) key = `${key} again`;
    found.set(key, output);
  }
  return found;
}

function sameStars(before: SelectOutline, after: SelectOutline): boolean {
  const texts = (select: SelectOutline): string =>
    JSON.stringify(select.stars.map(({ text }) => text));
  return (
    texts(before) === texts(after) ||
    [...before.stars, ...after.stars].every(({ isKnown }) => isKnown)
  );
}

/** The table that everything starts from is another one. */
const movesFrom = (before: SelectOutline, after: SelectOutline): boolean =>
  before.sources[0]?.label !== after.sources[0]?.label;

/** Outputs that fold rows: with other rows below, they hold other values. */
function aggregatesOf(select: SelectOutline): readonly string[] {
  const keys = new Set(select.groups.map(({ text }) => text));
  if (!select.block?.group) return [];
  return select.outputs.filter(({ text }) => !keys.has(text)).map(({ name }) => name);
}

const columnsFrom = (select: SelectOutline, label: string): readonly string[] =>
  select.outputs
    .filter(({ text }) => text.includes(`${JSON.stringify(label)}.`))
    .map(({ name }) => name);

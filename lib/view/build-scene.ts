import type { AssessedChange, AssetVerdict } from "#lib/impact/assessment.ts";
import { groupBy } from "#lib/kit/group-by.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { BlastAnswer, BlastEdge, BlastNode, TouchedColumn } from "./blast-answer.ts";
import { CARD, cardHeight, domainHeight } from "./card-geometry.ts";
import { describeChange } from "./change-kinds.ts";
import { collapse, DRAW_LIMIT, type Drawn, OFF_PATH } from "./collapse.ts";
import { isHit } from "./counts.ts";
import { foldBetween, joinSteps } from "./fold-between.ts";
import { foldParts, partsKey } from "./fold-parts.ts";
import { matchesFilter } from "./ranking.ts";
import {
  LINE_STYLES,
  type LineStyle,
  type Scene,
  type SceneCard,
  type SceneCounts,
  type SceneDomain,
  type SceneLine,
  type SceneRow,
} from "./scene.ts";
import { CARD_NAME, tellApart } from "./tell-apart.ts";
import {
  countOf,
  KIND_WORDS,
  sayCertainty,
  sayVerdict,
  USE_WORDS,
  VERDICT_ORDER,
} from "./verdict-words.ts";
import type { Level, ViewState } from "./view-state.ts";

const COLUMNS_UP_TO = 45;
const DATASETS_UP_TO = 110;

/** The levels worth trying for so many cards where nobody chose one, the most detailed first. */
export function levelsFor(drawn: number): readonly Level[] {
  if (drawn <= COLUMNS_UP_TO) return ["columns", "datasets", "consumers"];
  return drawn <= DATASETS_UP_TO ? ["datasets", "consumers"] : ["consumers", "domains"];
}

const verdictsById = (answer: BlastAnswer): ReadonlyMap<AssetId, AssetVerdict> =>
  new Map(answer.assessment.verdicts.map((verdict) => [verdict.asset.id, verdict]));

function changeOf(
  node: BlastNode,
  column: string,
  changes: readonly AssessedChange[],
): { readonly at: number; readonly change: AssessedChange } | undefined {
  const at = changes.findIndex(
    (change) =>
      change.column === column &&
      change.asset.name === node.name &&
      change.asset.namespace === node.namespace,
  );
  const change = changes[at];
  return change === undefined ? undefined : { at, change };
}

/** Which columns are open: those a change arrives at through a column come before those that only depend on its run. */
function openColumns(node: BlastNode, hit: ReadonlySet<string>): readonly TouchedColumn[] {
  if (node.touched.length <= CARD.rows) return node.touched;
  const isHit = (column: TouchedColumn) => column.changed || hit.has(column.name);
  const chosen = new Set(
    [...node.touched.filter(isHit), ...node.touched.filter((column) => !isHit(column))].slice(
      0,
      CARD.rows,
    ),
  );
  return node.touched.filter((column) => chosen.has(column));
}

function rowsOf(
  node: BlastNode,
  { changes, hitColumns }: Pick<CardContext, "changes" | "hitColumns">,
): readonly SceneRow[] {
  return openColumns(node, hitColumns.get(node.id) ?? new Set()).map((column) => {
    const found = column.changed ? changeOf(node, column.name, changes) : undefined;
    return {
      column: column.name,
      useWord: column.useWord ?? "",
      ...(found === undefined
        ? {}
        : { after: describeChange({ ...found.change, asset: node.name }), bead: found.at + 1 }),
    };
  });
}

function moreOf(node: BlastNode): string {
  const touched = Math.max(0, node.touched.length - CARD.rows);
  if (touched > 0) {
    const others =
      node.otherColumns > 0
        ? `, ${countOf(node.otherColumns, { one: "other", many: "others" })}`
        : "";
    return `+ ${touched} touched${others}`;
  }
  return node.changed && node.otherColumns > 0
    ? `+ ${countOf(node.otherColumns, { one: "column", many: "columns" })}`
    : "";
}

/** How sure, or, where the change stops, at which use. */
function noteOf(verdict: AssetVerdict): string {
  const stop = verdict.absorbedBy?.[0];
  return stop === undefined ? sayCertainty(verdict.certainty) : USE_WORDS[stop.use];
}

function labelOf(
  node: BlastNode,
  { words, note, parts }: Pick<SceneCard, "words" | "note" | "parts">,
): string {
  const where = node.domain === "" ? "" : ` in ${node.domain}`;
  const columns = node.touched.map((column) =>
    column.useWord === undefined ? column.name : `${column.name} ${column.useWord}`,
  );
  const touched = columns.length === 0 ? "" : `; ${columns.join(", ")}`;
  const folded =
    parts === undefined
      ? ""
      : `; ${countOf(parts.members.length, { one: "chart", many: "charts" })}, plus and minus key ${parts.opened ? "folds" : "shows"} them`;
  return `${node.name}, ${KIND_WORDS[node.kind].one}${where}: ${words}${note === "" ? "" : `, ${note}`}${touched}${folded}`;
}

interface CardContext {
  /** The columns of each asset into which a harmful or carrying line runs from a column. */
  readonly hitColumns: ReadonlyMap<AssetId, ReadonlySet<string>>;
  readonly level: Level;
  readonly changes: readonly AssessedChange[];
  readonly verdicts: ReadonlyMap<AssetId, AssetVerdict>;
  /** By dashboard, its charts, and whether they stand beside it. */
  readonly parts: ReadonlyMap<AssetId, NonNullable<SceneCard["parts"]>>;
  /** By short name, how a card writes it beside the others. */
  readonly titles: ReadonlyMap<string, string>;
}

function cardOf(node: BlastNode, context: CardContext): SceneCard {
  const { level, verdicts } = context;
  const verdict = verdicts.get(node.id);
  const words = node.changed ? "changes here" : verdict === undefined ? "" : sayVerdict(verdict);
  const note = verdict === undefined || node.changed ? "" : noteOf(verdict);
  // What is unaffected stays shut: why the change stops there is said in one word.
  const quiet = !node.changed && node.verdict === "unaffected";
  const open = (level === "columns" && !quiet) || node.changed;
  const rows = open ? rowsOf(node, context) : [];
  const parts = context.parts.get(node.id);
  const more = open ? moreOf(node) : "";
  return {
    id: node.id,
    node,
    title: context.titles.get(node.shortName) ?? node.shortName,
    ...(verdict === undefined ? {} : { verdict }),
    words,
    note,
    rows,
    more,
    ...(parts === undefined ? {} : { parts }),
    height: cardHeight({ rows, more }),
    label: labelOf(node, { words, note, ...(parts === undefined ? {} : { parts }) }),
  };
}

function columnsHit(edges: readonly BlastEdge[]): CardContext["hitColumns"] {
  const hit = new Map<AssetId, Set<string>>();
  for (const { from, to, state } of edges) {
    if (
      from.column === undefined ||
      to.column === undefined ||
      (state !== "harms" && state !== "carries")
    )
      continue;
    hit.set(to.asset, (hit.get(to.asset) ?? new Set()).add(to.column));
  }
  return hit;
}

const HARM: Readonly<Partial<Record<NonNullable<BlastNode["verdict"]>, LineStyle>>> = {
  breaks_silently: "silent",
  breaks_loudly: "loud",
  degraded: "degraded",
  unknown: "unknown",
};

/** A line that harms has the look of its reader's verdict. */
function styleOf(edge: BlastEdge, verdicts: ReadonlyMap<AssetId, AssetVerdict>): LineStyle {
  if (edge.state !== "harms") return edge.state;
  const reader = verdicts.get(edge.to.asset)?.verdict;
  return (reader && HARM[reader]) ?? "carries";
}

interface End {
  readonly id: string;
  readonly port?: string;
}

/** Draws edges that meet the same two ends as one line, in the style of the worst of them. */
function mergeLines(
  edges: readonly BlastEdge[],
  verdicts: CardContext["verdicts"],
  ends: (edge: BlastEdge) => readonly [End, End] | undefined,
): readonly SceneLine[] {
  const lines = new Map<
    string,
    { source: End; target: End; style: LineStyle; reads: Set<string>; uses: Set<string> }
  >();
  for (const edge of edges) {
    const pair = ends(edge);
    if (pair === undefined || pair[0].id === pair[1].id) continue;
    const [source, target] = pair;
    const id = JSON.stringify([source.id, source.port, target.id, target.port]);
    const style = styleOf(edge, verdicts);
    const line = lines.get(id) ?? {
      source,
      target,
      style,
      reads: new Set<string>(),
      uses: new Set<string>(),
    };
    if (LINE_STYLES.indexOf(style) < LINE_STYLES.indexOf(line.style)) line.style = style;
    line.reads.add(`${edge.from.asset} ${edge.to.asset}`);
    line.uses.add(USE_WORDS[edge.use]);
    lines.set(id, line);
  }
  return [...lines].map(([id, line]) => ({
    id,
    source: line.source.id,
    target: line.target.id,
    ...(line.source.port === undefined ? {} : { sourcePort: line.source.port }),
    ...(line.target.port === undefined ? {} : { targetPort: line.target.port }),
    style: line.style,
    reads: line.reads.size,
    label: [...line.uses].join(", "),
  }));
}

/** The port in the address of a line: `c:` and the column, or `more` where the column is not open. */
function portOf(
  card: SceneCard | undefined,
  column: string | undefined,
): { readonly port?: string } {
  if (card === undefined || column === undefined) return {};
  if (card.rows.some((row) => row.column === column)) return { port: `c:${column}` };
  return card.more === "" ? {} : { port: "more" };
}

/** Without columns, lines still leave a changed asset where it changes, and only one line leads to each reader. */
function changePort(card: SceneCard, column: string | undefined): { readonly port?: string } {
  const changed = card.rows.filter((row) => row.bead !== undefined);
  const row = changed.find((one) => one.column === column) ?? changed[0];
  return row === undefined ? {} : { port: `c:${row.column}` };
}

function linesBetweenCards(
  answer: BlastAnswer,
  drawn: Drawn,
  context: CardContext & { readonly cards: readonly SceneCard[] },
): readonly SceneLine[] {
  const cards = new Map(context.cards.map((card) => [card.id, card]));
  // Domains that are only reached stand apart in one fold: lines to it from everywhere would drown the others.
  const quietElsewhere = drawn.folds.find(
    (fold) => fold.key === OFF_PATH || (fold.key === "" && fold.verdict === "unaffected"),
  )?.id;
  const foldOf = new Map(
    drawn.folds.flatMap((fold) => fold.members.map((id) => [id, fold.id] as const)),
  );
  const end = (asset: AssetId, column: string | undefined): End | undefined => {
    const card = cards.get(asset);
    if (card !== undefined)
      return {
        id: asset,
        ...(context.level === "columns" ? portOf(card, column) : changePort(card, column)),
      };
    const fold = foldOf.get(asset);
    return fold === undefined ? undefined : { id: fold };
  };
  return mergeLines(answer.graph.edges, context.verdicts, (edge) => {
    const target = end(edge.to.asset, edge.to.column);
    if (target?.id === quietElsewhere) return undefined;
    const source = end(edge.from.asset, edge.from.column);
    if (target === undefined || source === undefined) return undefined;
    // A line out of a fold that brings no harm would turn the fold into a step of the way, which it is not.
    if (foldOf.has(edge.from.asset) && (edge.state === "idle" || edge.state === "absorbed"))
      return undefined;
    return [source, target];
  });
}

const domainId = (domain: string): string => `domain:${domain}`;

function buildDomains(
  answer: BlastAnswer,
  context: CardContext,
  view: Pick<ViewState, "find" | "verdicts">,
): {
  readonly domains: readonly SceneDomain[];
  readonly lines: readonly SceneLine[];
  readonly counts: SceneCounts;
} {
  const limit = Number.POSITIVE_INFINITY;
  const all = collapse(answer, { ...view, opened: [], pathOnly: false }, { limit });
  const foldedIn = new Set(all.folds.flatMap((fold) => fold.members));
  const nodes = answer.graph.nodes.filter((node) => all.ids.has(node.id) || foldedIn.has(node.id));
  const order = (node: BlastNode) =>
    node.verdict === undefined ? -1 : VERDICT_ORDER.indexOf(node.verdict);
  const domains = [...groupBy(nodes, (node) => node.domain)].map(([domain, members]) => {
    const marks = members.toSorted((a, b) => order(a) - order(b) || a.name.localeCompare(b.name));
    const hit = members.filter((node) => {
      const verdict = context.verdicts.get(node.id);
      return verdict !== undefined && isHit(verdict) && matchesFilter(verdict, view);
    }).length;
    const changed = members.filter((node) => node.changed).length;
    const name = domain === "" ? "no domain" : domain;
    return {
      id: domainId(domain),
      domain: name,
      marks: marks.map((node) => ({
        id: node.id,
        name: node.name,
        ...(node.verdict === undefined ? {} : { verdict: node.verdict }),
      })),
      changed,
      hit,
      total: members.length,
      height: domainHeight(members.length),
      label: `${name}: ${hit} of ${countOf(members.length, { one: "asset", many: "assets" })} hit${changed > 0 ? ", the change begins here" : ""}`,
    };
  });
  const domainByAsset = new Map(nodes.map((node) => [node.id, domainId(node.domain)]));
  const lines = mergeLines(answer.graph.edges, context.verdicts, (edge) => {
    const source = domainByAsset.get(edge.from.asset);
    const target = domainByAsset.get(edge.to.asset);
    return source === undefined || target === undefined
      ? undefined
      : [{ id: source }, { id: target }];
  });
  const folded = all.counts.reached - all.counts.filtered;
  return {
    domains,
    lines,
    counts: { ...all.counts, drawn: 0, folded, domains: domains.length },
  };
}

type SceneView = Omit<ViewState, "changes" | "unread" | "grouping" | "present">;

function describeParts(
  answer: BlastAnswer,
  folded: ReadonlyMap<AssetId, readonly AssetId[]>,
): CardContext["parts"] {
  const parts = answer.graph.nodes.filter((node) => node.partOf !== undefined && !node.changed);
  return new Map(
    [...groupBy(parts, (node) => node.partOf)].flatMap(([whole, members]) =>
      whole === undefined
        ? []
        : [
            [
              whole,
              {
                key: partsKey(whole),
                members: members.map(({ id }) => id),
                opened: !folded.has(whole),
              },
            ] as const,
          ],
    ),
  );
}

/** A chosen chart stands beside its dashboard. */
function openedFor(answer: BlastAnswer, { opened, selected }: SceneView): readonly string[] {
  const whole = answer.graph.nodes.find((node) => node.id === selected)?.partOf;
  return whole === undefined ? opened : [...opened, partsKey(whole)];
}

function buildCards(
  given: BlastAnswer,
  view: SceneView,
  { level, limit = DRAW_LIMIT }: { readonly level: Level; readonly limit?: number },
): Scene {
  const opened = openedFor(given, view);
  const { graph, parts } = foldParts(given, opened);
  const answer = { ...given, graph };
  const drawn = collapse(answer, { ...view, opened, level }, { parts, limit });
  const { selected } = view;
  const between =
    level === "consumers"
      ? foldBetween({ answer, ids: drawn.ids, opened, selected })
      : { ids: drawn.ids, folds: [] };
  const stepsFolded = drawn.ids.size - between.ids.size;
  const shown: Drawn = {
    ids: between.ids,
    folds: joinSteps(between.folds, { rest: drawn.folds, answer }),
    counts: {
      ...drawn.counts,
      drawn: drawn.counts.drawn - stepsFolded,
      folded: drawn.counts.folded + stepsFolded,
    },
  };
  const nodes = graph.nodes.filter((node) => shown.ids.has(node.id));
  const context: CardContext = {
    level,
    changes: answer.assessment.changes,
    verdicts: verdictsById(answer),
    hitColumns: columnsHit(graph.edges),
    parts: describeParts(given, parts),
    titles: tellApart(
      nodes.map((node) => node.shortName),
      CARD_NAME,
    ),
  };
  const cards = nodes.map((node) => cardOf(node, context));
  const lines = linesBetweenCards(answer, shown, { ...context, cards });
  return { level, cards, folds: shown.folds, domains: [], lines, counts: shown.counts };
}

function buildDomainScene(answer: BlastAnswer, view: SceneView): Scene {
  const context: CardContext = {
    level: "domains",
    changes: answer.assessment.changes,
    verdicts: verdictsById(answer),
    hitColumns: new Map(),
    parts: new Map(),
    titles: new Map(),
  };
  return { level: "domains", cards: [], folds: [], ...buildDomains(answer, context, view) };
}

const buildLevel = (answer: BlastAnswer, view: SceneView, level: Level): Scene =>
  level === "domains" ? buildDomainScene(answer, view) : buildCards(answer, view, { level });

/** A crowd that no domain divides: the worst of it in one view, the rest counted in a fold. */
const WORST_FEW = 13;
/** Assets that lead to the worst count too, until they are folded: so many are tried. */
const LIMITS = [120, 80, 50, 30] as const;

function buildWorstFew(answer: BlastAnswer, view: SceneView): Scene {
  const of = (limit: number) => buildCards(answer, view, { level: "consumers", limit });
  for (const limit of LIMITS) {
    const scene = of(limit);
    if (scene.cards.length + scene.folds.length <= WORST_FEW) return scene;
  }
  return of(WORST_FEW);
}

const hasOneDomain = ({ graph }: BlastAnswer): boolean =>
  graph.nodes.every((node) => node.domain === graph.nodes[0]?.domain);

/** What the canvas could show of an answer: one scene where a level was chosen, else the likely ones, most detailed first. */
export function buildScenes(answer: BlastAnswer, view: SceneView): readonly [Scene, ...Scene[]] {
  if (view.level !== undefined) return [buildLevel(answer, view, view.level)];
  const columns = buildCards(answer, view, { level: "columns" });
  const [first = "columns", ...others] = levelsFor(columns.cards.length);
  // One box for everything would say nothing.
  if (others.includes("domains") && hasOneDomain(answer)) return [buildWorstFew(answer, view)];
  const build = (level: Level) => (level === "columns" ? columns : buildLevel(answer, view, level));
  return [build(first), ...others.map(build)];
}

/** What the canvas shows of an answer where room does not matter. Pure, and the same for the same address. */
export const buildScene = (answer: BlastAnswer, view: SceneView): Scene =>
  buildScenes(answer, view)[0];

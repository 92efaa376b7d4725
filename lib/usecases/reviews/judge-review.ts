import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { fingerprint } from "#lib/kit/fingerprint.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import { queriesOf } from "#lib/model/queried.ts";
import { causeOf } from "#lib/review/finding.ts";
import { leavesOld, takesAway } from "#lib/review/needs-window.ts";
import type {
  FoundDifference,
  ReaderCount,
  ReviewContent,
  ReviewedVerdict,
} from "#lib/review/review-action.ts";
import type { ReviewDrift } from "#lib/review/shown-review.ts";
import { assignRoles } from "#lib/view/counts.ts";
import type { IdentityDecision } from "#lib/view/identity-page.ts";
import { sayTwin } from "#lib/view/unread-words.ts";
import { answerImpact, changeErrorsOf } from "../ask/answer-impact.ts";
import type { RequestedChange } from "../ask/read-changes.ts";
import type { Failure } from "../failure.ts";
import type { GraphView } from "../graph/graph-view.ts";
import { withTwins } from "../identity/answer-with-twins.ts";
import { findTwins } from "../identity/find-twins.ts";
import { describeTables } from "./describe-tables.ts";

/** What a review is judged on: the graph, and what people said of names that look like one table. */
export interface JudgedOn {
  readonly view: GraphView;
  readonly decisions: readonly IdentityDecision[];
}

/** The changes as they are kept, and what they do to others now. A change that names nothing known is an error. */
export function judgeContent(
  { view, decisions }: JudgedOn,
  asked: readonly RequestedChange[],
  found?: readonly FoundDifference[],
): Result<ReviewContent, Failure> {
  if (asked.length === 0)
    return err({ code: "bad-usage", message: "no change is left that names something known" });
  const answer = answerImpact(view, { changes: asked });
  if (!answer.ok) return answer;
  const [problem] = changeErrorsOf(answer.value).errors;
  if (problem !== undefined) return err(problem.error);
  if ("results" in answer.value || isChangeError(answer.value))
    return err({ code: "bad-usage", message: "no change is named" });
  const changes = answer.value.changes.map(toInput);
  const assessment = withTwins(answer.value, { graph: view.graph, decisions });
  const content = contentOf({ view, decisions }, { changes, assessment });
  return ok(found === undefined || found.length === 0 ? content : { ...content, found });
}

/** The changes that name something known, and why the others do not. */
export function keepKnown(
  view: GraphView,
  asked: readonly RequestedChange[],
): { readonly known: readonly RequestedChange[]; readonly skipped: readonly string[] } {
  const known: RequestedChange[] = [];
  const skipped: string[] = [];
  for (const change of asked) {
    const answer = answerImpact(view, { changes: [change] });
    const problem = answer.ok ? changeErrorsOf(answer.value).errors[0]?.error : answer.error;
    if (problem === undefined) known.push(change);
    else skipped.push(problem.message);
  }
  return { known, skipped };
}

/** By full names, so that it means the same in every later version of the graph. */
const toInput = ({ classifiedAs: _, note: _note, ...change }: Assessment["changes"][number]) =>
  change as ChangeInput;

function contentOf(
  on: JudgedOn,
  {
    changes,
    assessment,
  }: { readonly changes: readonly ChangeInput[]; readonly assessment: Assessment },
): ReviewContent {
  return {
    changes,
    hash: fingerprint(JSON.stringify(changes.map(canonical).sort())),
    graphVersion: String(on.view.asOf.version),
    complete: assessment.complete,
    verdicts: verdictsOf(on.view.graph, { changes, assessment }),
    readers: countReaders(on, changes),
    tables: describeTables(on.view.graph, changes),
  };
}

/** The same text for the same change, whatever the order of its keys. */
const canonical = (change: ChangeInput): string =>
  JSON.stringify(change, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

const idOf = ({ asset }: ChangeInput): AssetId | undefined =>
  typeof asset === "string" ? undefined : assetId(asset.namespace, asset.name);

/** What is not proved unaffected; what nobody can judge is among it. The changed assets themselves are the proposer's. */
function verdictsOf(
  graph: MergedGraph,
  {
    changes,
    assessment,
  }: { readonly changes: readonly ChangeInput[]; readonly assessment: Assessment },
): readonly ReviewedVerdict[] {
  const changed = new Set(changes.map(idOf));
  const named = changes.flatMap(({ asset, column, to }, number) =>
    typeof asset === "string"
      ? []
      : [
          {
            number,
            asset,
            ...(typeof column === "string" ? { column } : {}),
            ...(to === undefined ? {} : { to }),
          },
        ],
  );
  const roles = assignRoles(assessment);
  return assessment.verdicts
    .filter(({ asset, verdict }) => verdict !== "unaffected" && !changed.has(asset.id))
    .map(({ asset, verdict, certainty, because }) => ({
      asset: asset.id,
      name: asset.name,
      ...(asset.owner === undefined ? {} : { owner: asset.owner }),
      ...(asset.domain === undefined ? {} : { domain: asset.domain }),
      ...(asset.tier === undefined ? {} : { tier: asset.tier }),
      verdict,
      certainty,
      role: roles.get(asset.id) ?? "between",
      ...staleIn(graph, asset.id),
      ...causeIn(causeOf({ because }, named)),
    }));
}

function staleIn(graph: MergedGraph, id: AssetId): Pick<ReviewedVerdict, "staleSince"> {
  const since = graph.assets.get(id)?.staleSince;
  return since === undefined ? {} : { staleSince: since };
}

const causeIn = (
  change: { readonly number: number } | undefined,
): Pick<ReviewedVerdict, "cause"> => (change === undefined ? {} : { cause: change.number });

/**
 * Who reads the old columns (and tables) of the changes at first hand, by this version of the graph: whom a removal would
 * reach in one step, and of a column that stays whom its change would harm. Reads that are known by table only count as
 * reads of the column. Nobody can count them while somebody reads what is most likely the same table under another name.
 */
export function countReaders(
  { view, decisions }: JudgedOn,
  changes: readonly ChangeInput[],
): ReaderCount {
  const readers = new Map<string, string | undefined>();
  const unsaid: Record<string, string> = {};
  const lost: string[] = [];
  for (const change of changes) {
    const reading = readingOf(change);
    if (reading === undefined) continue;
    const missing = whyVanished(view.graph, change);
    if (missing !== undefined) {
      lost.push(missing);
      continue;
    }
    const { graph, snapshot } = view;
    const answer = assessChanges({ graph, snapshot, changes: [reading] });
    if (isChangeError(answer)) {
      // A column that is gone and that no reader names has none.
      if (answer.error.code !== "unknown-column") lost.push(answer.error.message);
      continue;
    }
    const own = idOf(change);
    lost.push(...underOtherNames(own, { graph, answer, decisions }));
    for (const { asset, verdict, hops } of answer.verdicts)
      if (hops === 1 && verdict !== "unaffected" && asset.id !== own) {
        readers.set(asset.name, asset.owner);
        const since = graph.assets.get(asset.id)?.staleSince;
        if (since !== undefined) unsaid[asset.name] = since;
      }
    if (isQueried(view.graph, reading)) readers.set(nameOfQueries(reading), undefined);
  }
  const names = [...readers.keys()].sort();
  const owned = names.flatMap((name) => {
    const owner = readers.get(name);
    return owner === undefined ? [] : [[name, owner] as const];
  });
  return {
    names,
    ...(owned.length === 0 ? {} : { owners: Object.fromEntries(owned) }),
    ...(Object.keys(unsaid).length === 0 ? {} : { unsaid }),
    ...(lost.length === 0 ? {} : { notCounted: lost.join("; ") }),
  };
}

/** What looks like the changed asset under another name and has readers of its own: until somebody decides on the pair. */
function underOtherNames(
  own: AssetId | undefined,
  {
    graph,
    answer,
    decisions,
  }: {
    readonly graph: MergedGraph;
    readonly answer: Assessment;
    readonly decisions: readonly IdentityDecision[];
  },
): readonly string[] {
  if (own === undefined) return [];
  const answered = answer.verdicts.map(({ asset }) => asset.id);
  return findTwins(graph, { reached: [own], answered, decisions }).map(
    (suspected) =>
      `${sayTwin(suspected)} (\`faultline identity\` lists the pair, to be confirmed or rejected)`,
  );
}

/** A query log shows that people still look at what goes; a log that names no columns may mean any. */
function isQueried(graph: MergedGraph, reading: ChangeInput): boolean {
  const id = idOf(reading);
  const asset = id === undefined ? undefined : graph.assets.get(id);
  if (asset === undefined) return false;
  const wanted = typeof reading.column === "string" ? reading.column.toLowerCase() : undefined;
  return queriesOf(asset.attributes).some(
    ({ column }) => wanted === undefined || column === undefined || column.toLowerCase() === wanted,
  );
}

/** The same in every version of the graph, so that it can be told, followed and written off. */
function nameOfQueries({ asset, column }: ChangeInput): string {
  const table = typeof asset === "string" ? asset : asset.name;
  const what = typeof column === "string" ? `${table}.${column}` : table;
  return `queries of ${what} in the access log`;
}

/** What is asked of the graph: of what goes, everybody who reads it; of what changes, those whom that harms. */
function readingOf(change: ChangeInput): ChangeInput | undefined {
  if (!leavesOld(change)) return undefined;
  const { kind, asset, column } = change;
  if (kind === "table_dropped_or_renamed") return { kind, asset };
  return takesAway(change) ? { kind: "drop_column", asset, column: column ?? null } : change;
}

/** No source tells of the asset any more, or only its readers name it. Undefined: it is there. */
function whyVanished(graph: MergedGraph, change: ChangeInput): string | undefined {
  const id = idOf(change);
  const asset = id === undefined ? undefined : graph.assets.get(id);
  if (asset === undefined) {
    const name = typeof change.asset === "string" ? change.asset : change.asset.name;
    return `${name} is not in the graph any more`;
  }
  if (asset.placeholder) return `${asset.name} is known only from those who read it`;
  return asset.staleSince === undefined
    ? undefined
    : `no source tells of ${asset.name} any more, since ${asset.staleSince}`;
}

const DRIFTS = new WeakMap<GraphView["graph"], Map<string, ReviewDrift>>();

/**
 * Judges the same content on the graph of today and says what differs from when it was judged. Kept for as long as the
 * graph is the newest: everybody who looks at a review asks for it every moment.
 */
export function compareWithToday(on: JudgedOn, content: ReviewContent): ReviewDrift {
  const { graph } = on.view;
  const kept = DRIFTS.get(graph) ?? new Map<string, ReviewDrift>();
  DRIFTS.set(graph, kept);
  // Decisions are appended, the newest first.
  const key = `${content.hash} ${content.graphVersion} ${on.decisions.length} ${on.decisions[0]?.at ?? ""}`;
  const drift = kept.get(key) ?? judgeToday(on, content);
  kept.set(key, drift);
  return drift;
}

function judgeToday(on: JudgedOn, content: ReviewContent): ReviewDrift {
  const { view } = on;
  const { graph, snapshot } = view;
  const answer = assessChanges({ graph, snapshot, changes: content.changes });
  const errors = isChangeError(answer) ? [answer] : (answer.errors ?? []);
  const vanished = [
    ...content.changes.flatMap((change) => whyVanished(graph, change) ?? []),
    ...errors.flatMap(({ error }) => (error.code === "unknown-column" ? [error.message] : [])),
  ];
  const verdicts = isChangeError(answer)
    ? []
    : verdictsOf(graph, { changes: content.changes, assessment: answer });
  const before = new Map(content.verdicts.map((entry) => [entry.asset, entry]));
  const now = new Map(verdicts.map((entry) => [entry.asset, entry]));
  return {
    graphVersion: String(view.asOf.version),
    vanished: [...new Set(vanished)],
    appeared: verdicts.filter(({ asset }) => !before.has(asset)),
    gone: content.verdicts.filter(({ asset }) => !now.has(asset)),
    altered: content.verdicts.flatMap((entry) => {
      const today = now.get(entry.asset);
      return today === undefined || sameFor(entry, today) ? [] : [{ before: entry, now: today }];
    }),
    complete: isChangeError(answer) ? content.complete : answer.complete,
    readers: countReaders(on, content.changes),
  };
}

const sameFor = (a: ReviewedVerdict, b: ReviewedVerdict): boolean =>
  a.verdict === b.verdict &&
  a.certainty === b.certainty &&
  a.owner === b.owner &&
  a.tier === b.tier;

import { buildSnapshot } from "#lib/graph/build-snapshot.ts";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { assessChanges, isChangeError } from "#lib/impact/assess-change.ts";
import type { Assessment } from "#lib/impact/assessment.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import { type AssetId, assetId } from "#lib/model/asset-id.ts";
import type { StoredClaim } from "#lib/model/claim.ts";
import type { Pragma } from "#lib/model/pragma.ts";
import type { Problem } from "#lib/model/problem.ts";
import { type Confidence, decideGate, type OnCall, type Outcome } from "#lib/review/decide-gate.ts";
import { type Finding, listFindings } from "#lib/review/finding.ts";
import { type GatePolicy, unknownDomains } from "#lib/review/gate-policy.ts";
import { findOrphans, type Orphan } from "#lib/review/orphan.ts";
import type { RefusedPragma } from "#lib/review/pragma-waiver.ts";
import { type ReviewedChange, toChangeInputs } from "#lib/review/reviewed-change.ts";
import { applyWaivers, type Waiver } from "#lib/review/waiver.ts";
import { policyOf } from "#lib/review/weights.ts";
import type { IdentityDecision } from "#lib/view/identity-page.ts";
import { sayTwin } from "#lib/view/unread-words.ts";
import type { Failure } from "../failure.ts";
import { withTwins } from "../identity/answer-with-twins.ts";
import type { VerifyTarget } from "../verify/verify-target.ts";
import type { AnalysisCache, KnownQueries } from "./analysis-cache.ts";
import type { ConfirmedRename } from "./check-columns.ts";
import { confidenceOf, describeUnread, uniteLeftOut } from "./check-confidence.ts";
import { type CheckState, sourcesOfClaims } from "./check-state.ts";
import { queriesIn } from "./check-world.ts";
import { type ComparedStates, compareStates } from "./compare-states.ts";
import { failingBuilds } from "./failing-builds.ts";
import { withFullRefresh } from "./full-refresh.ts";
import { isDeployedIn } from "./is-deployed.ts";
import { listRebuild } from "./list-rebuild.ts";
import { fileFinder, readInCode } from "./waive-in-code.ts";

export interface CheckRequest {
  readonly base: CheckState;
  readonly head: CheckState;
  /** What all teams have deployed; absent: only the two states are known. */
  readonly deployed?: readonly StoredClaim[];
  /** The version of the store that holds it. */
  readonly version?: number;
  readonly policy: GatePolicy;
  readonly waivers: readonly Waiver[];
  /** What stands in the SQL of the head. */
  readonly pragmas?: readonly Pragma[];
  readonly renames?: readonly ConfirmedRename[];
  readonly names?: NamesConfig;
  /** What people said of pairs that look like one table. */
  readonly decisions?: readonly IdentityDecision[];
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly now: string;
  /** Who is there when it goes wrong, where the policy asks for somebody shortly before days off. */
  readonly onCall?: string;
  /** Judge as if every model were a table. */
  readonly materialize?: "table";
  /** The next build is one with dbt's `--full-refresh`. */
  readonly fullRefresh?: boolean;
  /** Have an engine try the statements as they are and as they are to be. */
  readonly verify?: VerifyTarget;
  /** Analyses of an earlier run, to be taken over where they still hold. */
  readonly cache?: AnalysisCache;
  /** Where a change is written, where its own state does not say. */
  readonly locate?: (change: ReviewedChange) => Pick<ReviewedChange, "file" | "line">;
}

/** What `check --format json` prints; every other format is a rendering of it. */
export interface CheckAnswer {
  readonly blocked: boolean;
  readonly outcome: Outcome;
  /** One sentence. */
  readonly why: string;
  readonly exitCode: 0 | 1 | 3;
  /** In the hours before days off that the policy names. */
  readonly onCall?: OnCall;
  readonly base: string;
  readonly head: string;
  readonly changes: readonly ReviewedChange[];
  readonly findings: readonly Finding[];
  readonly assessment: Assessment;
  /** The version of the policy that decided. */
  readonly policy: string;
  /** Domains that it has rules for and that nothing is of. */
  readonly unknownDomains?: readonly string[];
  readonly waivers: {
    readonly expired: readonly Waiver[];
    readonly unused: readonly Waiver[];
    /** What stands in code and excuses nothing, each with why. */
    readonly refused: readonly RefusedPragma[];
  };
  /** Tests and contracts that name what is gone. */
  readonly orphans: readonly Orphan[];
  /** What has to be built again, as `dbt build --select` takes it. */
  readonly rebuild: readonly string[];
  readonly confidence: Confidence & {
    /** False: only the two states are known, and no other team's readers. */
    readonly deployedKnown: boolean;
    /** A side has no catalog, so that its types are inferred. */
    readonly typesInferred: boolean;
  };
  readonly problems: readonly Problem[];
}

/** Compares two states, judges what differs on what is deployed, and says what the policy makes of it. */
export const runCheck = (request: CheckRequest): Promise<Result<CheckAnswer, Failure>> =>
  check(request.fullRefresh === true ? withFullRefresh(request) : request);

async function check(request: CheckRequest): Promise<Result<CheckAnswer, Failure>> {
  const { base, head, policy, parser, names, renames, now } = request;
  const cached = await request.cache?.read();
  const shelf = base.kind === "files" ? await request.cache?.readDrafts() : undefined;
  const found = await compareStates({
    base,
    head,
    parser,
    deployed: sourcesOfClaims(request.deployed ?? []),
    earlier: [...(cached ? [cached] : []), storedQueries(request.deployed ?? [])],
    ...(names ? { names } : {}),
    ...(renames ? { renames } : {}),
    ...(shelf ? { shelf } : {}),
  });
  const { locate } = request;
  const changes = locate
    ? found.changes.map((change) => ({ ...change, ...locate(change) }))
    : found.changes;
  const compared = { ...found, changes };
  const { worlds } = compared;
  // What was read from a store is analysed there already.
  if (base.kind === "files" && hasNews(worlds.base.queries, cached))
    await request.cache?.write(worlds.base.queries);
  if (shelf) await request.cache?.writeDrafts(shelf);
  const stored = request.deployed ? mergeClaims(request.deployed, 1) : undefined;
  const assessed = assess(compared, request);
  const proved = await proveAssessment(assessed, { compared, request, stored });
  if (!proved.ok) return proved;
  const { version } = request;
  const assessment = withTwins(
    version === undefined ? proved.value : { ...proved.value, graphVersion: String(version) },
    { graph: worlds.judged.graph, decisions: request.decisions ?? [] },
  );
  const findings = listFindings({
    assessment,
    changes,
    failing: failingBuilds(compared),
    isDeployed: (change) => stored !== undefined && isDeployedIn(stored, { change, compared }),
  });
  const inCode = readInCode(request);
  const waived = applyWaivers(findings, {
    waivers: [...request.waivers, ...inCode.waivers],
    today: now,
    filesOf: inCode.waivers.length === 0 ? () => new Set() : fileFinder(compared),
  });
  const unread = head.unread ?? [];
  const leftOut = uniteLeftOut(base, head);
  const known = confidenceOf(compared, assessment);
  const confidence = {
    ...known,
    notUnderstood: [
      ...leftOut.map(({ file, why }) => ({ asset: file, why })),
      ...known.notUnderstood,
      ...unread.map(describeUnread),
    ],
  };
  const decision = decideGate({
    findings: waived.findings,
    policy,
    confidence,
    unread: unread.filter(({ isNote }) => !isNote).map((one) => describeUnread(one).asset),
    leftOut: leftOut.map(({ file }) => file),
    twins: (assessment.suspectedTwins ?? []).map((suspected) => ({
      said: sayTwin(suspected),
      ...(suspected.twin.domain === undefined ? {} : { domain: suspected.twin.domain }),
    })),
    now,
    ...(request.onCall === undefined ? {} : { onCall: request.onCall }),
  });
  const problems = [...base.problems, ...head.problems, ...worlds.judged.problems];
  const strangers = unknownDomains(policy, domainsIn(worlds.judged.graph));
  return ok({
    blocked: decision.blocked,
    outcome: decision.outcome,
    why: decision.why,
    exitCode: decision.exitCode,
    ...(decision.onCall ? { onCall: decision.onCall } : {}),
    base: base.label,
    head: head.label,
    changes,
    findings: decision.findings,
    assessment,
    policy: policy.version,
    ...(strangers.length === 0 ? {} : { unknownDomains: strangers }),
    waivers: { expired: waived.expired, unused: waived.unused, refused: inCode.refused },
    orphans: findOrphans(changes, assetFinder(compared)),
    rebuild: listRebuild(compared, assessment),
    confidence: {
      ...confidence,
      deployedKnown: request.deployed !== undefined || base.kind === "store",
      typesInferred: [...worlds.base.problems, ...worlds.head.problems].some(
        ({ code }) => code === "no-catalog",
      ),
    },
    problems: uniqueProblems(problems),
  });
}

/** Whether something was found that is not known yet: what is traced is analysed each time. */
function hasNews(found: KnownQueries, known: KnownQueries | undefined): boolean {
  for (const [key, { query }] of found) {
    const before = known?.get(key)?.query;
    if (before?.basis !== query.basis || before?.sql !== query.sql) return true;
  }
  return false;
}

const domainsIn = ({ assets }: MergedGraph): ReadonlySet<string> =>
  new Set([...assets.values()].flatMap(({ attributes }) => attributes.domain ?? []));

/** What the analyses of a store's claims found. */
const storedQueries = (deployed: readonly StoredClaim[]) =>
  queriesIn(deployed.map(({ source, claim }) => ({ source, claims: [claim] })));

/** Where it is asked for: the statements of what is deployed against those that it would have. */
async function proveAssessment(
  assessment: Assessment,
  {
    compared: { worlds },
    request,
    stored,
  }: {
    readonly compared: ComparedStates;
    readonly request: CheckRequest;
    readonly stored: MergedGraph | undefined;
  },
): Promise<Result<Assessment, Failure>> {
  const { verify, materialize } = request;
  if (verify === undefined) return ok(assessment);
  const { verifyImpact } = await import("../verify/verify-impact.ts");
  const graph = stored ?? worlds.base.graph;
  return verifyImpact({
    view: {
      graph: worlds.judged.graph,
      snapshot: worlds.snapshot,
      weights: policyOf(request.policy),
    },
    base: { graph, snapshot: buildSnapshot(graph) },
    assessment,
    target: verify,
    ...(materialize ? { materializeTable: true } : {}),
  });
}

/**
 * All changes together. An asset that changes itself and reads something that changes as well is judged by what the others
 * do to it: its own change is no harm that it suffers.
 */
function assess(compared: ComparedStates, request: CheckRequest): Assessment {
  const { changes, changedAndReached } = compared;
  const together = assessThese(compared, { request, changes });
  if (changedAndReached.length === 0) return together;
  const apart = new Set<AssetId>(changedAndReached);
  const suffered = changedAndReached.flatMap((id) => {
    const others = changes.filter(({ asset }) => assetId(asset.namespace, asset.name) !== id);
    const { verdicts } = assessThese(compared, { request, changes: others });
    return verdicts.filter(({ asset }) => asset.id === id);
  });
  const kept = together.verdicts.filter(({ asset }) => !apart.has(asset.id));
  const verdicts = [...kept, ...suffered].sort(
    (a, b) => (b.points ?? -1) - (a.points ?? -1) || a.hops - b.hops,
  );
  return { ...together, verdicts };
}

function assessThese(
  { worlds }: ComparedStates,
  {
    request,
    changes,
  }: { readonly request: CheckRequest; readonly changes: readonly ReviewedChange[] },
): Assessment {
  const { snapshot, judged } = worlds;
  const { now, materialize } = request;
  const answer = assessChanges({
    snapshot,
    graph: judged.graph,
    changes: changes.flatMap(toChangeInputs),
    options: { now, policy: policyOf(request.policy), ...(materialize ? { materialize } : {}) },
  });
  if (!isChangeError(answer)) return answer;
  // No change is left that names something in the graph: it cannot reach anything.
  return {
    graphVersion: String(judged.graph.version),
    complete: true,
    hidden: 0,
    changes: [],
    verdicts: [],
    notify: [],
    policy: policyOf(request.policy).version,
    errors: [answer],
  };
}

/** An asset as the new state has it, by the name that it is judged under. */
function assetFinder({
  pairs,
  worlds,
}: ComparedStates): (asset: ReviewedChange["asset"]) => MergedAsset | undefined {
  const found = new Map<AssetId, MergedAsset>();
  for (const { before, after } of pairs) {
    const head = after && worlds.head.assetOf(after);
    const known = (before && worlds.base.assetOf(before)) ?? head;
    if (known && head) found.set(known.id, head);
  }
  return ({ namespace, name }) => found.get(assetId(namespace, name));
}

const uniqueProblems = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

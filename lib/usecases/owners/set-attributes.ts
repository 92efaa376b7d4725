import type { MergedAsset, MergedGraph } from "#lib/graph/merged-graph.ts";
import { escapePattern } from "#lib/kit/escape-pattern.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { AssetAttributes, Tier } from "#lib/model/asset.ts";
import type { AssetClaim, SourceInfo } from "#lib/model/claim.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { StoreError } from "#lib/store/store-error.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { findOne } from "../ask/split-reference.ts";
import { mutationRecord } from "../audit/record-mutation.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { retryOvertaken } from "../sources/retry-overtaken.ts";

/** Which assets are meant: those listed, or those that fit all parts of the rule. */
export interface AttributeSelection {
  /** Ids, or unambiguous tails of names. */
  readonly assets?: readonly string[];
  readonly rule?: {
    /** `*` is anything: `checkout.*`, `*.raw_*`. */
    readonly name?: string;
    readonly namespace?: string;
    readonly kind?: string;
    readonly domain?: string;
    readonly tag?: string;
    /** Only assets that have none of the attributes that are set. */
    readonly onlyWithout?: boolean;
  };
}

/** What is said of them. Null takes back what was said here before. */
export interface AttributeEdit {
  readonly domain?: string | null;
  readonly owner?: string | null;
  readonly tier?: Tier | null;
}

export interface AttributeOutcome {
  readonly version: number;
  readonly assets: readonly string[];
}

export const MANUAL_SOURCE: SourceInfo = { id: "manual", kind: "manual", label: "Set by hand" };

/** Says domain, owner or tier of many assets at once: claims of the source `manual`, which win over all others. */
export async function setAttributes(options: {
  readonly store: LineageStore;
  readonly graph: MergedGraph;
  readonly selection: AttributeSelection;
  readonly edit: AttributeEdit;
  readonly actor: Actor;
  /** ISO 8601. */
  readonly now: string;
}): Promise<Result<AttributeOutcome, Failure>> {
  const { store, graph, selection, edit, actor, now } = options;
  const chosen = selectAssets(graph, { selection, edit });
  if (!chosen.ok) return chosen;
  const assets = chosen.value.map((asset) => asset.id as string);
  const details = { edit, assets };
  const record = mutationRecord({ at: now, actor, action: "set-attributes", details });
  // Two people may edit one asset at one moment: the second goes on from what the first has said.
  const applied = await retryOvertaken(async () => {
    const readAt = await store.version();
    if (!readAt.ok) return readAt;
    const earlier = await readManualClaims(store);
    if (!earlier.ok) return earlier;
    return store.apply({
      source: MANUAL_SOURCE,
      at: now,
      claims: chosen.value.map((asset) =>
        claimOf({ asset, before: earlier.value.get(asset.id), edit, actor }),
      ),
      complete: false,
      problems: [],
      readAt: readAt.value.version,
      records: [{ ...record, always: true }],
    });
  });
  return applied.ok
    ? ok({ version: applied.value.version, assets })
    : err(failureOfStore(applied.error));
}

function selectAssets(
  graph: MergedGraph,
  { selection, edit }: { readonly selection: AttributeSelection; readonly edit: AttributeEdit },
): Result<readonly MergedAsset[], Failure> {
  const chosen = new Map<string, MergedAsset>();
  for (const name of selection.assets ?? []) {
    const found = findOne(graph, name);
    if (!found.ok) return found;
    chosen.set(found.value.id, found.value);
  }
  if (selection.rule) {
    const fits = compileRule(selection.rule, edit);
    for (const asset of graph.assets.values()) if (fits(asset)) chosen.set(asset.id, asset);
  }
  if (chosen.size === 0) {
    return err({ code: "unknown-asset", message: "no asset fits the selection" });
  }
  return ok([...chosen.values()]);
}

function compileRule(
  rule: NonNullable<AttributeSelection["rule"]>,
  edit: AttributeEdit,
): (asset: MergedAsset) => boolean {
  const name = rule.name === undefined ? undefined : compileGlob(rule.name);
  const set = (["domain", "owner", "tier"] as const).filter((key) => edit[key] !== undefined);
  return (asset) =>
    (name === undefined || name.test(asset.name)) &&
    (rule.namespace === undefined || asset.namespace === rule.namespace) &&
    (rule.kind === undefined || asset.kind === rule.kind) &&
    (rule.domain === undefined || asset.attributes.domain === rule.domain) &&
    (rule.tag === undefined || (asset.attributes.tags ?? []).includes(rule.tag)) &&
    (rule.onlyWithout !== true || set.every((key) => !isSaid(asset, key)));
}

const isSaid = (asset: MergedAsset, key: "domain" | "owner" | "tier"): boolean =>
  asset.attributes[key] !== undefined && !(key === "tier" && asset.attributes.tierGuessed === true);

const compileGlob = (glob: string): RegExp =>
  new RegExp(`^${glob.split("*").map(escapePattern).join(".*")}$`, "i");

async function readManualClaims(
  store: LineageStore,
): Promise<Result<ReadonlyMap<string, AssetClaim>, StoreError>> {
  const claims = await store.claims();
  if (!claims.ok) return claims;
  return ok(
    new Map(
      claims.value
        .filter(({ source }) => source.id === MANUAL_SOURCE.id)
        .map(({ claim }) => [claim.asset, claim]),
    ),
  );
}

function claimOf({
  asset,
  before,
  edit,
  actor,
}: {
  readonly asset: MergedAsset;
  readonly before: AssetClaim | undefined;
  readonly edit: AttributeEdit;
  readonly actor: Actor;
}): AssetClaim {
  return {
    asset: asset.id,
    namespace: asset.namespace,
    name: asset.name,
    kind: asset.kind,
    attributes: mergeEdit(before?.attributes ?? {}, edit),
    columnsComplete: false,
    edges: [],
    queries: [],
    aliases: [],
    provenance: { event: `set by ${actor.name}` },
    // What is said here is only of attributes: it must not make a table real that nobody owns up to.
    placeholder: true,
  };
}

function mergeEdit(before: AssetAttributes, edit: AttributeEdit): AssetAttributes {
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(edit)) {
    if (value === null) delete merged[key];
    else if (value !== undefined) merged[key] = value;
  }
  return merged as AssetAttributes;
}

import { join } from "node:path";
import { mergeClaims } from "#lib/graph/merge-claims.ts";
import type { MergedAsset } from "#lib/graph/merged-graph.ts";
import { parseCodeowners } from "#lib/ingest/owners/codeowners.ts";
import type { OwnerSources } from "#lib/ingest/owners/rules.ts";
import { attributesByRules } from "#lib/ingest/owners/rules.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { AssetAttributes } from "#lib/model/asset.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { AssetClaim, SourceInfo, StoredClaim } from "#lib/model/claim.ts";
import type { Problem } from "#lib/model/problem.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { readProjectFolders } from "../sources/read-project-folders.ts";
import { readTextFile } from "../sources/read-text-file.ts";
import { attributeClaim } from "./attribute-claim.ts";

/** Rules are a source of their own, so that taking a rule away takes back what it said. */
const RULES_SOURCE: SourceInfo = {
  id: "rules",
  kind: "manual",
  label: "Rules of faultline.yaml",
};

const RULES_FILE = { file: "faultline.yaml" };

/**
 * Says domains, owners and tiers as the rules, the domains and the CODEOWNERS file of a configuration have them, of all
 * assets that are in the store now. What sources say themselves stands, unless a rule overrides it. Gives the number of
 * assets that the rules are about.
 */
export async function sayByRules(options: {
  readonly store: LineageStore;
  readonly config: FaultlineConfig;
  /** The folder of the configuration. */
  readonly root: string;
  /** ISO 8601. */
  readonly now: string;
}): Promise<Result<number, Failure>> {
  const { store, config, root, now } = options;
  const owners = await readOwners(config, root);
  if (!owners.ok) return owners;
  const stored = await store.claims();
  if (!stored.ok) return err(failureOfStore(stored.error));
  const others = stored.value.filter(({ source }) => source.id !== RULES_SOURCE.id);
  const hasNoRules =
    config.rules.length === 0 &&
    config.codeowners === undefined &&
    ownersByDomain(config).size === 0;
  if (hasNoRules && others.length === stored.value.length) return ok(0);
  const claims = claimsByRules(others, {
    sources: owners.value.sources,
    config,
    folders: await readProjectFolders(config, root),
  });
  const problems = owners.value.problems;
  const batch = { source: RULES_SOURCE, at: now, claims, complete: true, problems };
  const applied = await store.apply(batch);
  return applied.ok ? ok(claims.length) : err(failureOfStore(applied.error));
}

interface Owners {
  readonly sources: OwnerSources;
  readonly problems: readonly Problem[];
}

async function readOwners(config: FaultlineConfig, root: string): Promise<Result<Owners, Failure>> {
  const { rules, codeowners } = config;
  if (codeowners === undefined) return ok({ sources: { rules }, problems: [] });
  const text = await readTextFile(join(root, codeowners), codeowners);
  if (!text.ok) return text;
  const parsed = parseCodeowners({ path: codeowners, text: text.value });
  return ok({ sources: { rules, codeowners: parsed.rules }, problems: parsed.problems });
}

function claimsByRules(
  stored: readonly StoredClaim[],
  {
    sources,
    config,
    folders,
  }: {
    readonly sources: OwnerSources;
    readonly config: FaultlineConfig;
    /** Of dbt projects, by the id of their source. */
    readonly folders: ReadonlyMap<string, string>;
  },
): readonly AssetClaim[] {
  const files = filesByAsset(stored, folders);
  const byDomain = ownersByDomain(config);
  const claims: AssetClaim[] = [];
  for (const asset of mergeClaims(stored, 0).assets.values()) {
    const subject = { ...asset, files: files.get(asset.id) ?? [] };
    const said = addDomainOwner(asset, {
      said: attributesByRules(subject, sources),
      byDomain,
    });
    if (Object.keys(said).length > 0)
      claims.push(attributeClaim(asset, { attributes: said, provenance: RULES_FILE }));
  }
  return claims;
}

/** The files that say an asset, as paths from the folder of the configuration. */
function filesByAsset(
  stored: readonly StoredClaim[],
  folders: ReadonlyMap<string, string>,
): ReadonlyMap<AssetId, readonly string[]> {
  const files = new Map<AssetId, string[]>();
  for (const { source, claim } of stored) {
    const { file } = claim.provenance;
    if (file === undefined || !isInRepository(file)) continue;
    const folder = folders.get(source.id);
    const path = folder === undefined ? file : `${folder}/${file}`;
    const list = files.get(claim.asset);
    // Who owns the asset up is asked before those that only read it.
    if (!list) files.set(claim.asset, [path]);
    else if (claim.placeholder === true) list.push(path);
    else list.unshift(path);
  }
  return files;
}

/** What was read over a network, or beside the folder, is no path that CODEOWNERS could speak of. */
const isInRepository = (file: string): boolean =>
  !/^[a-z][a-z0-9+.-]*:\/\//i.test(file) && !/^(?:\.\.?[/\\])*\.\.[/\\]/.test(file);

const ownersByDomain = (config: FaultlineConfig): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(config.domains).flatMap(([domain, { owner }]) =>
      owner === undefined ? [] : [[domain, owner]],
    ),
  );

/** The owner of a domain owns what in it nobody else does. */
function addDomainOwner(
  asset: MergedAsset,
  {
    said,
    byDomain,
  }: { readonly said: AssetAttributes; readonly byDomain: ReadonlyMap<string, string> },
): AssetAttributes {
  const domain = said.domain ?? asset.attributes.domain;
  const owner = domain === undefined ? undefined : byDomain.get(domain);
  const isOwned = said.owner !== undefined || asset.attributes.owner !== undefined;
  return owner === undefined || isOwned ? said : { ...said, owner };
}

import { z } from "zod";
import { matchesGlob } from "#lib/kit/match-glob.ts";
import type { AssetAttributes, AssetKind, Tier } from "#lib/model/asset.ts";
import { ASSET_KINDS } from "#lib/model/asset.ts";
import type { AssetClaim } from "#lib/model/claim.ts";
import { type OwnerRule, ownersOf } from "./codeowners.ts";

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? [value] : value));

/**
 * A rule of `faultline.yaml`: which assets it is about (all of what it names must hold; several values: any of them) and
 * what it says of them.
 */
export const ruleSchema = z
  .object({
    /** Globs over the asset's name: `mesh.finance.*`. */
    name: texts.optional(),
    /** Globs over the namespace. */
    namespace: texts.optional(),
    /** The schema, that is the part before the last of a dotted name. */
    schema: texts.optional(),
    /** Globs over the file that the asset was declared in. */
    path: texts.optional(),
    tag: texts.optional(),
    kind: z
      .union([z.enum(ASSET_KINDS), z.array(z.enum(ASSET_KINDS))])
      .transform((value): readonly AssetKind[] => (typeof value === "string" ? [value] : value))
      .optional(),
    set: z.object({
      domain: z.string().optional(),
      owner: z.string().optional(),
      tier: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
      tags: z.array(z.string()).optional(),
    }),
    /** Says it even where the source says otherwise. */
    override: z.boolean().optional(),
  })
  .strict();

export type Rule = z.infer<typeof ruleSchema>;

export interface OwnerSources {
  /** In order: of two that say the same thing, the later wins. */
  readonly rules: readonly Rule[];
  readonly codeowners?: readonly OwnerRule[];
}

/** What rules look at; claims and merged assets both have it. */
export interface RuleSubject {
  readonly namespace: string;
  readonly name: string;
  readonly kind: AssetKind;
  readonly attributes: AssetAttributes;
  readonly files: readonly string[];
}

interface Said {
  domain?: string;
  owner?: string;
  tier?: Tier;
  tags?: readonly string[];
}

/** Domain, owner, tier and tags that the rules say of an asset; nothing where none is about it. */
export function attributesByRules(subject: RuleSubject, sources: OwnerSources): AssetAttributes {
  const said: Said = {};
  const byPath = subject.files.flatMap((file) => ownersOf(file, sources.codeowners ?? []))[0];
  if (subject.attributes.owner === undefined && byPath !== undefined) said.owner = byPath;
  for (const rule of sources.rules) {
    if (appliesTo(rule, subject)) addRule(said, rule, subject.attributes);
  }
  return said;
}

function addRule(said: Said, rule: Rule, known: AssetAttributes): void {
  const { domain, owner, tier, tags } = rule.set;
  const isFree = (value: unknown): boolean => value === undefined || rule.override === true;
  if (domain !== undefined && isFree(known.domain)) said.domain = domain;
  if (owner !== undefined && isFree(known.owner)) said.owner = owner;
  if (tier !== undefined && (isFree(known.tier) || known.tierGuessed === true)) said.tier = tier;
  if (tags !== undefined) said.tags = [...new Set([...(said.tags ?? known.tags ?? []), ...tags])];
}

/** The claims of a source with what the rules add. Claims that no rule is about stay the same objects. */
export function applyRules(
  claims: readonly AssetClaim[],
  sources: OwnerSources,
): readonly AssetClaim[] {
  return claims.map((claim) => {
    const { namespace, name, kind, attributes, provenance } = claim;
    const files = provenance.file === undefined ? [] : [provenance.file];
    const said = attributesByRules({ namespace, name, kind, attributes, files }, sources);
    if (Object.keys(said).length === 0) return claim;
    const { tierGuessed, ...known } = attributes;
    const keepsGuess = tierGuessed === true && said.tier === undefined;
    return { ...claim, attributes: { ...known, ...(keepsGuess ? { tierGuessed } : {}), ...said } };
  });
}

export function appliesTo(rule: Rule, subject: RuleSubject): boolean {
  const parts = subject.name.split(".");
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  const inName = (glob: string): boolean =>
    matchesGlob(glob.toLowerCase(), subject.name.toLowerCase(), "./");
  const checks: readonly (boolean | undefined)[] = [
    rule.name?.some((glob) => inName(glob) || inName(`**.${glob}`)),
    rule.namespace?.some((glob) => matchesGlob(glob, subject.namespace, "")),
    rule.schema?.some(
      (glob) => schema !== undefined && matchesGlob(glob.toLowerCase(), schema.toLowerCase(), ""),
    ),
    rule.path?.some((glob) =>
      subject.files.some(
        (file) => matchesGlob(glob, file, "/") || matchesGlob(`**/${glob}`, file, "/"),
      ),
    ),
    rule.tag?.some((tag) => subject.attributes.tags?.includes(tag) === true),
    rule.kind?.includes(subject.kind),
  ];
  const said = checks.filter((check) => check !== undefined);
  return said.length > 0 && said.every(Boolean);
}

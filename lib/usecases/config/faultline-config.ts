import { stringify } from "yaml";
import { z } from "zod";
import { namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import { ruleSchema } from "#lib/ingest/owners/rules.ts";
import { parseYamlText } from "#lib/ingest/parse-structured-text.ts";
import { err, ok, type Result } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import { FILE_KINDS } from "#lib/model/source-kind.ts";
import { LIVE_KINDS, type LiveKind, parseLiveAddress } from "../live-sources/live-address.ts";
import { notifySchema } from "../outbox/notify-config.ts";
import { parseCron, parseEvery } from "../sync/schedule.ts";

/** A source: a path, or a kind and where it answers; how it is called, whose it is, when it is read again. */
const sourceSchema = z
  .strictObject({
    name: z.string().min(1).optional(),
    /** A file or folder, relative to the configuration, or the address of a live source. */
    path: z.string().min(1).optional(),
    kind: z.enum(LIVE_KINDS).optional(),
    where: z.string().min(1).optional(),
    as: z.enum(FILE_KINDS).optional(),
    dialect: z.string().optional(),
    domain: z.string().optional(),
    /** `30s`, `15m`, `6h`, `1d`. */
    every: z.string().optional(),
    /** Five fields, UTC. */
    cron: z.string().optional(),
    /** How long a live source may take to give all, with all tries: `10m`, `2h`. */
    limit: z.string().optional(),
    /** What the reader looks for in the environment: the variable that holds it. */
    secrets: z.record(z.string(), z.string().min(1)).optional(),
  })
  .transform(({ path, kind, where, ...rest }, context) => {
    const problem = problemOfSource({ path, kind, where, ...rest });
    if (problem === undefined) return { ...rest, path: path ?? addressOfKind(kind, where ?? "") };
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });

interface SaidSource {
  readonly path?: string | undefined;
  readonly kind?: LiveKind | undefined;
  readonly where?: string | undefined;
  readonly every?: string | undefined;
  readonly cron?: string | undefined;
  readonly limit?: string | undefined;
}

function problemOfSource({
  path,
  kind,
  where,
  every,
  cron,
  limit,
}: SaidSource): string | undefined {
  if (path === undefined && where === undefined)
    return "a source has a `path`, or a `kind` and a `where`";
  if (path !== undefined && (where !== undefined || kind !== undefined))
    return "a source has a `path`, or a `kind` and a `where`, and not both";
  if (where !== undefined && kind === undefined) return "`where` needs a `kind`";
  const address = path ?? addressOfKind(kind, where ?? "");
  if (kind !== undefined && parseLiveAddress(address) === undefined)
    return `\`where\` is no address at which ${kind} answers`;
  if (/^\w+(?:\+\w+)?:\/\/[^/@\s]*:[^/@\s]+@/.test(address))
    return "a password is never written here; name the variable that holds it under `secrets`";
  if (every !== undefined && cron !== undefined)
    return "a source has `every` or `cron`, and not both";
  const longest = limit === undefined ? ok(undefined) : parseEvery(limit);
  if (!longest.ok) return longest.error;
  const schedule =
    every === undefined
      ? cron === undefined
        ? ok(undefined)
        : parseCron(cron)
      : parseEvery(every);
  return schedule.ok ? undefined : schedule.error;
}

/** `postgres` and files are told by their address; other tools by a word before it. */
const addressOfKind = (kind: LiveKind | undefined, where: string): string =>
  kind === undefined || kind === "postgres" || kind === "file" ? where : `${kind}+${where}`;

/** `faultline.yaml`: what to read, whose it is, how names are spelled, where the graph is kept. */
export const faultlineConfigSchema = z.strictObject({
  version: z.literal(1).default(1),
  sources: z.array(sourceSchema).default([]),
  domains: z
    .record(
      z.string(),
      z.strictObject({ owner: z.string().optional(), description: z.string().optional() }),
    )
    .default({}),
  names: namesConfigSchema.optional(),
  rules: z.array(ruleSchema).default([]),
  /** The path of a CODEOWNERS file. */
  codeowners: z.string().optional(),
  /** Who caused what others suffer, by domain: off unless a company wants it. `decides`: the role that ends disputes. */
  ledger: z.strictObject({ on: z.boolean(), decides: z.string().min(1).optional() }).optional(),
  /** Where people are told of what is theirs. */
  notify: notifySchema.optional(),
  /** `file:PATH`, `neo4j://…`; a password is never written here. */
  store: z.string().optional(),
});

export type FaultlineConfig = z.output<typeof faultlineConfigSchema>;

/** Reads a configuration; the problem names the first key that is wrong. */
export function parseConfig(file: string, text: string): Result<FaultlineConfig, Problem> {
  const yaml = parseYamlText(file, text);
  if (!yaml.ok) return yaml;
  const parsed = faultlineConfigSchema.safeParse(yaml.value ?? {});
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const where = issue?.path.join(".") ?? "";
  return err({
    code: "wrong-shape",
    message:
      where === ""
        ? (issue?.message ?? "not a configuration")
        : `\`${where}\`: ${issue?.message ?? "not understood"}`,
    next: "Compare the file with docs/configuration.md, or write a new one with `faultline init`.",
    file,
    severity: "error",
  });
}

/** The configuration as people would write it, with what is empty left out. */
export function renderConfig(config: FaultlineConfig): string {
  const { version, sources, domains, names, rules, codeowners, ledger, store } = config;
  const body = {
    version,
    sources,
    ...(Object.keys(domains).length === 0 ? {} : { domains }),
    ...(names === undefined ? {} : { names }),
    ...(codeowners === undefined ? {} : { codeowners }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(ledger === undefined ? {} : { ledger }),
    ...(store === undefined ? {} : { store }),
  };
  return `# Written by \`faultline init\`; yours to change. Read again by every \`faultline ingest\`.\n${stringify(body, { lineWidth: 120 })}`;
}

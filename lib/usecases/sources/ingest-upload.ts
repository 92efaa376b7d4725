import { z } from "zod";
import type { AssembleSource } from "#lib/ingest/assemble-claims.ts";
import type { NamesConfig } from "#lib/ingest/names/names-config.ts";
import { namesConfigSchema } from "#lib/ingest/names/names-config.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Problem } from "#lib/model/problem.ts";
import { FILE_KINDS, parseFileKind } from "#lib/model/source-kind.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Actor } from "../access/authenticate-request.ts";
import { mutationRecord } from "../audit/record-mutation.ts";
import type { ServerConfig } from "../config/read-server-config.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { checkDialect } from "../gate/check-dialect.ts";
import { goneSources } from "../sync/gone-sources.ts";
import { applyConfig } from "./apply-config.ts";
import type { IngestReport } from "./ingest-report.ts";
import { ingestSources } from "./ingest-sources.ts";
import { loadSqlParser } from "./load-sql-parser.ts";
import { readSources } from "./read-sources.ts";

/** Files as a client read them: what `faultline ingest --server` sends. `root` is what the person named. */
const sentFiles = z
  .array(
    z.strictObject({
      path: z.string().min(1),
      root: z.string().min(1).optional(),
      kind: z.enum(FILE_KINDS).optional().describe("where the client knows what it is"),
      text: z.string(),
    }),
  )
  .min(1)
  .max(50_000);

const reading = {
  as: z
    .string()
    .optional()
    .describe(`one of ${FILE_KINDS.join(", ")}; by content when absent`),
  dialect: z.string().optional(),
  domain: z.string().optional(),
  names: namesConfigSchema.optional(),
};

export const uploadSchema = z.strictObject({
  files: sentFiles,
  ...reading,
  dryRun: z.boolean().optional(),
});

const name = z.string().trim().min(1).max(500);

/** A source that a client has read for the server: what `faultline sync --server` sends. */
export const sentSyncSchema = z
  .strictObject({
    name,
    place: name.describe("without secrets"),
    root: name.describe("of the configuration that names it"),
    configured: z
      .array(name)
      .max(10_000)
      .describe("the names of all sources of that configuration"),
    schedule: name.optional(),
    attempts: z.int().min(1).optional(),
    files: sentFiles.optional(),
    isPartial: z.boolean().optional().describe("a part could not be read: nothing of it is gone"),
    failure: name.optional().describe("why nothing could be read"),
    ...reading,
  })
  .refine(({ files, failure }) => (files === undefined) !== (failure === undefined), {
    message: "has either files or the reason why there are none",
  });

/** Reads and writes what a client sent, exactly as if the files lay here. */
export async function ingestUpload(options: {
  readonly store: LineageStore;
  readonly upload: z.output<typeof uploadSchema>;
  /** Ids of the sources that the same place gave before: those of them that it gives no more are stale from now on. */
  readonly known?: readonly string[];
  /** What the client could not read. */
  readonly problems?: readonly Problem[];
  readonly actor: Actor;
  /** ISO 8601. */
  readonly now: string;
  /** The server's own; what the client sends wins. */
  readonly names?: NamesConfig;
  /** The server's rules, which hold for whatever is sent. */
  readonly rules?: ServerConfig;
}): Promise<Result<IngestReport, Failure>> {
  const { store, upload, actor, now } = options;
  const kind = upload.as === undefined ? undefined : parseFileKind(upload.as);
  if (upload.as !== undefined && kind === undefined) {
    return err({
      code: "unknown-kind",
      message: `"${upload.as}" is nothing that is read here`,
      candidates: FILE_KINDS,
    });
  }
  const dialect = checkDialect(upload.dialect);
  if (!dialect.ok) return dialect;
  const domain = upload.domain ?? actor.domain;
  if (actor.domain !== undefined && domain !== actor.domain) {
    return err({
      code: "forbidden",
      message: `${actor.name} writes for the domain ${actor.domain} only`,
    });
  }
  const parser = await loadSqlParser();
  const read = readSources({
    parser,
    files: upload.files.map(({ root, kind: known, ...file }) => ({
      ...file,
      root: root ?? file.path,
      ...(known === undefined ? {} : { kind: known }),
    })),
    at: now,
    ...(kind ? { as: kind } : {}),
    ...(upload.dialect === undefined ? {} : { dialect: upload.dialect }),
    ...(domain === undefined ? {} : { domain }),
  });
  const names = upload.names ?? options.names;
  const own = await asOwnSources(read.sources, { store, actor });
  if (!own.ok) return own;
  const gone = await goneSources(store, {
    known: options.known ?? [],
    read: own.value,
    problems: [...(options.problems ?? []), ...read.problems],
    at: now,
  });
  if (!gone.ok) return gone;
  const sources = own.value.map(({ source }) => source.id);
  const record = mutationRecord({ at: now, actor, action: "ingest-files", details: { sources } });
  const ingested = await ingestSources({
    sources: [...own.value, ...gone.value],
    records: async () => ok(new Map(sources.map((id) => [id, [record]]))),
    problems: read.problems,
    signals: read.signals,
    parser,
    store,
    now,
    dryRun: upload.dryRun === true,
    ...(names ? { names } : {}),
    ...(actor.domain === undefined ? {} : { onlyDomain: actor.domain }),
  });
  if (!ingested.ok) return err(failureOfStore(ingested.error));
  const refused = refuseOthers(ingested.value, actor);
  if (refused) return err(refused);
  if (!options.rules || upload.dryRun === true) return ok(ingested.value);
  const ruled = await applyConfig({ ...options.rules, store, now });
  if (!ruled.ok) return ruled;
  const version = await store.version();
  return version.ok
    ? ok({ ...ingested.value, version: version.value.version })
    : err(failureOfStore(version.error));
}

/** What a token of a domain sends replaces that domain's sources only, whatever its files are called. */
async function asOwnSources(
  sources: readonly AssembleSource[],
  { store, actor }: { readonly store: LineageStore; readonly actor: Actor },
): Promise<Result<readonly AssembleSource[], Failure>> {
  const { domain } = actor;
  if (domain === undefined) return ok(sources);
  const stored = await store.claims();
  if (!stored.ok) return err(failureOfStore(stored.error));
  const known = new Set(stored.value.map(({ source }) => source.id));
  const others = new Set(
    stored.value
      .filter(({ claim, staleSince }) => staleSince === undefined && !claim.placeholder)
      .filter(({ claim, source }) => (claim.attributes.domain ?? source.domain) !== domain)
      .map(({ source }) => source.id),
  );
  return ok(
    sources.map((one) => {
      const named = `${one.source.id}@${domain}`;
      const id = known.has(named) || others.has(one.source.id) ? named : one.source.id;
      return { ...one, source: { ...one.source, id, domain } };
    }),
  );
}

function refuseOthers({ assets, problems }: IngestReport, actor: Actor): Failure | undefined {
  const others = problems.filter(({ code }) => code === "other-domain");
  if (actor.domain === undefined || others.length === 0 || assets > 0) return undefined;
  return {
    code: "forbidden",
    message: `${actor.name} writes for the domain ${actor.domain} only, and all that was sent is of others`,
    problems,
  };
}

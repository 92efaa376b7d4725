import { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { ASSET_KINDS } from "#lib/model/asset.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { judgeDetected } from "#lib/usecases/history/judge-detected.ts";
import type { AttributeEdit, AttributeSelection } from "#lib/usecases/owners/set-attributes.ts";
import { setAttributes } from "#lib/usecases/owners/set-attributes.ts";
import type { IngestReport } from "#lib/usecases/sources/ingest-report.ts";
import { ingestUpload, sentSyncSchema, uploadSchema } from "#lib/usecases/sources/ingest-upload.ts";
import { takeSync } from "#lib/usecases/sync/take-sync.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { ingestReportSchema, syncRow } from "../page-schemas.ts";
import { EVENT_LIMITS, UPLOAD_LIMITS } from "../read-body.ts";

const label = z.string().trim().min(1).max(200).nullable().optional();

const attributesSchema = z.strictObject({
  selection: z
    .strictObject({
      assets: z.array(z.string().min(1)).max(100_000).optional(),
      rule: z
        .strictObject({
          name: z.string().min(1).optional().describe("`*` is anything: `checkout.*`"),
          namespace: z.string().optional(),
          kind: z.enum(ASSET_KINDS).optional(),
          domain: z.string().optional(),
          tag: z.string().optional(),
          onlyWithout: z.boolean().optional().describe("only assets that have none of what is set"),
        })
        .optional(),
    })
    .refine(({ assets, rule }) => (assets?.length ?? 0) > 0 || rule !== undefined, {
      message: "lists no assets and has no rule",
    }),
  edit: z
    .strictObject({
      domain: label,
      owner: label,
      tier: z
        .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
        .nullable()
        .optional(),
    })
    .refine((edit) => Object.values(edit).some((value) => value !== undefined), {
      message: "sets nothing",
    })
    .describe("null takes back what was set here before"),
});

const takenSyncSchema = z.strictObject({
  status: syncRow.extend({
    root: z.string(),
    endedAt: z.string().optional(),
    attempts: z.int(),
    result: z
      .strictObject({
        assets: z.int(),
        written: z.int(),
        madeStale: z.int(),
        problems: z.int(),
        version: z.int(),
      })
      .optional(),
    sources: z.array(z.string()),
  }),
  retired: z.array(z.string()).describe("sources that are no longer configured"),
  report: ingestReportSchema.optional(),
});

export const WRITE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "PUT",
    path: "/api/v1/assets/attributes",
    scope: "sign",
    summary: "Sets domain, owner or tier of many assets at once",
    body: { schema: attributesSchema, limits: EVENT_LIMITS },
    answer: {
      status: 200,
      schema: z.strictObject({ version: z.int(), assets: z.array(z.string()) }),
    },
    handle: editAttributes,
  },
  {
    method: "POST",
    path: "/api/v1/ingest",
    scope: "ingest",
    summary:
      "Takes files as `faultline ingest` reads them: dbt artefacts, exports, graph files, SQL",
    body: { schema: uploadSchema, limits: UPLOAD_LIMITS },
    answer: { status: 200, schema: ingestReportSchema },
    handle: takeFiles,
  },
  {
    method: "POST",
    path: "/api/v1/syncs",
    scope: "ingest",
    summary:
      "Takes what `faultline sync --server` read of a configured source, or why it could not",
    body: { schema: sentSyncSchema, limits: UPLOAD_LIMITS },
    answer: { status: 200, schema: takenSyncSchema },
    handle: takeSent,
  },
];

async function editAttributes({
  services,
  actor,
  body,
}: ApiCall): Promise<Result<unknown, Failure>> {
  const { selection, edit } = body as { selection: AttributeSelection; edit: AttributeEdit };
  const foreign =
    edit.domain !== undefined && actor.domain !== undefined && edit.domain !== actor.domain;
  if (foreign) {
    return err({
      code: "forbidden",
      message: `${actor.name} speaks for the domain ${actor.domain} only`,
    });
  }
  const view = await services.workspace.view();
  if (!view.ok) return view;
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const done = await services.events.runAlone(() =>
    setAttributes({
      store: store.value,
      graph: view.value.graph,
      selection,
      edit,
      actor,
      now: services.now().toISOString(),
    }),
  );
  if (done.ok) await services.workspace.refresh();
  return done;
}

async function takeFiles({ services, actor, body }: ApiCall): Promise<Result<unknown, Failure>> {
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const own = await services.config();
  const upload = body as z.output<typeof uploadSchema>;
  const names = own?.config.names;
  const done = await services.events.runAlone(() =>
    ingestUpload({
      store: store.value,
      upload,
      actor,
      now: services.now().toISOString(),
      ...(names ? { names } : {}),
      ...(own ? { rules: own } : {}),
    }),
  );
  if (!done.ok) return done;
  await judgeWhatCame(services, done.value);
  return ok(done.value);
}

async function takeSent({ services, actor, body }: ApiCall): Promise<Result<unknown, Failure>> {
  const store = await services.workspace.store();
  if (!store.ok) return store;
  const own = await services.config();
  const names = own?.config.names;
  const done = await services.events.runAlone(() =>
    takeSync({
      store: store.value,
      sent: body as z.output<typeof sentSyncSchema>,
      actor,
      now: services.now,
      ...(names ? { names } : {}),
      ...(own ? { rules: own } : {}),
    }),
  );
  if (!done.ok) return done;
  await judgeWhatCame(services, done.value.report ?? {});
  return ok(done.value);
}

/** On the graph as it was before, which is in memory until now. */
async function judgeWhatCame(
  services: ApiCall["services"],
  { changes }: Pick<IngestReport, "changes">,
): Promise<void> {
  if (changes) {
    const judged = await judgeDetected(services.workspace, services.now);
    // They stay unjudged until the next that is detected; the files are in.
    if (!judged.ok) process.stderr.write(`faultline: ${judged.error.message}\n`);
  }
  await services.workspace.refresh();
}

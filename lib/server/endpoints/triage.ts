import { err, type Result } from "#lib/kit/result.ts";
import { askTriage } from "#lib/usecases/ask/ask-workspace.ts";
import { MalformedChange } from "#lib/usecases/ask/read-changes.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { readLoggedChanges } from "#lib/usecases/history/read-change-log.ts";
import type { TriageRequest } from "#lib/usecases/incidents/triage-incident.ts";
import type { ApiCall, Endpoint } from "../endpoint.ts";
import { UPLOAD_LIMITS } from "../read-body.ts";
import { triageAnswerSchema, triageRequestSchema } from "../triage-schemas.ts";

export const TRIAGE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "POST",
    path: "/api/v1/triage",
    scope: "read",
    summary: "Ranked suspects for what is broken: the same answer as the command line gives",
    body: { schema: triageRequestSchema, limits: UPLOAD_LIMITS },
    answer: { status: 200, schema: triageAnswerSchema },
    handle: answerTriage,
  },
];

async function answerTriage({ services, body }: ApiCall): Promise<Result<unknown, Failure>> {
  const { symptoms, healthy, changes, at } = body as Pick<TriageRequest, "symptoms" | "healthy"> & {
    readonly changes?: unknown;
    readonly at?: string;
  };
  const malformed = changes === undefined ? undefined : findMalformed(changes);
  if (malformed !== undefined) return err({ code: "bad-usage", message: malformed });
  return askTriage(services.workspace, {
    symptoms,
    ...(healthy === undefined ? {} : { healthy }),
    ...(changes === undefined ? {} : { log: { value: changes, where: "body" } }),
    ...(at === undefined ? {} : { at }),
    now: services.now().toISOString(),
  });
}

/** A log with an entry that says of nothing would be weighed without it, and nobody would know. */
function findMalformed(changes: unknown): string | undefined {
  const read = readLoggedChanges(changes, "body");
  if (!read.ok) return undefined;
  return read.value.find((change) => change instanceof MalformedChange)?.message;
}

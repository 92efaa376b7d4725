import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";

/** A question to a tool's HTTP interface. */
export interface JsonQuestion {
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked by POST, as JSON. */
  readonly body?: unknown;
  /** What to do where the tool wants a login. */
  readonly login: string;
  /** Statuses that say that there is nothing, which is no failure: the answer is undefined then. */
  readonly nothing?: readonly number[];
}

const TIMEOUT_MS = 60_000;
/** Waited before the second and the third try, in milliseconds. */
const WAITS = [500, 2000];
const RETRIED = new Set([429, 500, 502, 503, 504]);
/** What a file may have, too. */
const MOST_BYTES = 400_000_000;

/** The answer as a value. A tool that is busy is asked again, twice; what else goes wrong is told with the next step. */
export async function askJson(question: JsonQuestion): Promise<Result<unknown, Failure>> {
  for (const wait of WAITS) {
    const answer = await askOnce(question);
    if (answer.kind === "done") return answer.result;
    await new Promise((resolve) => setTimeout(resolve, answer.waitMs ?? wait));
  }
  const last = await askOnce(question);
  return last.result;
}

type Answer =
  | { readonly kind: "done"; readonly result: Result<unknown, Failure> }
  | { readonly kind: "again"; readonly result: Result<unknown, Failure>; readonly waitMs?: number };

async function askOnce(question: JsonQuestion): Promise<Answer> {
  const { url, headers, body } = question;
  const shown = shownOf(url);
  try {
    const response = await question.fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect to another host would be handed the token.
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (question.nothing?.includes(response.status) === true)
      return { kind: "done", result: ok(undefined) };
    return await readResponse(response, { shown, login: question.login });
  } catch (error) {
    const result = err<Failure>({
      code: "server-unreachable",
      message: `${shown}: ${reasonOf(error)}`,
      next: "Check the address, and that the tool answers there.",
    });
    return { kind: "again", result };
  }
}

async function readResponse(
  response: Response,
  { shown, login }: { readonly shown: string; readonly login: string },
): Promise<Answer> {
  const { status } = response;
  const failed = (failure: Omit<Failure, "message"> & { readonly message: string }): Answer => ({
    kind: "done",
    result: err({ ...failure, message: `${shown}: ${failure.message}` }),
  });
  if (status === 401 || status === 403)
    return failed({ code: "refused", message: `it answers ${status}`, next: login });
  if (RETRIED.has(status)) {
    const after = Number(response.headers.get("retry-after"));
    const result = err<Failure>({
      code: "server-unreachable",
      message: `${shown}: it answers ${status}`,
      next: "The tool is busy or broken; try again later.",
    });
    return { kind: "again", result, ...(after > 0 && after <= 30 ? { waitMs: after * 1000 } : {}) };
  }
  if (!response.ok)
    return failed({
      code: "server-unreachable",
      message: `it answers ${status}`,
      next: "Check that the address is that of the tool itself, without a path of one of its pages.",
    });
  if (Number(response.headers.get("content-length")) > MOST_BYTES)
    return failed({ code: "too-large", message: "the answer is over 400 MB" });
  const text = await response.text();
  try {
    return { kind: "done", result: ok(JSON.parse(text) as unknown) };
  } catch {
    return failed({
      code: "bad-json",
      message: "the answer is no JSON",
      next: "Check the address: a login page or another tool may answer there.",
    });
  }
}

/** Without what may be secret. */
export const shownOf = (url: string): string =>
  url.replace(/^(\w+:\/\/)[^/]*@/, "$1").replace(/\?.*$/s, "");

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it did not answer within a minute";
  const cause: unknown = error.cause;
  return cause instanceof Error ? cause.message || error.message : error.message;
}

import { writeJson } from "#lib/kit/write-json.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { kindOfFailure } from "#lib/usecases/failure.ts";

/**
 * An answer as JSON. Lineage changes under the reader's hands, so nothing on the way may keep it. A large one is written
 * as it is read: its text never stands in memory as a whole.
 */
export function respondJson(body: unknown, status = 200): Response {
  const pieces = writeJson(body);
  const first = pieces.next();
  const second = first.done === true ? first : pieces.next();
  const text = first.done === true ? "" : first.value;
  return new Response(second.done === true ? text : streamOf(text, second.value, pieces), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}

function streamOf(
  first: string,
  second: string,
  rest: Generator<string>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const waiting = [first, second];
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const known = waiting.shift();
        const next = known === undefined ? rest.next() : { done: false, value: known };
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      cancel: () => {
        rest.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}

export function respondText(body: string, contentType: string): Response {
  return new Response(body, {
    status: 200,
    headers: { "content-type": contentType, "cache-control": "no-store" },
  });
}

/** A problem document (RFC 9457) with the stable `code`. */
export function problemOf(failure: Failure): Record<string, unknown> {
  const { status, title } = kindOfFailure(failure.code);
  return {
    type: `urn:faultline:problem:${failure.code}`,
    title,
    status,
    detail: failure.message,
    code: failure.code,
    ...(failure.next === undefined ? {} : { next: failure.next }),
    ...(failure.candidates === undefined ? {} : { candidates: failure.candidates }),
    ...(failure.problems === undefined ? {} : { problems: failure.problems }),
  };
}

export function respondFailure(failure: Failure): Response {
  const { status } = kindOfFailure(failure.code);
  const headers: Record<string, string> = {
    "content-type": "application/problem+json; charset=utf-8",
    "cache-control": "no-store",
  };
  // OpenLineage's Python client gives an event up on 429, and tries again on 503.
  if (status === 503) headers["retry-after"] = "1";
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="Faultline"';
  return new Response(JSON.stringify(problemOf(failure)), { status, headers });
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Services } from "#lib/usecases/open-services.ts";
import { answerRequest } from "./answer-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { problemOf, respondFailure } from "./respond.ts";

/** Answers a request to the API over Node's own HTTP, without the web framework: an event is a few dozen microseconds of work. */
export async function answerNodeRequest(
  incoming: IncomingMessage,
  { response, services }: { readonly response: ServerResponse; readonly services: Services },
): Promise<void> {
  try {
    const answered = await answerRequest(requestOf(incoming), services);
    const body = answered.body?.getReader();
    const first = await body?.read();
    const second = first?.done === false ? await body?.read() : undefined;
    const headers = Object.fromEntries(answered.headers);
    await letRestGoBy(incoming);
    if (incoming.complete) response.writeHead(answered.status, headers);
    else response.writeHead(answered.status, { ...headers, connection: "close" });
    if (body === undefined || second?.done !== false) response.end(first?.value);
    else await sendRest(response, { body, begun: [first?.value, second.value] });
  } catch (error) {
    giveUp(error, { incoming, response });
  }
}

/** A large answer, as fast as the caller takes it; when the caller hangs up, the rest is not made. */
async function sendRest(
  response: ServerResponse,
  {
    body,
    begun,
  }: {
    readonly body: ReadableStreamDefaultReader<Uint8Array>;
    readonly begun: readonly (Uint8Array | undefined)[];
  },
): Promise<void> {
  for (const piece of begun) await send(response, piece);
  for (let next = await body.read(); !next.done; next = await body.read()) {
    if (response.destroyed) {
      await body.cancel();
      return;
    }
    await send(response, next.value);
  }
  response.end();
}

async function send(response: ServerResponse, piece: Uint8Array | undefined): Promise<void> {
  if (piece === undefined || response.destroyed || response.write(piece)) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      response.off("drain", go);
      response.off("close", go);
      resolve();
    };
    response.on("drain", go);
    response.on("close", go);
  });
}

/** What is let go by of a body that is refused, and for how long. */
const MOST_PATIENCE = { bytes: 512e6, ms: 10_000 };

/**
 * Most clients read the answer only once they have sent everything, and take an end before that for a fault of the network: of
 * what is refused for its size, the rest is let go by first.
 */
async function letRestGoBy(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, MOST_PATIENCE.ms);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    incoming.removeAllListeners("data");
    incoming.on("data", (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > MOST_PATIENCE.bytes) stop();
    });
    incoming.once("end", stop);
    incoming.once("close", stop);
    incoming.resume();
  });
}

/** Somebody hung up in the middle, or sent what is no request at all; whatever it was, the server goes on. */
function giveUp(
  error: unknown,
  { incoming, response }: { readonly incoming: IncomingMessage; readonly response: ServerResponse },
): void {
  if (incoming.socket.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const answer = respondFailure({ code: "bad-usage", message });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(JSON.stringify(problemOf({ code: "bad-usage", message })));
}

/** Whether a path is answered here; screens and files are the web framework's. */
export const isApiPath = (url: string): boolean => /^\/(?:api\/v1|metrics)(?:[/?#]|$)/.test(url);

function requestOf(incoming: IncomingMessage): ApiRequest {
  const { headers, method = "GET", url = "/" } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  return {
    method,
    url: `http://${headers.host ?? "127.0.0.1"}${url}`,
    headers: {
      get: (name) => {
        const value = headers[name.toLowerCase()];
        return value === undefined ? null : Array.isArray(value) ? value.join(",") : value;
      },
    },
    body: hasBody ? { getReader: () => readerOf(incoming) } : null,
  };
}

function readerOf(incoming: IncomingMessage) {
  const parts = incoming.iterator({ destroyOnReturn: false });
  return {
    read: async () => {
      const { done, value } = await parts.next();
      return done ? { done: true } : { done: false, value: value as Uint8Array };
    },
    releaseLock: () => {
      void parts.return?.();
    },
  };
}

import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { authenticate, mayDo } from "#lib/usecases/access/authenticate-request.ts";
import { isHostAllowed } from "#lib/usecases/access/check-host.ts";
import { HOP_HEADER } from "#lib/usecases/access/hop-header.ts";
import type { Services } from "#lib/usecases/open-services.ts";

interface Guarded {
  readonly services: Services;
  readonly answer: RequestListener;
}

/**
 * What stands before the web framework: the name that the server was called by, the address at the other end of the
 * socket for whoever must know it, and for screens the same sign-in as for the API, asked by the browser's own prompt.
 */
export function guardRequests({ services, answer }: Guarded): RequestListener {
  return (request, response) => {
    const { socket, headers } = request;
    headers[HOP_HEADER] = `${services.hopSecret ?? ""} ${socket.remoteAddress ?? ""}`;
    if (!isHostAllowed(headers.host ?? "", services.allowedHosts)) {
      refuse(response, {
        status: 403,
        text: "This server does not answer for this host name; FAULTLINE_HOSTS names those it does.\n",
      });
      return;
    }
    if (isGuardedElsewhere(request.url ?? "/")) {
      answer(request, response);
      return;
    }
    void guardScreen(request, response, { services, answer });
  };
}

/** The API asks for itself, and files of the build are the same for everybody. */
const isGuardedElsewhere = (url: string): boolean =>
  /^\/(api\/|metrics(\?|$)|_next\/static\/|favicon\.ico|icon\.svg)/.test(url);

async function guardScreen(
  request: IncomingMessage,
  response: ServerResponse,
  { services, answer }: Guarded,
): Promise<void> {
  const settings = await services.auth();
  if (!settings.ok) {
    refuse(response, { status: 503, text: `${settings.error.message}\n` });
    return;
  }
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  };
  const credentials = {
    authorization: request.headers.authorization,
    header,
    remoteAddress: request.socket.remoteAddress,
  };
  const actor = authenticate(credentials, settings.value);
  if (actor.ok && mayDo(actor.value, "read")) {
    answer(request, response);
    return;
  }
  response.setHeader(
    "www-authenticate",
    'Basic realm="Faultline: any name, the token as password", charset="UTF-8"',
  );
  refuse(response, {
    status: 401,
    text: "This Faultline asks for a token: any user name, the token as password.\n",
  });
}

function refuse(
  response: ServerResponse,
  { status, text }: { readonly status: number; readonly text: string },
): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(text);
}

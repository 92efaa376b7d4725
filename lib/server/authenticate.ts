import { timingSafeEqual } from "node:crypto";
import type { Result } from "#lib/kit/result.ts";
import type { Actor } from "#lib/usecases/access/authenticate-request.ts";
import { authenticate } from "#lib/usecases/access/authenticate-request.ts";
import { HOP_HEADER } from "#lib/usecases/access/hop-header.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import type { ApiRequest } from "./api-request.ts";

/** Who sends this request: by token, by the trusted proxy's headers, or anybody where nothing is configured. */
export async function authenticateRequest(
  request: ApiRequest,
  services: Services,
): Promise<Result<Actor, Failure>> {
  const settings = await services.auth();
  if (!settings.ok) return settings;
  return authenticate(
    {
      authorization: request.headers.get("authorization") ?? undefined,
      header: (name) => request.headers.get(name) ?? undefined,
      remoteAddress: remoteAddressOf(request.headers.get(HOP_HEADER), services.hopSecret),
    },
    settings.value,
  );
}

/** Without the secret anybody could claim to be the proxy. */
function remoteAddressOf(hop: string | null, secret: string | undefined): string | undefined {
  if (hop === null || secret === undefined) return undefined;
  const [said = "", address] = hop.split(" ", 2);
  const isSame =
    said.length === secret.length && timingSafeEqual(Buffer.from(said), Buffer.from(secret));
  return isSame ? address : undefined;
}

import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import { isHostAllowed } from "#lib/usecases/access/check-host.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { ApiRequest } from "./api-request.ts";

/**
 * Keeps other sites' pages from writing with the rights of whoever has this one open: a browser sends `Origin` with every
 * request that writes, and programs send none. Without tokens this is the only guard of the loopback address.
 */
export function checkOrigin(
  request: ApiRequest,
  allowedHosts: readonly string[] | undefined,
): Result<void, Failure> {
  const host = request.headers.get("host") ?? new URL(request.url).host;
  if (!isHostAllowed(host, allowedHosts)) {
    return err({
      code: "forbidden",
      message: `this server does not answer for the host ${host}`,
      next: "name it in FAULTLINE_HOSTS if it is meant",
    });
  }
  if (request.method === "GET" || request.method === "HEAD") return ok(undefined);
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const isForeignOrigin = origin !== null && hostOf(origin) !== host;
  const isForeignSite = origin === null && (site === "cross-site" || site === "same-site");
  if (!isForeignOrigin && !isForeignSite) return ok(undefined);
  return err({ code: "forbidden", message: "a page of another site may not write here" });
}

/** `null`, what sandboxed pages send, is nobody's host. */
function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

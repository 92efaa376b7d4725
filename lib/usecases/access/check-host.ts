const LOOPBACK = /^(localhost|([a-z0-9-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * True where a server answers for the name that a client called it by. A page of another site that points a name of its
 * own at 127.0.0.1 gets nothing so. `allowed` absent: any name (a server that asks everybody for a token).
 */
export function isHostAllowed(host: string, allowed: readonly string[] | undefined): boolean {
  if (allowed === undefined || LOOPBACK.test(host)) return true;
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return allowed.some(
    (entry) => entry.toLowerCase() === name || entry.toLowerCase() === host.toLowerCase(),
  );
}

/** True for the addresses that only this machine reaches. */
export const isLoopbackAddress = (address: string): boolean =>
  address === "localhost" || address === "::1" || /^127(\.\d{1,3}){3}$/.test(address);

/** Names from `FAULTLINE_HOSTS`, by commas. */
export const readAllowedHosts = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

import type { Endpoint } from "./endpoint.ts";

export type Match =
  | { readonly kind: "found"; readonly endpoint: Endpoint; readonly params: Record<string, string> }
  | { readonly kind: "wrong-method"; readonly allowed: readonly string[] }
  | { readonly kind: "none" };

/** The endpoint that a method and an undecoded path mean. */
export function matchEndpoint(
  endpoints: readonly Endpoint[],
  { method, path }: { readonly method: string; readonly path: string },
): Match {
  const allowed: string[] = [];
  for (const endpoint of endpoints) {
    const params = matchPath(endpoint.path, path);
    if (!params) continue;
    if (endpoint.method === method || (method === "HEAD" && endpoint.method === "GET")) {
      return { kind: "found", endpoint, params };
    }
    allowed.push(endpoint.method);
  }
  return allowed.length > 0 ? { kind: "wrong-method", allowed } : { kind: "none" };
}

/** A parameter at the end takes the rest, slashes included; one with more behind it takes one part. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const open = pattern.indexOf("{");
  const trimmed = path.length > 1 ? path.replace(/\/$/, "") : path;
  if (open < 0) return trimmed === pattern ? {} : undefined;
  const close = pattern.indexOf("}", open);
  const before = pattern.slice(0, open);
  const behind = pattern.slice(close + 1);
  if (!trimmed.startsWith(before) || !trimmed.endsWith(behind)) return undefined;
  const part = trimmed.slice(before.length, trimmed.length - behind.length);
  if (part === "" || (behind !== "" && part.includes("/"))) return undefined;
  return { [pattern.slice(open + 1, close)]: decodePart(part) };
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

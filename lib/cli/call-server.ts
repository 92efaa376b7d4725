import { gzipSync } from "node:zlib";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import { isFailureCode } from "#lib/usecases/failure.ts";
import type { CliIo } from "./cli-io.ts";

export interface ServerCall {
  readonly server: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the server's address: `/api/v1/impact`. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
}

const COMPRESS_ABOVE = 16_384;

/** Asks a running server; its problem documents come back as the failures that they were there. */
export async function callServer(io: CliIo, call: ServerCall): Promise<Result<string, Failure>> {
  const url = addressOf(call);
  if (!url) {
    return err({
      code: "bad-usage",
      message: `"${call.server}" is not the address of a server`,
      next: "give it as http://HOST:PORT",
    });
  }
  const headers: Record<string, string> = { accept: "application/json" };
  const token = io.env["FAULTLINE_TOKEN"];
  if (token) headers["authorization"] = `Bearer ${token}`;
  const init: RequestInit = { method: call.method, headers };
  if (call.body !== undefined) {
    headers["content-type"] = "application/json";
    const text = JSON.stringify(call.body);
    if (text.length > COMPRESS_ABOVE) headers["content-encoding"] = "gzip";
    init.body = text.length > COMPRESS_ABOVE ? new Uint8Array(gzipSync(text)) : text;
  }
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return response.ok ? ok(text) : err(failureOf(call.server, { status: response.status, text }));
  } catch (error) {
    return err({
      code: "server-unreachable",
      message: `no answer from ${call.server}: ${reasonOf(error)}`,
      next: "check the address, or start one with `faultline serve`",
    });
  }
}

function addressOf(call: ServerCall): URL | undefined {
  try {
    const base = new URL(call.server);
    if (base.protocol !== "http:" && base.protocol !== "https:") return undefined;
    const url = new URL(base.pathname.replace(/\/+$/, "") + call.path, base);
    url.search = call.query?.toString() ?? "";
    return url;
  } catch {
    return undefined;
  }
}

function failureOf(
  server: string,
  { status, text }: { readonly status: number; readonly text: string },
): Failure {
  const problem = parseProblem(text);
  if (problem) return problem;
  const next = "is this the address of a Faultline server?";
  if (status === 401) return { code: "unauthenticated", message: `${server} refuses: 401`, next };
  if (status === 403) return { code: "forbidden", message: `${server} refuses: 403`, next };
  return { code: "server-unreachable", message: `${server} answered ${status}`, next };
}

function parseProblem(text: string): Failure | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== "object" || body === null || !("code" in body)) return undefined;
  const { code, detail, next, candidates, problems } = body as Record<string, unknown>;
  if (typeof code !== "string" || !isFailureCode(code)) return undefined;
  return {
    code,
    message: typeof detail === "string" ? detail : code,
    ...(typeof next === "string" ? { next } : {}),
    ...(Array.isArray(candidates) ? { candidates: candidates.map(String) } : {}),
    ...(Array.isArray(problems) ? { problems } : {}),
  };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error)
    return "code" in cause ? `${String(cause.code)} ${cause.message}` : cause.message;
  return error instanceof Error ? error.message : String(error);
}

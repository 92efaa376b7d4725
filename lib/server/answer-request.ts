import type { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { Actor } from "#lib/usecases/access/authenticate-request.ts";
import { mayDo } from "#lib/usecases/access/authenticate-request.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import type { ApiRequest } from "./api-request.ts";
import { authenticateRequest } from "./authenticate.ts";
import { checkOrigin } from "./check-origin.ts";
import type { Endpoint } from "./endpoint.ts";
import { StatusAnswer } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { matchEndpoint } from "./match-endpoint.ts";
import { readJsonBody } from "./read-body.ts";
import { respondFailure, respondJson, respondText } from "./respond.ts";

/** Answers one request to the API: finds the endpoint, asks who calls, reads the body, and turns every failure into a problem document. */
export async function answerRequest(request: ApiRequest, services: Services): Promise<Response> {
  const began = performance.now();
  const url = new URL(request.url);
  const match = matchEndpoint(ENDPOINTS, { method: request.method, path: url.pathname });
  const route = match.kind === "found" ? match.endpoint.path : "other";
  const response = await answerMatch({ request, services, url, match });
  const labels = { route, method: request.method, status: String(response.status) };
  services.metrics.count("faultline_http_requests_total", labels);
  services.metrics.observe("faultline_http_request_seconds", (performance.now() - began) / 1000, {
    route,
  });
  return response;
}

async function answerMatch({
  request,
  services,
  url,
  match,
}: {
  readonly request: ApiRequest;
  readonly services: Services;
  readonly url: URL;
  readonly match: ReturnType<typeof matchEndpoint>;
}): Promise<Response> {
  const origin = checkOrigin(request, services.allowedHosts);
  if (!origin.ok) return respondFailure(origin.error);
  if (match.kind === "none") {
    return respondFailure({
      code: "not-found",
      message: `there is nothing at ${url.pathname}`,
      next: "/api/v1/openapi.json lists what there is",
    });
  }
  if (match.kind === "wrong-method") {
    const response = respondFailure({
      code: "method-not-allowed",
      message: `${url.pathname} answers to ${match.allowed.join(", ")}, not to ${request.method}`,
    });
    response.headers.set("allow", match.allowed.join(", "));
    return response;
  }
  const { endpoint, params } = match;
  const outcome = await callEndpoint({ request, services, url, endpoint, params });
  if (!outcome.ok) return respondFailure(outcome.error);
  return respondWith(endpoint, outcome.value);
}

function respondWith(endpoint: Endpoint, value: unknown): Response {
  if (value instanceof StatusAnswer) {
    if (value.body === null) return new Response(null, { status: value.status });
    return respondJson(value.body, value.status);
  }
  if (value instanceof Response) return value;
  const { status, schema, type } = endpoint.answer;
  if (schema === null) return new Response(null, { status });
  if (type !== undefined && typeof value === "string") return respondText(value, type);
  return respondJson(value, status);
}

async function callEndpoint({
  request,
  services,
  url,
  endpoint,
  params,
}: {
  readonly request: ApiRequest;
  readonly services: Services;
  readonly url: URL;
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
}): Promise<Result<unknown, Failure>> {
  const actor = await allow({ request, services, endpoint });
  if (!actor.ok) return actor;
  const body = await readCheckedBody(request, endpoint);
  if (!body.ok) return body;
  const query = checkQuery(endpoint, url.searchParams);
  if (!query.ok) return query;
  try {
    return await endpoint.handle({
      services,
      actor: actor.value,
      params,
      query: url.searchParams,
      origin: url.origin,
      body: body.value,
    });
  } catch (error) {
    // A bug: say so without the stack, which is for the log.
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`faultline: ${endpoint.method} ${endpoint.path}: ${stackOf(error)}\n`);
    return err({ code: "internal", message });
  }
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const ANYBODY: Actor = { kind: "local", name: "anybody", teams: [], scopes: [] };

async function allow({
  request,
  services,
  endpoint,
}: {
  readonly request: ApiRequest;
  readonly services: Services;
  readonly endpoint: Endpoint;
}): Promise<Result<Actor, Failure>> {
  if (endpoint.scope === "public") return ok(ANYBODY);
  const actor = await authenticateRequest(request, services);
  if (!actor.ok || mayDo(actor.value, endpoint.scope)) return actor;
  return err({
    code: "forbidden",
    message: `${actor.value.name} may not do this: it takes the scope "${endpoint.scope}"`,
    next: `make a token with --scope ${endpoint.scope}`,
  });
}

async function readCheckedBody(
  request: ApiRequest,
  { body }: Endpoint,
): Promise<Result<unknown, Failure>> {
  if (!body) return ok(undefined);
  const value = await readJsonBody(request, body.limits);
  if (!value.ok) return value;
  const checked = body.schema.safeParse(value.value);
  if (checked.success) return ok(checked.data);
  return err({ code: "wrong-shape", message: describeIssues(checked.error) });
}

const SHOWN_ISSUES = 5;

function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, SHOWN_ISSUES)
    .map((issue) => `${issue.path.map(String).join(".") || "the body"}: ${issue.message}`)
    .join("; ");
}

function checkQuery(endpoint: Endpoint, query: URLSearchParams): Result<void, Failure> {
  for (const [name, { required }] of Object.entries(endpoint.query ?? {})) {
    if (required && query.get(name) === null) {
      return err({ code: "bad-usage", message: `the parameter "${name}" is missing` });
    }
  }
  return ok(undefined);
}

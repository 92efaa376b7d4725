import type { z } from "zod";
import type { Result } from "#lib/kit/result.ts";
import type { Actor } from "#lib/usecases/access/authenticate-request.ts";
import type { Scope } from "#lib/usecases/access/manage-tokens.ts";
import type { Failure } from "#lib/usecases/failure.ts";
import type { Services } from "#lib/usecases/open-services.ts";
import type { BodyLimits } from "./read-body.ts";

/** One address of the API. Routing, the check of scopes, the OpenAPI document and its test all read this. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/api/v1/assets/{id}`; a parameter at the end takes the rest, slashes included, one before the end one part. */
  readonly path: string;
  /** What a caller must be allowed; `public`: nothing. */
  readonly scope: Scope | "public";
  readonly summary: string;
  readonly query?: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean }>
  >;
  readonly body?: { readonly schema: z.ZodType; readonly limits: BodyLimits };
  /** Status and shape of the answer when all is well; null: no body. */
  readonly answer: {
    readonly status: number;
    readonly schema: z.ZodType | null;
    readonly type?: string;
  };
  /** Gives the body of the answer, or a whole response where the status is not always the same. */
  readonly handle: (call: ApiCall) => Promise<Result<unknown, Failure>>;
}

export interface ApiCall {
  readonly services: Services;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Scheme and host that were asked, without a slash at the end. */
  readonly origin: string;
  /** Parsed and, where the endpoint has a schema, checked. */
  readonly body: unknown;
}

/** An answer with a status of its own. */
export class StatusAnswer {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

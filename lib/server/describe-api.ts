import { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { problemDocumentSchema } from "./impact-schemas.ts";

/** The OpenAPI 3.1 document, from the same table that routes requests, so that it cannot speak of another API. */
export function describeApi(endpoints: readonly Endpoint[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const path = paths[endpoint.path] ?? {};
    paths[endpoint.path] = path;
    path[endpoint.method.toLowerCase()] = describeOperation(endpoint);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Faultline",
      version: process.env["FAULTLINE_VERSION"] ?? "0.0.0-source",
      description: "Data lineage, and what breaks when a column changes.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Problem: toJsonSchema(problemDocumentSchema, "output") },
    },
  };
}

function describeOperation(endpoint: Endpoint): Record<string, unknown> {
  const { answer, body, scope, summary } = endpoint;
  const type = answer.type?.split(";")[0] ?? "application/json";
  return {
    summary,
    operationId: operationIdOf(endpoint),
    security: scope === "public" ? [] : [{ token: [scope] }, {}],
    parameters: [...pathParameters(endpoint), ...queryParameters(endpoint)],
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: toJsonSchema(body.schema, "input") } },
          },
        }
      : {}),
    responses: {
      [String(answer.status)]: {
        description: "the answer",
        ...(answer.schema === null
          ? {}
          : { content: { [type]: { schema: toJsonSchema(answer.schema, "output") } } }),
      },
      default: {
        description: "a problem document",
        content: {
          "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
        },
      },
    },
  };
}

/** `getAssetsId`, `postLineageBatch`: stable names for generated clients. */
const operationIdOf = ({ method, path }: Endpoint): string =>
  method.toLowerCase() +
  path
    .replace("/api/v1", "")
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== "")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

const pathParameters = ({ path }: Endpoint): readonly unknown[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

const queryParameters = ({ query }: Endpoint): readonly unknown[] =>
  Object.entries(query ?? {}).map(([name, { description, required }]) => ({
    name,
    in: "query",
    required: required === true,
    description,
    schema: { type: "string" },
  }));

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

/** Events as producers send them, for tests: only what the test is about has to be said. */
export interface EventParts {
  readonly time?: string;
  readonly state?: string;
  readonly runId?: string;
  readonly job?: string;
  readonly jobFacets?: Readonly<Record<string, unknown>>;
  readonly runFacets?: Readonly<Record<string, unknown>>;
  readonly inputs?: readonly unknown[];
  readonly outputs?: readonly unknown[];
}

export function runEvent(parts: EventParts): Record<string, unknown> {
  return {
    eventTime: parts.time ?? "2026-03-02T02:00:00Z",
    eventType: parts.state ?? "COMPLETE",
    producer: "https://github.com/OpenLineage/OpenLineage/tree/1.53.0/integration/spark",
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    run: {
      runId: parts.runId ?? "0195528a-1f5a-7c3b-8d4e-5f6a7b8c9d0e",
      facets: parts.runFacets ?? {},
    },
    job: { namespace: "etl", name: parts.job ?? "load_orders", facets: parts.jobFacets ?? {} },
    inputs: parts.inputs ?? [],
    outputs: parts.outputs ?? [],
  };
}

export const dataset = (
  name: string,
  facets: Readonly<Record<string, unknown>> = {},
  namespace = "postgres://db:5432",
): Record<string, unknown> => ({
  namespace,
  name,
  facets,
});

/** `schema("id BIGINT", "amt")` */
export function schema(...fields: readonly string[]): Record<string, unknown> {
  return {
    fields: fields.map((field) => {
      const [name, type] = field.split(" ");
      return type === undefined ? { name } : { name, type };
    }),
  };
}

/** One input of a column: `input("shop.raw.orders", "amt", "DIRECT", "IDENTITY")`. */
export function input(
  name: string,
  field: string,
  type?: string,
  subtype?: string,
  masking?: boolean,
): Record<string, unknown> {
  const transformations = type === undefined ? [] : [{ type, subtype, masking: masking === true }];
  return { namespace: "postgres://db:5432", name, field, transformations };
}

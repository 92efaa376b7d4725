import type { PropertyShape } from "./contract-shape.ts";

/** One property in both versions of a contract. */
export interface Both {
  readonly object: string;
  readonly path: string;
  readonly before: PropertyShape;
  readonly after: PropertyShape;
}

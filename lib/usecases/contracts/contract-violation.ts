import type { ContractSeverity } from "#lib/ingest/contract/contract-change.ts";

/** A promise that what was observed does not keep, or that nothing was observed to hold it to. */
export interface ContractViolation {
  /** `orders.email`. */
  readonly path: string;
  /** Stable: `column-missing`, `type-differs`, `nulls-found` … */
  readonly rule: string;
  readonly severity: ContractSeverity;
  /** A sentence. */
  readonly what: string;
  readonly promised?: string;
  readonly observed?: string;
  readonly asset?: string;
}

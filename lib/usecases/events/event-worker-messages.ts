import type { Failure } from "../failure.ts";
import type { Projected } from "./project-events.ts";

/** What the thread that takes events in is started with. */
export interface WorkerSetup {
  readonly storeUrl: string;
  readonly inboxFolder: string;
  readonly configPath: string;
}

export type WorkerRequest =
  | { readonly kind: "wake" }
  /** Answered with the same when nothing waits any more. */
  | { readonly kind: "settle"; readonly id: number }
  /** Answered with the same between two groups; nothing is written until `resume`. */
  | { readonly kind: "pause"; readonly id: number }
  | { readonly kind: "resume" }
  | { readonly kind: "close"; readonly id: number };

export type WorkerAnswer =
  | Extract<WorkerRequest, { readonly id: number }>
  | { readonly kind: "projected"; readonly projected: Projected }
  | { readonly kind: "failed"; readonly failure: Failure };

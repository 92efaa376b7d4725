import type { ChangeKind } from "#lib/impact/change.ts";

/** An incident of before, as the tool that kept it tells it. Times are ISO 8601. */
export interface PastIncident {
  /** Of the tool: `SHOP-12`, `Q1X2`; importing it again replaces it. */
  readonly id: string;
  readonly tool: "csv" | "pagerduty" | "jira";
  readonly title: string;
  readonly openedAt: string;
  /** When somebody took it, when the cause was known, when it was over. */
  readonly acknowledgedAt?: string;
  readonly causeKnownAt?: string;
  readonly resolvedAt?: string;
  readonly severity?: string;
  /** Service, component or team. */
  readonly domain?: string;
  readonly text?: string;
  /** Where the export says so itself. */
  readonly cause?: {
    readonly asset?: string;
    readonly column?: string;
    readonly kind?: ChangeKind;
  };
}

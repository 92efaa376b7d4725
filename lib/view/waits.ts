/** Something that waits for somebody: an answer to a change, an objection that holds one up, an incident that is open. */
export interface Wait {
  readonly kind: "answer" | "objection" | "incident";
  /** `REV-7`, `INC-3`. */
  readonly id: string;
  readonly title: string;
  /** The team that is asked, or that objects; absent: nobody owns it, or it is an incident. */
  readonly owner?: string;
  /** Domains that it is about, in order. */
  readonly domains: readonly string[];
  /** ISO 8601. */
  readonly since: string;
  readonly workingDays: number;
  /** It has waited for so long that the deciding role may answer. */
  readonly isDue: boolean;
  /** Of an objection, or of who asked for time. */
  readonly reason?: string;
  readonly severity?: string;
  /** Of an incident: domains that are hit and have not said that they saw it. */
  readonly unseenBy?: readonly string[];
}

export interface WaitsPage {
  /** By kind, what has waited longest first; incidents by their severity. */
  readonly waits: readonly Wait[];
  /** ISO 8601, by the clock of the server. */
  readonly now: string;
}

/** The domains that something waits for, in order. */
export const domainsOfWaits = (waits: readonly Wait[]): readonly string[] =>
  [...new Set(waits.flatMap(({ domains }) => domains))].sort();

/** What waits for a domain; absent: for anybody. */
export const waitsOf = (waits: readonly Wait[], domain: string | undefined): readonly Wait[] =>
  domain === undefined ? waits : waits.filter(({ domains }) => domains.includes(domain));

/** Something to be told to somebody: of a review, of an incident. */
export interface OutboxMessage {
  /** What it is told for: the same key is told once, however often it is posted. */
  readonly key: string;
  /** `review.asked`, `review.reminded`, `incident.opened`: channels choose by it, or by the part before the dot. */
  readonly kind: string;
  /** What it is about: `REV-7`. */
  readonly subject: string;
  readonly audience: Audience;
  /** One line. */
  readonly title: string;
  /** Short paragraphs. */
  readonly lines: readonly string[];
  /** Of the page, below the address of the server: `/changes/REV-7`. */
  readonly path: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Whom it concerns. Without an owner and without a domain: everybody who listens. */
export interface Audience {
  readonly owner?: string;
  readonly domain?: string;
}

/** A message on its way through one channel. */
export interface Delivery {
  readonly message: OutboxMessage;
  readonly channel: string;
  /**
   * `sending`: handed to the network, nobody has said yet how it went. `unclear`: the process ended in that moment, so it
   * may have arrived; it is not sent again by itself. `given_up`: refused, or tried too often.
   */
  readonly state: "waiting" | "sending" | "sent" | "unclear" | "given_up";
  readonly attempts: number;
  /** ISO 8601: not before. */
  readonly nextAt: string;
  /** ISO 8601: while `sending`, the process that has it is taken for dead after this. */
  readonly leasedUntil?: string;
  readonly sentAt?: string;
  readonly lastProblem?: string;
}

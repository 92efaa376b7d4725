/** Thrown where a plan or its contraction outgrows what a statement may cost; caught where the statement is answered. */
export class PlanLimitError extends RangeError {
  constructor(message: string) {
    super(message);
    this.name = "PlanLimitError";
  }
}

/** Columns that stars may expand to in one statement: CTEs that double `select *, *` grow without end. */
export const MAX_STAR_COLUMNS = 150_000;

/** Pairs of output and source column that are worked out for one statement. */
export const MAX_CONTRACTED = 1_000_000;

/** Counts down; throws when nothing is left. */
export class Allowance {
  #left: number;
  readonly #what: string;

  constructor(amount: number, what: string) {
    this.#left = amount;
    this.#what = `${amount} ${what}`;
  }

  take(amount: number): void {
    this.#left -= amount;
    if (this.#left < 0) throw new PlanLimitError(`the SQL has more than ${this.#what}`);
  }
}

import { type Driver, int, type ManagedTransaction, type RecordShape } from "neo4j-driver";
import { err, type Result } from "#lib/kit/result.ts";
import type { StoreError } from "../store-error.ts";
import { describeNeo4jError } from "./neo4j-error.ts";

export type Parameters = Readonly<Record<string, unknown>>;

/** A failure that the caller of a transaction should see as it is, and that no retry mends. */
export class StoreFailure extends Error {
  readonly error: StoreError;

  constructor(error: StoreError) {
    super(error.message);
    this.error = error;
  }
}

/** Sessions and managed transactions (retried by the driver) over one driver; failures come back as values. */
export class Neo4jAccess {
  readonly label: string;
  readonly #driver: Driver;
  readonly #database: string | undefined;

  constructor({ label, driver, database }: { label: string; driver: Driver; database?: string }) {
    this.label = label;
    this.#driver = driver;
    this.#database = database;
  }

  read<T>(work: (tx: ManagedTransaction) => Promise<T>): Promise<T> {
    return this.#inSession("READ", (session) => session.executeRead(work));
  }

  /** `work` may run more than once: it must not change anything outside of the transaction. */
  write<T>(work: (tx: ManagedTransaction) => Promise<T>): Promise<T> {
    return this.#inSession("WRITE", (session) => session.executeWrite(work));
  }

  /** Runs the task and turns what it throws into the port's errors. */
  async attempt<T>(task: () => Promise<Result<T, StoreError>>): Promise<Result<T, StoreError>> {
    try {
      return await task();
    } catch (thrown) {
      if (thrown instanceof StoreFailure) return err(thrown.error);
      return err(describeNeo4jError(thrown, this.label));
    }
  }

  close(): Promise<void> {
    return this.#driver.close();
  }

  async #inSession<T>(
    mode: "READ" | "WRITE",
    work: (session: ReturnType<Driver["session"]>) => Promise<T>,
  ): Promise<T> {
    const session = this.#driver.session({
      defaultAccessMode: mode,
      ...(this.#database === undefined ? {} : { database: this.#database }),
    });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }
}

/** The rows that a statement gives, as plain objects. */
export async function rowsOf<Row extends RecordShape>(
  tx: ManagedTransaction,
  statement: string,
  parameters: Parameters = {},
): Promise<readonly Row[]> {
  const result = await tx.run(statement, parameters);
  return result.records.map((record) => record.toObject() as Row);
}

/** JavaScript numbers travel as floats unless they are said to be whole. */
export const whole = (value: number): unknown => int(value);

import { randomFrom, shuffle } from "../random.ts";

/** A sample in which each kind of change has its share. Changes that do nothing to the data do not count. */
export class Drawn {
  readonly #most: number | undefined;
  readonly #counts = new Map<string, number>();

  constructor(most: number | undefined) {
    this.#most = most;
  }

  order = <T>(all: readonly T[]): readonly T[] =>
    this.#most === undefined ? all : shuffle(all, randomFrom(1));

  isEnough = (kind: string): boolean =>
    this.#most !== undefined && (this.#counts.get(kind) ?? 0) >= this.#most;

  add(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }
}

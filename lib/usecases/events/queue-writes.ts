import { setTimeout as sleep } from "node:timers/promises";
import type { Result } from "#lib/kit/result.ts";
import { err } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";

/** One request's share of a group: how heavy it is, and what to tell its sender. */
interface Waiting<T, R> {
  readonly item: T;
  readonly weight: number;
  readonly settle: (outcome: Result<R, Failure>) => void;
}

export interface WriteQueue<T, R> {
  /** Resolves once the item is durable, or says why it is not. Over the limit it is refused at once with `busy`. */
  readonly submit: (item: T, weight: number) => Promise<Result<R, Failure>>;
  /** Weight that waits now. */
  readonly waiting: () => number;
  /** Resolves when everything that was accepted has been answered. */
  readonly drain: () => Promise<void>;
}

/**
 * Groups writes: while one group is being committed the next one gathers, so a thousand small events cost a few
 * transactions and each sender still hears only what is durable. A group that fails as a whole is tried again one by
 * one, so that a single item cannot spoil its neighbours.
 */
export function createWriteQueue<T, R>(options: {
  /** Outcomes in the order of the items. */
  readonly write: (items: readonly T[]) => Promise<Result<readonly R[], Failure>>;
  readonly maxGroupWeight: number;
  readonly maxWaitingWeight: number;
  /** How long the first item of a group waits for others, in milliseconds. Default: until the next turn. */
  readonly gatherMs?: number;
}): WriteQueue<T, R> {
  const { write, maxGroupWeight, maxWaitingWeight, gatherMs } = options;
  const line: Waiting<T, R>[] = [];
  let weightInLine = 0;
  let running: Promise<void> | undefined;

  const takeGroup = (): Waiting<T, R>[] => {
    const group: Waiting<T, R>[] = [];
    let weight = 0;
    for (let next = line[0]; next; next = line[0]) {
      if (group.length > 0 && weight + next.weight > maxGroupWeight) break;
      line.shift();
      weight += next.weight;
      group.push(next);
    }
    return group;
  };

  const writeGroup = async (group: readonly Waiting<T, R>[]): Promise<void> => {
    const outcome = await writeSafely(group.map((entry) => entry.item));
    if (outcome.ok) {
      group.forEach((entry, i) => {
        entry.settle({ ok: true, value: outcome.value[i] as R });
      });
      return;
    }
    if (group.length === 1 || isTransient(outcome.error)) {
      for (const entry of group) entry.settle(outcome);
      return;
    }
    for (const entry of group) await writeGroup([entry]);
  };

  const writeSafely = async (items: readonly T[]): Promise<Result<readonly R[], Failure>> => {
    try {
      return await write(items);
    } catch (error) {
      // A bug in a reader must answer its sender, not leave all later ones waiting.
      return err({
        code: "internal",
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };

  const run = async (): Promise<void> => {
    while (line.length > 0) {
      if (gatherMs !== undefined) await sleep(gatherMs);
      const group = takeGroup();
      await writeGroup(group);
      for (const entry of group) weightInLine -= entry.weight;
    }
    running = undefined;
  };

  return {
    submit: (item, weight) => {
      if (weightInLine > 0 && weightInLine + weight > maxWaitingWeight) {
        return Promise.resolve(
          err({
            code: "busy" as const,
            message: "more events arrive than can be written",
            next: "send it again in a moment",
          }),
        );
      }
      weightInLine += weight;
      return new Promise((settle) => {
        line.push({ item, weight, settle });
        // The group is taken on the next turn, so that requests which came in together are written together.
        running ??= Promise.resolve().then(run);
      });
    },
    waiting: () => weightInLine,
    drain: async () => {
      while (running) await running;
    },
  };
}

const isTransient = (failure: Failure): boolean =>
  failure.code === "unreachable" || failure.code === "no-space" || failure.code === "refused";

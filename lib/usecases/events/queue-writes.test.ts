import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Result } from "#lib/kit/result.ts";
import type { Failure } from "../failure.ts";
import { createWriteQueue } from "./queue-writes.ts";

const busyFailure: Failure = { code: "wrong-shape", message: "spoilt" };

/** A store that takes groups and refuses those that hold a spoilt item. */
function recorder() {
  const groups: (readonly number[])[] = [];
  const write = async (items: readonly number[]): Promise<Result<readonly number[], Failure>> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (items.some((item) => item < 0)) return { ok: false, error: busyFailure };
    groups.push(items);
    return { ok: true, value: items.map((item) => item * 10) };
  };
  return { groups, write };
}

describe("the queue before the store", () => {
  it("writes what arrives while it is writing as one group, in order", async () => {
    const { groups, write } = recorder();
    const queue = createWriteQueue({ write, maxGroupWeight: 100, maxWaitingWeight: 1_000 });
    const answers = await Promise.all([1, 2, 3, 4].map((item) => queue.submit(item, 1)));
    expect(answers).toEqual([10, 20, 30, 40].map((value) => ({ ok: true, value })));
    expect(groups.flat()).toEqual([1, 2, 3, 4]);
    expect(groups.length).toBeLessThan(4);
  });

  it("keeps a spoilt item from spoiling its neighbours", async () => {
    const { write } = recorder();
    const queue = createWriteQueue({ write, maxGroupWeight: 100, maxWaitingWeight: 1_000 });
    const answers = await Promise.all([1, -2, 3].map((item) => queue.submit(item, 1)));
    expect(answers.map(({ ok }) => ok)).toEqual([true, false, true]);
  });

  it("refuses at once what is over the limit, and takes more when it has caught up", async () => {
    const { write } = recorder();
    const queue = createWriteQueue({ write, maxGroupWeight: 10, maxWaitingWeight: 20 });
    const accepted = [queue.submit(1, 15), queue.submit(2, 5)];
    expect(await queue.submit(3, 1)).toMatchObject({ ok: false, error: { code: "busy" } });
    await Promise.all(accepted);
    await queue.drain();
    expect(queue.waiting()).toBe(0);
    expect(await queue.submit(3, 1)).toMatchObject({ ok: true });
  });

  it("answers the sender when the writer itself fails", async () => {
    const queue = createWriteQueue<number, number>({
      write: () => Promise.reject(new Error("a bug")),
      maxGroupWeight: 10,
      maxWaitingWeight: 20,
    });
    expect(await queue.submit(1, 1)).toMatchObject({ ok: false, error: { code: "internal" } });
    expect(await queue.submit(2, 1)).toMatchObject({ ok: false, error: { code: "internal" } });
  });

  it("answers everybody once with their own outcome, whatever arrives when", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 50 }), fc.integer({ min: 1, max: 9 })), {
          maxLength: 40,
        }),
        async (arrivals) => {
          const { groups, write } = recorder();
          const queue = createWriteQueue({ write, maxGroupWeight: 12, maxWaitingWeight: 60 });
          const answers = await Promise.all(
            arrivals.map(([item, weight]) => queue.submit(item, weight)),
          );
          answers.forEach((answer, i) => {
            const item = arrivals[i]?.[0] ?? 0;
            if (answer.ok) expect(answer.value).toBe(item * 10);
            else expect(item < 0 || answer.error.code === "busy").toBe(true);
          });
          const written = answers.filter(({ ok }) => ok).length;
          expect(groups.flat().length).toBe(written);
          await queue.drain();
          expect(queue.waiting()).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});

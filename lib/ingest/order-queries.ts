/** A thing to do and the ones that have to be done before. */
export interface Step {
  readonly id: string;
  readonly needs: readonly string[];
}

/**
 * Steps so that what is needed comes first, ties in the given order. Steps in circles, and those that wait for them,
 * come last in the given order; `circles` names the ones that are in a circle. Linear.
 */
export function orderSteps(steps: readonly Step[]): {
  readonly order: readonly number[];
  readonly circles: readonly string[];
} {
  const at = new Map(steps.map((step, index) => [step.id, index]));
  const waiting = steps.map(() => 0);
  const needed: number[][] = steps.map(() => []);
  for (const [index, step] of steps.entries()) {
    for (const need of new Set(step.needs)) {
      const other = at.get(need);
      if (other === undefined || other === index) continue;
      needed[other]?.push(index);
      waiting[index] = (waiting[index] ?? 0) + 1;
    }
  }
  const order: number[] = [];
  for (const [index, count] of waiting.entries()) if (count === 0) order.push(index);
  for (let next = 0; next < order.length; next += 1) {
    for (const later of needed[order[next] ?? 0] ?? []) {
      const left = (waiting[later] ?? 0) - 1;
      waiting[later] = left;
      if (left === 0) order.push(later);
    }
  }
  const done = new Set(order);
  const rest = steps.flatMap((_step, index) => (done.has(index) ? [] : [index]));
  const circles = inCircles(rest, needed).map((index) => steps[index]?.id ?? "");
  return { order: [...order, ...rest], circles };
}

/** Of steps that wait, those that others in turn wait for: what only hangs below a circle is peeled off from the end. */
function inCircles(rest: readonly number[], needed: readonly (readonly number[])[]): number[] {
  const left = new Set(rest);
  const readers = new Map(
    rest.map((index) => [index, (needed[index] ?? []).filter((one) => left.has(one)).length]),
  );
  const feeds = new Map<number, number[]>();
  for (const index of rest) {
    for (const later of needed[index] ?? []) {
      if (left.has(later)) feeds.set(later, [...(feeds.get(later) ?? []), index]);
    }
  }
  const queue = rest.filter((index) => readers.get(index) === 0);
  for (const index of queue) {
    left.delete(index);
    for (const feeder of feeds.get(index) ?? []) {
      const count = (readers.get(feeder) ?? 0) - 1;
      readers.set(feeder, count);
      if (count === 0) queue.push(feeder);
    }
  }
  return [...left];
}

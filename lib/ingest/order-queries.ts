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
  const needs = indexNeeds(steps);
  const neededBy = reverse(needs);
  const order = peel(needs, neededBy);
  const done = new Set(order);
  const rest = steps.flatMap((_step, index) => (done.has(index) ? [] : [index]));
  const ends = new Set(peel(restrict(neededBy, done), restrict(needs, done)));
  const circles = rest.filter((index) => !ends.has(index)).map((index) => steps[index]?.id ?? "");
  return { order: [...order, ...rest], circles };
}

type Links = readonly (readonly number[])[];

function indexNeeds(steps: readonly Step[]): Links {
  const at = new Map(steps.map((step, index) => [step.id, index]));
  return steps.map((step, index) => {
    const found = [...new Set(step.needs)].map((need) => at.get(need));
    return found.filter((one) => one !== undefined && one !== index) as number[];
  });
}

function reverse(links: Links): Links {
  const turned: number[][] = links.map(() => []);
  for (const [index, list] of links.entries()) for (const other of list) turned[other]?.push(index);
  return turned;
}

const restrict = (links: Links, without: ReadonlySet<number>): Links =>
  links.map((list, index) => (without.has(index) ? [] : list.filter((one) => !without.has(one))));

/** Takes off, again and again, what waits for nothing any more; gives it in that order. */
function peel(waitsFor: Links, releases: Links): number[] {
  const left = waitsFor.map((list) => list.length);
  const taken = left.flatMap((count, index) => (count === 0 ? [index] : []));
  for (const index of taken) {
    for (const later of releases[index] ?? []) {
      const count = (left[later] ?? 0) - 1;
      left[later] = count;
      if (count === 0) taken.push(later);
    }
  }
  return taken;
}

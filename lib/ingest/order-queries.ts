/** A thing to do and the ones that have to be done before. */
export interface Step {
  readonly id: string;
  readonly needs: readonly string[];
}

/**
 * Steps so that what is needed comes first, ties in the given order. What is left then hangs on circles: it comes circle by
 * circle, each in the given order, before what waits for it. `circles` names the steps that are in one. Linear.
 */
export function orderSteps(steps: readonly Step[]): {
  readonly order: readonly number[];
  readonly circles: readonly string[];
} {
  const needs = indexNeeds(steps);
  const order = peel(needs, reverse(needs));
  const done = new Set(order);
  const groups = order.length < steps.length ? groupByCircle(needs, done) : [];
  const circles = groups
    .filter((group) => group.length > 1)
    .flat()
    .sort((a, b) => a - b)
    .map((index) => steps[index]?.id ?? "");
  return { order: [...order, ...groups.flat()], circles };
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

/**
 * The strongly connected groups of what is not done, what is needed before what needs it (Tarjan's algorithm, with a stack
 * of its own: a chain of models may be longer than the call stack is deep).
 */
function groupByCircle(needs: Links, done: ReadonlySet<number>): number[][] {
  const walk: CircleWalk = { needs, done, seen: new Map(), low: new Map(), open: [], groups: [] };
  for (const index of needs.keys()) {
    if (!done.has(index) && !walk.seen.has(index)) visitFrom(index, walk);
  }
  return walk.groups;
}

interface CircleWalk {
  readonly needs: Links;
  readonly done: ReadonlySet<number>;
  /** When a step was first come to. */
  readonly seen: Map<number, number>;
  /** The earliest step that a step leads back to; absent once its group is closed. */
  readonly low: Map<number, number>;
  readonly open: number[];
  readonly groups: number[][];
}

function visitFrom(root: number, walk: CircleWalk): void {
  const path: { readonly index: number; next: number }[] = [enter(root, walk)];
  for (let top = path.at(-1); top; top = path.at(-1)) {
    const need = walk.needs[top.index]?.[top.next];
    top.next += 1;
    if (need === undefined) {
      path.pop();
      leave(top.index, path.at(-1)?.index, walk);
    } else if (!walk.done.has(need) && !walk.seen.has(need)) path.push(enter(need, walk));
    else if (walk.low.has(need)) lower(top.index, walk.seen.get(need) ?? 0, walk);
  }
}

function enter(
  index: number,
  { seen, low, open }: CircleWalk,
): { readonly index: number; next: number } {
  seen.set(index, seen.size);
  low.set(index, seen.size - 1);
  open.push(index);
  return { index, next: 0 };
}

function leave(index: number, above: number | undefined, walk: CircleWalk): void {
  const { seen, low, open, groups } = walk;
  const reached = low.get(index) ?? 0;
  if (above !== undefined) lower(above, reached, walk);
  if (reached !== seen.get(index)) return;
  const group = open.splice(open.lastIndexOf(index)).sort((a, b) => a - b);
  for (const one of group) low.delete(one);
  groups.push(group);
}

function lower(index: number, reached: number, { low }: CircleWalk): void {
  low.set(index, Math.min(low.get(index) ?? reached, reached));
}

/** What is broken once a set of changes has been made; changes by their numbers. */
export type HarmOf = (changes: readonly number[]) => ReadonlySet<string>;

export interface OrderedStep {
  /** Number of the change, from 0. */
  readonly change: number;
  /** What breaks with this step and did not before. */
  readonly breaks: readonly string[];
  /** How many are broken after it. */
  readonly broken: number;
}

/** More changes than this are ordered one by one and not all against all: sets double with each. */
const MOST_EXACT = 5;

/**
 * The order in which to make changes so that as little as possible is broken for as long as possible: of all orders one
 * with the least sum of what is broken after each step. Of more than a few changes, the next is always the one that
 * breaks the least.
 */
export function orderChanges(count: number, harmOf: HarmOf): readonly OrderedStep[] {
  const known = new Map<string, ReadonlySet<string>>();
  const harm = (set: readonly number[]): ReadonlySet<string> => {
    const key = [...set].sort((a, b) => a - b).join();
    const found = known.get(key) ?? harmOf(key === "" ? [] : key.split(",").map(Number));
    known.set(key, found);
    return found;
  };
  const order = count <= MOST_EXACT ? bestOrder(count, harm) : greedyOrder(count, harm);
  return order.map((change, at) => {
    const before = harm(order.slice(0, at));
    const after = harm(order.slice(0, at + 1));
    return {
      change,
      breaks: [...after].filter((name) => !before.has(name)).sort(),
      broken: after.size,
    };
  });
}

/** Over all sets, each reached from its best smaller one. */
function bestOrder(count: number, harm: HarmOf): readonly number[] {
  let reached = new Map<string, { readonly order: readonly number[]; readonly cost: number }>([
    ["", { order: [], cost: 0 }],
  ]);
  for (let size = 0; size < count; size += 1) {
    const next: typeof reached = new Map();
    for (const { order, cost } of reached.values()) {
      for (let change = 0; change < count; change += 1) {
        if (order.includes(change)) continue;
        const longer = [...order, change];
        const key = [...longer].sort((a, b) => a - b).join();
        const total = cost + harm(longer).size;
        const known = next.get(key);
        if (known === undefined || total < known.cost)
          next.set(key, { order: longer, cost: total });
      }
    }
    reached = next;
  }
  const [best] = reached.values();
  return best?.order ?? [];
}

function greedyOrder(count: number, harm: HarmOf): readonly number[] {
  const order: number[] = [];
  while (order.length < count) {
    let best: { readonly change: number; readonly size: number } | undefined;
    for (let change = 0; change < count; change += 1) {
      if (order.includes(change)) continue;
      const { size } = harm([...order, change]);
      if (best === undefined || size < best.size) best = { change, size };
    }
    if (best === undefined) break;
    order.push(best.change);
  }
  return order;
}

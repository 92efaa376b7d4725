import { compareText } from "#lib/kit/compare-text.ts";
/** How much one domain is read by another. */
export interface Flow {
  readonly of: string;
  readonly by: string;
  /** Columns, above 0. */
  readonly weight: number;
}

/**
 * Those that are read before those that read them: a topological order where no domain reads back. Where some do, the one
 * that is read the most beyond what it reads comes next, so that what lies against the order is little (the greedy way of
 * Eades, Lin and Smyth, 1993). Among equals the more read first, then by name; who neither reads nor is read comes last.
 * O(domains² + flows · domains), deterministic.
 */
export function orderByFlow(domains: readonly string[], flows: readonly Flow[]): string[] {
  const coupled = new Set(flows.flatMap(({ of, by }) => [of, by]));
  const balance = balanceOf(domains, flows);
  const left = new Set([...domains].filter((domain) => coupled.has(domain)).sort(compareText));
  const ordered: string[] = [];
  let among = flows.filter(({ of, by }) => of !== by && left.has(of) && left.has(by));
  while (left.size > 0) {
    const reading = new Set(among.map(({ by }) => by));
    const free = [...left].filter((domain) => !reading.has(domain));
    const choice = free.length > 0 ? free : [...left];
    const weight = free.length > 0 ? balance : balanceOf(choice, among);
    const [next = ""] = choice.sort((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0));
    ordered.push(next);
    left.delete(next);
    among = among.filter(({ of, by }) => of !== next && by !== next);
  }
  return [...ordered, ...domains.filter((domain) => !coupled.has(domain)).sort(compareText)];
}

/** What is read of each beyond what it reads. */
function balanceOf(domains: readonly string[], flows: readonly Flow[]): Map<string, number> {
  const balance = new Map(domains.map((domain) => [domain, 0]));
  for (const { of, by, weight } of flows) {
    balance.set(of, (balance.get(of) ?? 0) + weight);
    balance.set(by, (balance.get(by) ?? 0) - weight);
  }
  return balance;
}

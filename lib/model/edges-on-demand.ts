import type { Edge } from "./edge.ts";

/** Something that edges can be made of, as often as somebody asks for them; always the same ones. */
export interface EdgeSource {
  readonly make: () => readonly Edge[];
}

const sources = new WeakMap<object, EdgeSource>();

/** So many edges that were made stay, of whoever was asked last: who asks mostly asks several times in a row. */
const MOST_EDGES = 50_000;
const recent = new Map<object, readonly Edge[]>();
let recentCount = 0;

/** One for all, so that those who have it look alike to the machine. */
const ON_DEMAND = {
  enumerable: true,
  configurable: true,
  get(this: object): readonly Edge[] {
    return recent.get(this) ?? makeEdges(this);
  },
};

/**
 * Gives `head` its edges. As objects, those of a graph take ten times the room that they take in the store, and most are
 * looked at once: they are made when somebody asks, and let go.
 */
export function withEdgesOnDemand<T extends object>(
  head: T,
  source: EdgeSource,
): T & { readonly edges: readonly Edge[] } {
  sources.set(head, source);
  return Object.defineProperty(head, "edges", ON_DEMAND) as T & {
    readonly edges: readonly Edge[];
  };
}

function makeEdges(owner: object): readonly Edge[] {
  const made = sources.get(owner)?.make() ?? [];
  recent.set(owner, made);
  recentCount += made.length;
  for (const [oldest, edges] of recent) {
    if (recentCount <= MOST_EDGES || oldest === owner) break;
    recent.delete(oldest);
    recentCount -= edges.length;
  }
  return made;
}

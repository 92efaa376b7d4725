import type { Edge } from "./edge.ts";
import type { ListedEdges } from "./listed-edges.ts";

/** Something that edges can be made of, as often as somebody asks for them; always the same ones. */
export interface EdgeSource {
  readonly make: () => readonly Edge[];
  /** The same as lists; undefined where an edge has more than lists hold. */
  readonly list?: () => ListedEdges | undefined;
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
 * `head` with its edges: in the place of those that it has, or at the end. As objects, the edges of a graph take ten times
 * the room that they take in the store, and most are looked at once: they are made when somebody asks, and let go.
 */
export function withEdgesOnDemand<T extends object>(
  head: T,
  source: EdgeSource,
): T & { readonly edges: readonly Edge[] } {
  const whole = "edges" in head ? copyWithEdges(head) : defineEdges(head);
  sources.set(whole, source);
  return whole as T & { readonly edges: readonly Edge[] };
}

/** The edges of a claim that came out of a store, without an object for each; undefined where they are not to be had so. */
export const listEdgesOf = (owner: object): ListedEdges | undefined => sources.get(owner)?.list?.();

const defineEdges = (to: object): object => Object.defineProperty(to, "edges", ON_DEMAND);

/** An object of which a property becomes another one takes five times its room from then on; one that is made so does not. */
function copyWithEdges(head: object): object {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(head)) {
    if (key === "edges") defineEdges(copy);
    else copy[key] = value;
  }
  return copy;
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

import { PAIR_FIELDS } from "./asset-draft.ts";
import type { LinkedGraph } from "./linked-graph.ts";
import { findNumber } from "./renumber-assets.ts";
import { TRAIT } from "./snapshot.ts";

const NO_NUMBERS = new Int32Array(0);

/** A part whose source drew no edge to the whole. */
export interface LoosePart {
  readonly part: number;
  readonly whole: number;
}

/** Finds them, and marks both in `traits`. */
export function findLooseParts(linked: LinkedGraph, traits: Uint32Array): readonly LoosePart[] {
  const loose: LoosePart[] = [];
  linked.contributions.forEach(({ asset: { attributes } }, part) => {
    if (attributes.partOf === undefined) return;
    const whole = findNumber(linked.ids, attributes.partOf);
    if (whole < 0 || isRead(linked, part, whole)) return;
    traits[part] = (traits[part] ?? 0) | TRAIT.part;
    traits[whole] = (traits[whole] ?? 0) | TRAIT.composed;
    loose.push({ part, whole });
  });
  return loose;
}

function isRead({ contributions, readNumbers }: LinkedGraph, from: number, to: number): boolean {
  const { start, list } = readNumbers;
  const slot = from === to ? -1 : list.subarray(start[to], start[to + 1]).indexOf(from);
  if (slot < 0 && from !== to) return false;
  const pairs = contributions[to]?.pairs ?? NO_NUMBERS;
  const wanted = from === to ? 0 : ~slot;
  for (let at = 0; at < pairs.length; at += PAIR_FIELDS)
    if (pairs[at] === wanted && pairs[at + 1] === 0) return true;
  return false;
}

import { compareText } from "#lib/kit/compare-text.ts";
import { makeTable } from "#lib/kit/make-table.ts";
import type { Provenance } from "#lib/model/edge.ts";
import type { OpenLineageEvent } from "./check-event.ts";
import type { PlacedEvent } from "./read-event.ts";

const RANK: Readonly<Record<string, number>> = makeTable({
  START: 0,
  RUNNING: 1,
  OTHER: 2,
  COMPLETE: 3,
  FAIL: 3,
  ABORT: 3,
});

/**
 * Events in the order in which they happened, each once. The order is total and depends on nothing but the events, so
 * a shuffled or doubled delivery adds up to the same facts.
 */
export function orderEvents(events: readonly PlacedEvent[]): readonly PlacedEvent[] {
  const keyed = events.map((placed) => ({ placed, key: orderKey(placed.event), text: "" }));
  keyed.sort((a, b) => compareText(a.key, b.key));
  return groupsOf(keyed).flatMap((group) => {
    if (group.length === 1) return group.map((item) => item.placed);
    for (const item of group) item.text = JSON.stringify(inKeyOrder(contentOf(item.placed)));
    group.sort(
      (a, b) =>
        compareText(a.text, b.text) ||
        compareText(placeText(a.placed.provenance), placeText(b.placed.provenance)),
    );
    return group
      .filter((item, index) => item.text !== group[index - 1]?.text)
      .map((item) => item.placed);
  });
}

function groupsOf<T extends { readonly key: string }>(sorted: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const item of sorted) {
    const last = groups.at(-1);
    if (last?.[0]?.key === item.key) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

const orderKey = (event: OpenLineageEvent): string =>
  `${event.time.sortable} ${RANK[event.state ?? "OTHER"]}`;

const contentOf = ({ event: { time, ...rest }, lineage }: PlacedEvent): object => ({
  ...rest,
  time: time.sortable,
  lineage: [...lineage.values()],
});

const placeText = (place: Provenance): string =>
  `${place.file ?? ""}\n${String(place.line ?? 0).padStart(9, "0")}\n${place.event ?? ""}`;

function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, item]) => [key, inKeyOrder(item)]);
}

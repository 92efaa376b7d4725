import { boundsOf, fitBox } from "./frame-drawing.ts";
import { type Layout, type LayoutRequest, layOut } from "./layout.ts";

export interface LayoutCandidate {
  readonly request: LayoutRequest;
  /** Below this zoom its words can no longer be read. */
  readonly smallest: number;
}

export interface Room {
  readonly width: number;
  readonly height: number;
}

export interface LayoutQuestion {
  readonly candidates: readonly [LayoutCandidate, ...LayoutCandidate[]];
  /** The stage that the drawing has to fit. */
  readonly room: Room;
}

export interface ChosenLayout {
  /** Which of the candidates. */
  readonly at: number;
  readonly layout: Layout;
}

/**
 * The first candidate that is seen as a whole with words that can be read; else the first of which at least the change and
 * all who break are seen; else the last.
 */
export function chooseLayout({ candidates, room }: LayoutQuestion): ChosenLayout {
  const partial: ChosenLayout[] = [];
  let last: ChosenLayout | undefined;
  for (const [at, { request, smallest }] of candidates.entries()) {
    const layout = layOut(request);
    last = { at, layout };
    // Lines that run back round the cards take a little room, which is no reason to draw less.
    const cards = boundsOf({ ...layout, routes: {} });
    if (candidates.length === 1 || fitBox(cards, room) >= smallest) return last;
    if (layout.core !== undefined && fitBox(layout.core, room) >= smallest) partial.push(last);
  }
  return partial[0] ?? last ?? { at: 0, layout: layOut(candidates[0].request) };
}

import { DOMAIN, FOLD, portY, viaHeight } from "./card-geometry.ts";
import type { Layout } from "./layout.ts";
import { drawLine, type Point } from "./line-path.ts";
import type { Scene, SceneCard, SceneFold, SceneLine } from "./scene.ts";

/** Room for the bar of a line that stops before its card. */
const STOP = 8;

/** A line as it is drawn: an SVG path in the drawing's own pixels, and the point that it ends at. */
export interface PlacedLine {
  readonly line: SceneLine;
  readonly path: string;
  readonly end: Point;
}

export const foldHeight = (fold: Pick<SceneFold, "names">): number =>
  fold.names === undefined ? FOLD.height : viaHeight;

/** The height on a card at which the port of a line sits. */
export function portHeight(card: SceneCard, port: string | undefined): number {
  if (port === undefined) return portY(card, undefined);
  if (port === "more") return portY(card, -1);
  const row = card.rows.findIndex((item) => `c:${item.column}` === port);
  return portY(card, row < 0 ? undefined : row);
}

interface Ends {
  readonly width: number;
  readonly height: (port: string | undefined) => number;
}

function endsOf(scene: Scene, width: number): ReadonlyMap<string, Ends> {
  return new Map<string, Ends>([
    ...scene.cards.map(
      (card) => [card.id, { width, height: (port) => portHeight(card, port) }] as [string, Ends],
    ),
    ...scene.folds.map(
      (fold) => [fold.id, { width, height: () => foldHeight(fold) / 2 }] as [string, Ends],
    ),
    ...scene.domains.map(
      (domain) =>
        [domain.id, { width: DOMAIN.width, height: () => domain.height / 2 }] as [string, Ends],
    ),
  ]);
}

/** Every line of a scene in its place, from the right side of its source to the left side of its target. */
export function placeLines(
  scene: Scene,
  {
    layout,
    width,
  }: { readonly layout: Pick<Layout, "positions" | "routes">; readonly width: number },
): readonly PlacedLine[] {
  const ends = endsOf(scene, width);
  return scene.lines.flatMap((line): PlacedLine[] => {
    const from = layout.positions[line.source];
    const to = layout.positions[line.target];
    const source = ends.get(line.source);
    const target = ends.get(line.target);
    if (!from || !to || !source || !target) return [];
    const start = { x: from.x + source.width, y: from.y + source.height(line.sourcePort) };
    const stop = line.style === "absorbed" ? STOP : 0;
    const end = { x: to.x - stop, y: to.y + target.height(line.targetPort) };
    return [{ line, end, path: drawLine(start, end, layout.routes[line.id] ?? []) }];
  });
}

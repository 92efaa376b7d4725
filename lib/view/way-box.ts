import type { WayBox } from "./frame-drawing.ts";
import { lightPaths } from "./highlight.ts";
import type { Box, Layout } from "./layout.ts";
import { foldHeight } from "./line-geometry.ts";
import type { Scene } from "./scene.ts";

interface Drawn {
  readonly scene: Scene;
  readonly layout: Pick<Layout, "positions">;
  /** How wide cards and folds are drawn. */
  readonly width: { readonly width: number };
}

/** Where an item and all that leads to it are drawn; undefined where the item is folded away. */
export function boxOfWay({ scene, layout, width }: Drawn, item: string): WayBox | undefined {
  const { items } = lightPaths(scene, { item, towards: "sources" });
  const heights = [
    ...scene.cards.map(({ id, height }) => [id, height] as const),
    ...scene.folds.map((fold) => [fold.id, foldHeight(fold)] as const),
  ];
  const boxes = heights.flatMap(([id, height]) => {
    const at = layout.positions[id];
    return at === undefined || !items.has(id) ? [] : [{ id, ...at, height, width: width.width }];
  });
  const end = boxes.find((box) => box.id === item);
  return end === undefined ? undefined : { all: roundBoxes(boxes), end };
}

function roundBoxes(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

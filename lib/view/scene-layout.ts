import { CARD, DOMAIN, FOLD } from "./card-geometry.ts";
import type { LayoutRequest } from "./layout.ts";
import type { Scene } from "./scene.ts";

/** What the layout has to place: sizes and links only, so that little goes to the worker. */
export function toLayoutRequest(scene: Scene, before?: LayoutRequest["before"]): LayoutRequest {
  const cards = scene.cards.map((card) => ({
    id: card.id as string,
    lane: card.node.domain,
    width: CARD.width,
    height: card.height,
    first: card.node.changed,
  }));
  const folds = scene.folds.map((fold) => ({ id: fold.id, lane: fold.lane, ...FOLD }));
  const domains = scene.domains.map((domain) => ({
    id: domain.id,
    lane: domain.id,
    width: DOMAIN.width,
    height: domain.height,
    first: domain.changed > 0,
  }));
  return {
    items: [...cards, ...folds, ...domains],
    edges: scene.lines.map(({ id, source, target }) => ({ id, source, target })),
    ...(before === undefined ? {} : { before }),
  };
}

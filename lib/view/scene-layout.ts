import { CARD, DOMAIN, FOLD } from "./card-geometry.ts";
import type { LayoutRequest } from "./layout.ts";
import type { Scene } from "./scene.ts";

export interface LayoutChoice {
  /** The stage is too narrow for cards of full width. */
  readonly narrow?: boolean;
  /** Positions to stay near to. */
  readonly before?: LayoutRequest["before"];
}

export const cardWidth = (narrow: boolean): number => (narrow ? CARD.narrowWidth : CARD.width);

/** What the layout has to place: sizes and links only, so that little goes to the worker. */
export function toLayoutRequest(
  scene: Scene,
  { narrow = false, before }: LayoutChoice = {},
): LayoutRequest {
  const width = cardWidth(narrow);
  const cards = scene.cards.map((card) => ({
    id: card.id as string,
    lane: card.node.domain,
    width,
    height: card.height,
    first: card.node.changed,
  }));
  const folds = scene.folds.map((fold) => ({
    id: fold.id,
    lane: fold.lane,
    width,
    height: FOLD.height,
    first: fold.lane === "",
  }));
  const domains = scene.domains.map((domain) => ({
    id: domain.id,
    lane: domain.id,
    width: DOMAIN.width,
    height: domain.height,
    first: domain.changed > 0,
    last: domain.changed === 0 && domain.marks.every((mark) => mark.verdict === "unaffected"),
  }));
  return {
    items: [...cards, ...folds, ...domains],
    edges: scene.lines.map(({ id, source, target }) => ({ id, source, target })),
    gap: narrow ? 56 : 84,
    ...(before === undefined ? {} : { before }),
  };
}

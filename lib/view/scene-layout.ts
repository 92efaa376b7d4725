import { CARD, DOMAIN, FOLD, viaHeight } from "./card-geometry.ts";
import { breaks } from "./counts.ts";
import type { LayoutItem, LayoutRequest } from "./layout.ts";
import type { Scene, SceneCard } from "./scene.ts";

export type CardWidth = (typeof CARD.widths)[number];

const [WIDEST] = CARD.widths;

export interface LayoutChoice {
  readonly width?: CardWidth;
  /** Positions to stay near to. */
  readonly before?: LayoutRequest["before"];
}

/** The changed asset, and who breaks: what the first view is for. */
const isCore = ({ node, verdict }: SceneCard): boolean =>
  node.changed || (node.isConsumer && verdict !== undefined && breaks(verdict));

function domainItems(scene: Scene): readonly LayoutItem[] {
  return scene.domains.map((domain) => ({
    id: domain.id,
    lane: domain.id,
    width: DOMAIN.width,
    height: domain.height,
    first: domain.changed > 0,
    last: domain.changed === 0 && domain.marks.every((mark) => mark.verdict === "unaffected"),
    core: domain.changed > 0 || domain.hit > 0,
  }));
}

/** What the layout has to place: sizes and links only, so that little goes to the worker. */
export function toLayoutRequest(
  scene: Scene,
  { width: { width, gap } = WIDEST, before }: LayoutChoice = {},
): LayoutRequest {
  const cards = scene.cards.map((card) => ({
    id: card.id as string,
    lane: card.node.domain,
    width,
    height: card.height,
    first: card.node.changed,
    last: card.node.isConsumer && card.node.partOf === undefined,
    core: isCore(card),
  }));
  const folds = scene.folds.map((fold) => ({
    id: fold.id,
    lane: fold.lane,
    width,
    height: fold.names === undefined ? FOLD.height : viaHeight,
    first: fold.lane === "",
  }));
  return {
    items: [...cards, ...folds, ...domainItems(scene)],
    edges: scene.lines.map(({ id, source, target, style }) => ({
      id,
      source,
      target,
      // Between many domains, lines for each reader would be stripes; colours stay apart.
      ...(scene.level === "domains" ? { bundle: style } : {}),
    })),
    gap: scene.level === "domains" ? WIDEST.gap : gap,
    ...(before === undefined ? {} : { before }),
  };
}

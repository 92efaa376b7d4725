import type { Node } from "@xyflow/react";
import { DOMAIN } from "#lib/view/card-geometry.ts";
import { foldHeight, portHeight } from "#lib/view/line-geometry.ts";
import type { LineStyle, SceneCard, SceneDomain, SceneFold, SceneLine } from "#lib/view/scene.ts";
import type { Placed } from "./use-layout.ts";

/** A port where a line meets a card; square where only the asset is known, round at a column. */
export interface Port {
  readonly id: string;
  readonly side: "in" | "out";
  readonly y: number;
  readonly style: LineStyle;
  readonly square: boolean;
}

export type CardNode = Node<{ readonly card: SceneCard; readonly ports: readonly Port[] }, "card">;
export type FoldNode = Node<{ readonly fold: SceneFold }, "fold">;
export type DomainNode = Node<{ readonly domain: SceneDomain }, "domain">;
export type LaneNode = Node<
  { readonly lane: string; readonly width: number; readonly height: number },
  "lane"
>;
export type FlowNode = CardNode | FoldNode | DomainNode | LaneNode;
const portId = (side: Port["side"], port: string | undefined): string => `${side}:${port ?? ""}`;

function portsOf(
  card: SceneCard,
  into: readonly SceneLine[],
  out: readonly SceneLine[],
): readonly Port[] {
  const ports = new Map<string, Port>();
  const add = (side: Port["side"], port: string | undefined, style: LineStyle) => {
    const id = portId(side, port);
    if (ports.has(id)) return;
    ports.set(id, { id, side, y: portHeight(card, port), style, square: style === "unknown" });
  };
  for (const line of into) add("in", line.targetPort, line.style);
  for (const line of out) add("out", line.sourcePort, line.style);
  return [...ports.values()];
}

interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

function frameOf({ id, width, height, label }: Box, { layout }: Placed) {
  return {
    id,
    position: layout.positions[id] ?? { x: 0, y: 0 },
    width,
    height,
    measured: { width, height },
    // Lines are drawn by us, from places that are known: nothing has to be found on the cards.
    handles: [],
    ariaRole: "button" as const,
    ariaLabel: label,
  };
}

function cardNodes(placed: Placed): readonly CardNode[] {
  const { scene } = placed;
  const into = new Map<string, SceneLine[]>();
  const out = new Map<string, SceneLine[]>();
  for (const line of scene.lines) {
    into.set(line.target, [...(into.get(line.target) ?? []), line]);
    out.set(line.source, [...(out.get(line.source) ?? []), line]);
  }
  const { width } = placed.width;
  return scene.cards.map((card) => {
    const ports = portsOf(card, into.get(card.id) ?? [], out.get(card.id) ?? []);
    return {
      ...frameOf({ id: card.id, width, height: card.height, label: card.label }, placed),
      type: "card" as const,
      data: { card, ports },
    };
  });
}

function laneNodes({ scene, layout }: Placed): readonly LaneNode[] {
  if (scene.level === "domains") return [];
  return layout.lanes
    .filter((lane) => lane.lane !== "")
    .map((lane) => ({
      id: `lane:${lane.id}`,
      type: "lane" as const,
      position: { x: lane.x, y: lane.y },
      width: lane.width,
      height: lane.height,
      measured: { width: lane.width, height: lane.height },
      handles: [],
      zIndex: -1,
      selectable: false,
      focusable: false,
      data: { lane: lane.lane, width: lane.width, height: lane.height },
    }));
}

/** The one place where our words meet React Flow's. */
export function toReactFlow(placed: Placed): FlowNode[] {
  const { scene } = placed;
  const { width } = placed.width;
  const folds: FoldNode[] = scene.folds.map((fold) => ({
    ...frameOf(
      {
        id: fold.id,
        width,
        height: foldHeight(fold),
        label: `${fold.text}${fold.names === undefined ? "" : ` between, in ${fold.lane}: ${fold.names}`}, folded: open`,
      },
      placed,
    ),
    type: "fold" as const,
    data: { fold },
  }));
  const domains: DomainNode[] = scene.domains.map((domain) => ({
    ...frameOf(
      {
        id: domain.id,
        width: DOMAIN.width,
        height: domain.height,
        label: domain.label,
      },
      placed,
    ),
    type: "domain" as const,
    data: { domain },
  }));
  return [...laneNodes(placed), ...cardNodes(placed), ...folds, ...domains];
}

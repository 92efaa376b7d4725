import { type Edge, type Node, Position } from "@xyflow/react";
import { DOMAIN, FOLD, portY, viaHeight } from "#lib/view/card-geometry.ts";
import type { Waypoint } from "#lib/view/layout-routes.ts";
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
export type FlowEdge = Edge<
  { readonly line: SceneLine; readonly route: readonly Waypoint[]; readonly big: boolean },
  "line"
>;

export interface Flow {
  readonly nodes: FlowNode[];
  readonly edges: FlowEdge[];
}

const portId = (side: Port["side"], port: string | undefined): string => `${side}:${port ?? ""}`;

function heightOfPort(card: SceneCard, port: string | undefined): number {
  if (port === undefined) return portY(card, undefined);
  if (port === "more") return portY(card, -1);
  const row = card.rows.findIndex((item) => `c:${item.column}` === port);
  return portY(card, row < 0 ? undefined : row);
}

function portsOf(
  card: SceneCard,
  into: readonly SceneLine[],
  out: readonly SceneLine[],
): readonly Port[] {
  const ports = new Map<string, Port>();
  const add = (side: Port["side"], port: string | undefined, style: LineStyle) => {
    const id = portId(side, port);
    if (ports.has(id)) return;
    ports.set(id, { id, side, y: heightOfPort(card, port), style, square: style === "unknown" });
  };
  for (const line of into) add("in", line.targetPort, line.style);
  for (const line of out) add("out", line.sourcePort, line.style);
  return [...ports.values()];
}

/** React Flow wants the places of handles before it measures anything: then only what is in view has to be drawn. */
const handleAt = (port: Pick<Port, "id" | "side" | "y">, width: number) => ({
  id: port.id,
  type: port.side === "in" ? ("target" as const) : ("source" as const),
  position: port.side === "in" ? Position.Left : Position.Right,
  x: port.side === "in" ? 0 : width - 1,
  y: port.y - 0.5,
  width: 1,
  height: 1,
});

interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly ports: readonly Pick<Port, "id" | "side" | "y">[];
  readonly label: string;
}

function frameOf({ id, width, height, ports, label }: Box, { layout }: Placed) {
  return {
    id,
    position: layout.positions[id] ?? { x: 0, y: 0 },
    width,
    height,
    measured: { width, height },
    handles: ports.map((port) => handleAt(port, width)),
    ariaRole: "button" as const,
    ariaLabel: label,
  };
}

/** A fold or a domain has one port on each side, at half its height. */
export const middlePorts = (height: number): readonly Pick<Port, "id" | "side" | "y">[] => [
  { id: portId("in", undefined), side: "in", y: height / 2 },
  { id: portId("out", undefined), side: "out", y: height / 2 },
];

const foldHeight = (fold: SceneFold): number =>
  fold.names === undefined ? FOLD.height : viaHeight;

export const foldPorts = (fold: SceneFold): readonly Pick<Port, "id" | "side" | "y">[] =>
  middlePorts(foldHeight(fold));

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
      ...frameOf({ id: card.id, width, height: card.height, ports, label: card.label }, placed),
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
export function toReactFlow(placed: Placed): Flow {
  const { scene, layout } = placed;
  const { width } = placed.width;
  const folds: FoldNode[] = scene.folds.map((fold) => ({
    ...frameOf(
      {
        id: fold.id,
        width,
        height: foldHeight(fold),
        ports: foldPorts(fold),
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
        ports: middlePorts(domain.height),
        label: domain.label,
      },
      placed,
    ),
    type: "domain" as const,
    data: { domain },
  }));
  const edges: FlowEdge[] = scene.lines.map((line) => ({
    id: line.id,
    type: "line" as const,
    source: line.source,
    target: line.target,
    sourceHandle: portId("out", line.sourcePort),
    targetHandle: portId("in", line.targetPort),
    focusable: false,
    selectable: false,
    ariaLabel: line.label,
    data: { line, route: layout.routes[line.id] ?? [], big: scene.level === "domains" },
  }));
  return { nodes: [...laneNodes(placed), ...cardNodes(placed), ...folds, ...domains], edges };
}

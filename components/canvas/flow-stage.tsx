"use client";

import { ReactFlow } from "@xyflow/react";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { Room } from "#lib/view/choose-layout.ts";
import { OFF_PATH } from "#lib/view/collapse.ts";
import { frameOnPaper, LEAST } from "#lib/view/frame-drawing.ts";
import { type LitFrom, lightPaths, stepAlong } from "#lib/view/highlight.ts";
import type { ViewAction } from "#lib/view/view-state.ts";
import { CanvasContext } from "./canvas-state.ts";
import { CardView } from "./card-view.tsx";
import { LinesLayer } from "./lines-layer.tsx";
import { SmallMap } from "./small-map.tsx";
import { DomainView, FoldView, LaneView } from "./small-views.tsx";
import { type FlowNode, toReactFlow } from "./to-react-flow.ts";
import { openingFrame, useCamera } from "./use-camera.ts";
import type { Placed } from "./use-layout.ts";

const NODE_TYPES = { card: CardView, fold: FoldView, domain: DomainView, lane: LaneView };
const NO_EDGES: never[] = [];
/** From so many cards on, a small map helps to find one's way. */
const MAP_FROM = 40;

const ARROWS: Readonly<Record<string, "left" | "right" | "up" | "down">> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

interface StageProps {
  readonly placed: Placed;
  /** The size of the stage as it begins. */
  readonly room: Room;
  readonly selected: AssetId | undefined;
  readonly dispatch: (action: ViewAction) => void;
}

export function FlowStage({ placed, room, selected, dispatch }: StageProps) {
  const nodes = useMemo(() => toReactFlow(placed), [placed]);
  useDrawingTime(placed);
  const [hover, setHover] = useState<LitFrom>();
  const isPrinting = usePrinting();
  const paper = useMemo(() => {
    const { x, y, zoom } = frameOnPaper(placed.layout);
    return { "--on-paper": `translate(${x}px, ${y}px) scale(${zoom})` } as CSSProperties;
  }, [placed.layout]);
  const [opening] = useState(() => openingFrame(placed, room, selected));
  const onNodeClick = useCallback(
    (_: MouseEvent, node: FlowNode) => openNode(node, dispatch),
    [dispatch],
  );
  const onNodeMouseEnter = useCallback(
    (_: MouseEvent, node: FlowNode) => setHover({ item: node.id, towards: "both" }),
    [],
  );
  const onNodeMouseLeave = useCallback(() => setHover(undefined), []);
  const goTo = useCamera(placed, selected);

  const canvas = useMemo(() => {
    const from: LitFrom | undefined =
      hover ?? (selected === undefined ? undefined : { item: selected, towards: "sources" });
    return {
      selected,
      hovering: hover !== undefined,
      lit: from === undefined ? undefined : lightPaths(placed.scene, from),
      hoverPort: (port: LitFrom | undefined) => setHover(port),
      openFold: (fold: string) => dispatch({ do: "toggle-fold", fold }),
    };
  }, [hover, selected, placed.scene, dispatch]);

  const walk = (item: string, key: "left" | "right" | "up" | "down") => {
    const next = stepAlong(placed.scene, placed.layout.positions, { item, key });
    if (next !== undefined) goTo(next);
  };
  const openItem = (item: string) => {
    const node = nodes.find((candidate) => candidate.id === item);
    if (node !== undefined) openNode(node, dispatch);
  };
  const toggleParts = (item: string) => {
    const parts = placed.scene.cards.find((card) => card.id === item)?.parts;
    if (parts !== undefined) dispatch({ do: "toggle-fold", fold: parts.key });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const item = event.target instanceof HTMLElement ? event.target.getAttribute("data-id") : null;
    if (item === null) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) walk(item, arrow);
    else if (event.key === "Enter" || event.key === " ") openItem(item);
    else if (event.key === "+" || event.key === "-") toggleParts(item);
    else if (event.key === "Escape") dispatch({ do: "clear-selection" });
    else return;
    event.preventDefault();
  };

  return (
    <CanvasContext value={canvas}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: takes the keys of the cards inside */}
      <div className="absolute inset-0" style={paper} onKeyDown={onKeyDown}>
        <ReactFlow<FlowNode>
          nodes={nodes}
          edges={NO_EDGES}
          nodeTypes={NODE_TYPES}
          defaultViewport={opening}
          onNodeClick={onNodeClick}
          onNodeMouseEnter={onNodeMouseEnter}
          onNodeMouseLeave={onNodeMouseLeave}
          onlyRenderVisibleElements={!isPrinting}
          minZoom={LEAST}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          elementsSelectable={false}
          nodesFocusable
          edgesFocusable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          attributionPosition="bottom-left"
        >
          <LinesLayer placed={placed} />
          {placed.scene.cards.length >= MAP_FROM ? (
            <SmallMap nodes={nodes} layout={placed.layout} />
          ) : null}
        </ReactFlow>
      </div>
    </CanvasContext>
  );
}

/** On paper all of it is drawn, in view or not. */
function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    // The browser takes its picture as soon as the event has been handled.
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting;
}

/** From the places being known to the frame that shows them, under `faultline:graph` in the browser's own timeline. */
function useDrawingTime(placed: Placed): void {
  const start = useRef({ placed, at: performance.now() });
  if (start.current.placed !== placed) start.current = { placed, at: performance.now() };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new drawing is what is timed
  useEffect(() => {
    const { at } = start.current;
    const frame = requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => performance.measure("faultline:graph", { start: at });
      channel.port2.postMessage(undefined);
    });
    return () => cancelAnimationFrame(frame);
  }, [placed]);
}

function openNode(node: FlowNode, dispatch: StageProps["dispatch"]): void {
  if (node.type === "card") dispatch({ do: "select", asset: node.data.card.id });
  if (node.type === "domain") dispatch({ do: "zoom-to", level: "datasets" });
  if (node.type !== "fold") return;
  const { key } = node.data.fold;
  dispatch(key === OFF_PATH ? { do: "toggle-path-only" } : { do: "toggle-fold", fold: key });
}

"use client";

import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { memo, type PointerEvent, useEffect, useMemo, useRef } from "react";
import { groupBy } from "#lib/kit/group-by.ts";
import { boundsOf } from "#lib/view/frame-drawing.ts";
import type { Box, Layout } from "#lib/view/layout.ts";
import { drawBoxes, frameMap } from "#lib/view/small-map.ts";
import type { FlowNode } from "./to-react-flow.ts";

const SIZE = { width: 150, height: 96 };
/** How much one notch of the wheel zooms, for pixels and for lines. */
const WHEEL = { pixel: 0.02, line: 0.5 };

const MAP_COLOR = {
  breaks_loudly: "var(--loud)",
  breaks_silently: "var(--silent)",
  degraded: "var(--degraded)",
  unaffected: "var(--line2)",
  unknown: "var(--ink2)",
} as const;

const mapColor = (node: FlowNode): string => {
  const verdict = node.type === "card" ? node.data.card.verdict?.verdict : undefined;
  return verdict === undefined ? "var(--ink)" : MAP_COLOR[verdict];
};

type Press = PointerEvent<SVGSVGElement>;

interface MapProps {
  readonly nodes: readonly FlowNode[];
  readonly layout: Layout;
}

/**
 * The whole drawing in a corner: what is in view, and a way to the rest by dragging and with the wheel. One path for each
 * colour, since a map with an element for each card would follow the camera card by card.
 */
export function SmallMap({ nodes, layout }: MapProps) {
  const { getViewport, setViewport, zoomTo } = useReactFlow();
  const svg = useRef<SVGSVGElement>(null);
  /** Where the pointer was last, while it is held down. */
  const pressed = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const view = useInView();
  const drawing = useMemo(() => boundsOf(layout), [layout]);
  const { frame, scale } = frameMap({ drawing, view }, SIZE);

  useEffect(() => {
    const element = svg.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const notch = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? WHEEL.pixel : WHEEL.line;
      zoomTo(getViewport().zoom * 2 ** (-event.deltaY * notch)).catch(() => undefined);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [getViewport, zoomTo]);

  const onPointerDown = ({ currentTarget, pointerId, clientX, clientY }: Press) => {
    currentTarget.setPointerCapture(pointerId);
    pressed.current = { x: clientX, y: clientY };
  };
  const onPointerMove = ({ clientX, clientY }: Press) => {
    if (pressed.current === undefined) return;
    const { x, y, zoom } = getViewport();
    const moved = scale * zoom;
    const to = {
      x: x - (clientX - pressed.current.x) * moved,
      y: y - (clientY - pressed.current.y) * moved,
      zoom,
    };
    pressed.current = { x: clientX, y: clientY };
    setViewport(to).catch(() => undefined);
  };
  const onLostPointerCapture = () => {
    pressed.current = undefined;
  };
  return (
    <Panel position="bottom-right" className="fl-map">
      <svg
        ref={svg}
        {...SIZE}
        viewBox={`${frame.x} ${frame.y} ${frame.width} ${frame.height}`}
        role="img"
        aria-label="Small map of the graph"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onLostPointerCapture={onLostPointerCapture}
      >
        <Marks nodes={nodes} />
        <path className="fl-map-beyond" fillRule="evenodd" d={drawBoxes([frame, view])} />
      </svg>
    </Panel>
  );
}

/** What is seen of the drawing, in its own pixels. */
function useInView(): Box {
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

const Marks = memo(function Marks({ nodes }: Pick<MapProps, "nodes">) {
  const marks = nodes.filter((node) => node.type !== "lane");
  return [...groupBy(marks, mapColor)].map(([color, alike]) => (
    <path key={color} fill={color} shapeRendering="crispEdges" d={drawBoxes(alike.map(boxOf))} />
  ));
});

const boxOf = ({ position, width = 0, height = 0 }: FlowNode): Box => ({
  ...position,
  width,
  height,
});

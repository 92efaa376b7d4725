import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { drawLine } from "#lib/view/line-path.ts";
import { useCanvas } from "./canvas-state.ts";
import type { FlowEdge } from "./to-react-flow.ts";

/** Room for the bar of a line that stops before its card. */
const STOP = 8;

/** A line has its verdict's colour and its own stroke, so that it reads without colour too (see canvas.css). */
export const LineView = memo(function LineView({
  id,
  sourceX,
  sourceY,
  targetX,
  targetY,
  data,
}: EdgeProps<FlowEdge>) {
  const { lit, hovering } = useCanvas();
  if (data === undefined) return null;
  const { line, route, big } = data;
  const stops = line.style === "absorbed";
  const end = { x: stops ? targetX - STOP : targetX, y: targetY };
  const path = drawLine({ x: sourceX, y: sourceY }, end, route);
  const isLit = lit?.lines.has(id) === true;
  const state = isLit ? "is-lit" : hovering && lit !== undefined ? "is-faded" : "";
  return (
    <g className={`fl-line fl-${line.style} ${state} ${big ? "is-big" : ""}`}>
      <path className="fl-a" d={path} />
      {line.style === "silent" ? <path className="fl-b" d={path} /> : null}
      {stops ? <path className="fl-stop" d={`M${end.x},${end.y - 7}V${end.y + 7}`} /> : null}
      {big && line.reads > 0 ? (
        <EdgeLabelRenderer>
          <span
            className="pointer-events-none absolute rounded-tag bg-canvas px-1 font-semibold text-[12px] text-ink tabular-nums"
            style={{
              transform: `translate(-50%, -50%) translate(${targetX - 26}px, ${targetY}px)`,
            }}
            title={`${line.reads} reads`}
          >
            {line.style === "unknown" ? "?" : line.reads}
          </span>
        </EdgeLabelRenderer>
      ) : null}
    </g>
  );
});

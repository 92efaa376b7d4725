import { ViewportPortal } from "@xyflow/react";
import { memo, useMemo } from "react";
import { type PlacedLine, placeLines } from "#lib/view/line-geometry.ts";
import { useCanvas } from "./canvas-state.ts";
import { LineStroke } from "./line-stroke.tsx";
import type { Placed } from "./use-layout.ts";

type LineState = "" | "is-lit" | "is-faded";

/**
 * All lines in one drawing below the cards. Their places are known from the layout, so they need not follow the camera one
 * by one: moving it costs the same with two lines and with two thousand.
 */
export function LinesLayer({ placed }: { readonly placed: Placed }) {
  const { lit, hovering } = useCanvas();
  const { scene, layout, width } = placed;
  const lines = useMemo(
    () => placeLines(scene, { layout, width: width.width }),
    [scene, layout, width],
  );
  const isBig = scene.level === "domains";
  const stateOf = (id: string): LineState => {
    if (lit?.lines.has(id)) return "is-lit";
    return hovering && lit !== undefined ? "is-faded" : "";
  };
  return (
    <ViewportPortal>
      <svg className="fl-lines" width="1" height="1">
        <title>Lines</title>
        {lines.map((placedLine) => (
          <LineView
            key={placedLine.line.id}
            placed={placedLine}
            state={stateOf(placedLine.line.id)}
            isBig={isBig}
          />
        ))}
      </svg>
      {isBig ? lines.map(({ line, end }) => <Reads key={line.id} line={line} end={end} />) : null}
    </ViewportPortal>
  );
}

const LineView = memo(function LineView({
  placed,
  state,
  isBig,
}: {
  readonly placed: PlacedLine;
  readonly state: LineState;
  readonly isBig: boolean;
}) {
  const { line, path, end } = placed;
  return (
    <LineStroke
      style={line.style}
      path={path}
      stop={`M${end.x},${end.y - 7}V${end.y + 7}`}
      look={`${state} ${isBig ? "is-big" : ""}`}
      label={line.label}
    />
  );
});

/** How many reads a line between domains stands for. */
function Reads({ line, end }: Pick<PlacedLine, "line" | "end">) {
  if (line.reads === 0) return null;
  return (
    <span
      className="pointer-events-none absolute z-[-1] rounded-tag bg-canvas px-1 font-semibold text-[12px] text-ink tabular-nums"
      style={{ transform: `translate(-50%, -50%) translate(${end.x - 26}px, ${end.y}px)` }}
      title={`${line.reads} reads`}
    >
      {line.style === "unknown" ? "?" : line.reads}
    </span>
  );
}

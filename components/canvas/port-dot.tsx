import type { LineStyle } from "#lib/view/scene.ts";
import type { Port } from "./to-react-flow.ts";

export const LINE_COLOR: Readonly<Record<LineStyle, string>> = {
  silent: "var(--silent)",
  loud: "var(--loud)",
  degraded: "var(--degraded)",
  unknown: "var(--unknown)",
  carries: "var(--ink)",
  absorbed: "var(--ink)",
  idle: "var(--line2)",
};

/**
 * The point that a line starts from or ends at. React Flow is told these places beforehand; when it measures a card again,
 * it finds them by this class and these attributes.
 */
export function PortAnchor({ port }: { readonly port: Pick<Port, "id" | "side" | "y"> }) {
  const isIn = port.side === "in";
  return (
    <span
      aria-hidden="true"
      className={`pointer-events-none absolute size-px ${isIn ? "target left-0" : "source right-0"}`}
      data-handleid={port.id}
      data-handlepos={isIn ? "left" : "right"}
      style={{ top: port.y - 0.5 }}
    />
  );
}

/** Where a line meets its card. An absorbed line ends before the card, in a bar of its own, so it has no dot. */
export function PortDot({ port }: { readonly port: Port }) {
  const color = LINE_COLOR[port.style];
  const isHollow = port.square || port.style === "idle";
  const isBare = port.side === "in" && port.style === "absorbed";
  return (
    <>
      <PortAnchor port={port} />
      {isBare ? null : (
        <span
          aria-hidden="true"
          className={`absolute size-[8px] border-[1.5px] ${port.square ? "rounded-[1px]" : "rounded-full"}`}
          style={{
            top: port.y - 4,
            [port.side === "in" ? "left" : "right"]: -4,
            borderColor: color,
            background: isHollow ? "var(--surface)" : color,
          }}
        />
      )}
    </>
  );
}

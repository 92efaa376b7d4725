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

/** Where a line meets its card. An absorbed line ends before the card, in a bar of its own, so it has no dot. */
export function PortDot({ port }: { readonly port: Port }) {
  const color = LINE_COLOR[port.style];
  const isHollow = port.square || port.style === "idle";
  const isBare = port.side === "in" && port.style === "absorbed";
  if (isBare) return null;
  return (
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
  );
}

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
  if (port.side === "in" && port.style === "absorbed") return null;
  const color = LINE_COLOR[port.style];
  const hollow = port.square || port.style === "idle";
  return (
    <span
      aria-hidden="true"
      className={`absolute size-[8px] border-[1.5px] ${port.square ? "rounded-[1px]" : "rounded-full"}`}
      style={{
        top: port.y - 5,
        [port.side === "in" ? "left" : "right"]: -5,
        borderColor: color,
        background: hollow ? "var(--surface)" : color,
      }}
    />
  );
}

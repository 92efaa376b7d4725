import type { ReactNode } from "react";
import { Segmented } from "../ui/segmented.tsx";

const PANES = [
  { value: "list", text: "Who breaks" },
  { value: "graph", text: "Graph" },
  { value: "because", text: "Because" },
] as const;

export type PaneName = (typeof PANES)[number]["value"];

/** On a narrow screen the list, the graph and the reason take turns. */
export function PaneTabs({
  pane,
  onChange,
}: {
  readonly pane: PaneName;
  readonly onChange: (pane: PaneName) => void;
}) {
  return (
    <div className="no-print hidden flex-none border-line border-b bg-surface px-4 py-1.5 slim:block">
      <Segmented label="Show" options={PANES} value={pane} onChange={onChange} />
    </div>
  );
}

/** A part of the wide screen, which is alone on a narrow one while it is shown. */
export function Pane({
  name,
  shown,
  children,
}: {
  readonly name: PaneName;
  readonly shown: PaneName;
  readonly children: ReactNode;
}) {
  return <div className={`contents ${name === shown ? "" : "slim:hidden"}`}>{children}</div>;
}

import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { Verdict } from "#lib/impact/assessment.ts";
import { CARD } from "#lib/view/card-geometry.ts";
import type { SceneCard, SceneRow } from "#lib/view/scene.ts";
import { CARD_NAME } from "#lib/view/tell-apart.ts";
import { EndKept } from "../ui/end-kept.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { ChangeMark, VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";
import { useCanvas } from "./canvas-state.ts";
import { PortDot } from "./port-dot.tsx";
import type { CardNode } from "./to-react-flow.ts";

const BORDER: Readonly<Record<Verdict, string>> = {
  breaks_loudly: "border-loud",
  breaks_silently: "border-silent",
  degraded: "border-degraded",
  unaffected: "border-line2 bg-canvas text-ink3",
  unknown: "border-unknown border-dashed",
};

const borderOf = (card: SceneCard): string => {
  if (card.node.changed) return "border-ink border-[1.5px]";
  return card.verdict === undefined ? "border-line2" : BORDER[card.verdict.verdict];
};

/** A dataset or consumer: its verdict in shape and word, below it only the columns that the change touches. */
export const CardView = memo(function CardView({ data, id }: NodeProps<CardNode>) {
  const { card, ports } = data;
  const { selected, lit, hovering } = useCanvas();
  const faded = hovering && lit !== undefined && !lit.items.has(id);
  return (
    <div
      data-testid="card"
      data-selected={selected === id}
      className={`size-full rounded-control border bg-surface ${borderOf(card)} ${selected === id ? "shadow-[0_0_0_2px_var(--surface),0_0_0_4px_var(--accent)]" : ""} ${faded ? "opacity-45" : ""}`}
    >
      <Head card={card} />
      {card.rows.length > 0 || card.more !== "" ? <Rows card={card} id={id} /> : null}
      {ports.map((port) => (
        <PortDot key={port.id} port={port} />
      ))}
    </div>
  );
});

function Head({ card }: { readonly card: SceneCard }) {
  const { node, verdict } = card;
  return (
    <div className="flex gap-1.5 px-2 pt-[5px]" style={{ height: CARD.head - 2 }}>
      <span className="pt-[2px]">
        {node.changed || verdict === undefined ? (
          <ChangeMark className="size-[14px]" />
        ) : (
          <VerdictMark verdict={verdict.verdict} className="size-[14px]" />
        )}
      </span>
      <span className="min-w-0 flex-1">
        <EndKept
          text={card.title}
          name={node.shortName}
          tail={CARD_NAME.end}
          className="font-semibold text-[13px] leading-[17px] tracking-[-0.01em]"
        />
        <span className="flex items-center gap-1">
          <span
            className={`min-w-0 flex-1 truncate text-[12.5px] leading-[16px] ${verdict === undefined || node.changed ? "text-ink2" : VERDICT_TEXT[verdict.verdict]}`}
          >
            <span className="font-[550]">{card.words}</span>
            {card.note === "" ? null : <span className="text-ink2">, {card.note}</span>}
          </span>
          {card.parts === undefined ? null : <Parts parts={card.parts} />}
          <KindMark kind={node.kind} className="size-[13px]" />
        </span>
      </span>
    </div>
  );
}

function Rows({ card, id }: { readonly card: SceneCard; readonly id: string }) {
  return (
    <div className="border-line border-t pt-px">
      {card.rows.map((row) => (
        <Row key={row.column} row={row} id={id} />
      ))}
      {card.more === "" ? null : (
        <div
          className="truncate px-2 text-[12.5px] text-ink3"
          style={{ height: CARD.more, lineHeight: `${CARD.more}px` }}
        >
          {card.more}
        </div>
      )}
    </div>
  );
}

/** The charts of a dashboard: they open on a click, or on `+` where the card has the focus. */
function Parts({ parts }: { readonly parts: NonNullable<SceneCard["parts"]> }) {
  const { openFold } = useCanvas();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the card around it takes the keys
    // biome-ignore lint/a11y/useKeyWithClickEvents: the card around it takes the keys
    <span
      className="flex-none rounded-tag px-0.5 text-[12.5px] text-ink2 leading-[16px] tabular-nums hover:bg-accent-bg hover:text-accent"
      title={`${parts.opened ? "Fold" : "Show"} its charts: ${parts.members.length}`}
      onClick={(event) => {
        event.stopPropagation();
        openFold(parts.key);
      }}
    >
      {parts.opened ? "−" : "+"}
      {parts.members.length}
    </span>
  );
}

function Row({ row, id }: { readonly row: SceneRow; readonly id: string }) {
  const { hoverPort } = useCanvas();
  return (
    <div
      className="px-2 hover:bg-accent-bg"
      style={{ height: row.after === undefined ? CARD.row : CARD.changedRow }}
      onPointerEnter={() => hoverPort({ item: id, port: `c:${row.column}`, towards: "both" })}
      onPointerLeave={() => hoverPort({ item: id, towards: "both" })}
    >
      <span className="flex items-center gap-1.5 text-[12.5px] leading-[21px]">
        <code className="min-w-0 flex-1 font-mono">
          <EndKept text={row.column} tail={6} />
        </code>
        {row.bead === undefined ? (
          <span
            className="max-w-[45%] flex-none truncate text-[11.5px] text-ink3"
            title={row.useWord}
          >
            {row.useWord}
          </span>
        ) : (
          <span className="grid size-[15px] flex-none place-items-center rounded-full bg-ink font-semibold text-[10px] text-surface leading-none">
            {row.bead}
          </span>
        )}
      </span>
      {row.after === undefined ? null : (
        <span
          className="-mt-[3px] block truncate text-[12.5px] text-ink2 leading-[15px]"
          title={row.after}
        >
          {row.after}
        </span>
      )}
    </div>
  );
}

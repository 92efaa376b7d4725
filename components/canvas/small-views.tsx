import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { Verdict } from "#lib/impact/assessment.ts";
import { DOMAIN, DOMAIN_MARKS } from "#lib/view/card-geometry.ts";
import { sayNumber, VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { EndKept } from "../ui/end-kept.tsx";
import { ChangeMark, VerdictMark } from "../verdict/verdict-mark.tsx";
import { useCanvas } from "./canvas-state.ts";
import type { DomainNode, FoldNode, LaneNode } from "./to-react-flow.ts";

/** The tint behind a domain's cards. */
export const LaneView = memo(function LaneView({ data }: NodeProps<LaneNode>) {
  return (
    // Its border is seen where the system's own colours leave no fill.
    <div className="size-full rounded-card border border-transparent bg-sunken/60 px-[8px] pt-[3px]">
      <EndKept text={data.lane} className="font-[550] text-[12.5px] text-ink2 leading-[18px]" />
    </div>
  );
});

const FOLD_BORDER: Readonly<Record<Verdict, string>> = {
  breaks_loudly: "border-loud",
  breaks_silently: "border-silent",
  degraded: "border-degraded",
  unaffected: "border-ink3",
  unknown: "border-unknown",
};

/** What is reached and not drawn: says how many, and opens on a click. */
export const FoldView = memo(function FoldView({ data }: NodeProps<FoldNode>) {
  const { fold } = data;
  if (fold.names !== undefined)
    return (
      <div
        className={`flex size-full gap-1.5 rounded-control border border-dashed bg-surface px-2 pt-[5px] hover:bg-accent-bg ${FOLD_BORDER[fold.verdict]}`}
        title={`${fold.text}: ${fold.names}`}
      >
        <VerdictMark verdict={fold.verdict} className="mt-[2px] size-[14px]" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-[550] text-[12.5px] leading-[17px]">
            {fold.text}
          </span>
          <span className="block truncate text-[12.5px] text-ink2 leading-[16px]">
            {fold.names}
          </span>
        </span>
      </div>
    );
  return (
    <div className="flex size-full items-center gap-1.5 rounded-full border border-line2 bg-surface px-2.5 text-[12.5px] text-ink2 hover:border-ink3">
      <VerdictMark verdict={fold.verdict} className="size-[13px]" />
      <span className="truncate font-[550]" title={fold.text}>
        {fold.text}
      </span>
    </div>
  );
});

/** A domain from afar: one mark is one asset. */
export const DomainView = memo(function DomainView({ data, id }: NodeProps<DomainNode>) {
  const { domain } = data;
  const { lit, hovering } = useCanvas();
  const faded = hovering && lit !== undefined && !lit.items.has(id);
  const shown = domain.marks.slice(
    0,
    domain.marks.length > DOMAIN_MARKS ? DOMAIN_MARKS - 2 : DOMAIN_MARKS,
  );
  const rest = domain.marks.length - shown.length;
  const border =
    domain.changed > 0
      ? "border-ink border-[1.5px]"
      : domain.hit > 0
        ? "border-line2"
        : "border-line";
  return (
    <div
      className={`size-full rounded-card border bg-surface px-3 ${border} ${faded ? "opacity-45" : ""}`}
    >
      <div
        className="flex items-baseline justify-between gap-2"
        style={{ height: DOMAIN.head, lineHeight: `${DOMAIN.head}px` }}
      >
        <EndKept text={domain.domain} className="font-semibold text-[15px]" />
        <span className="flex-none text-[12.5px] text-ink2 tabular-nums">
          {sayNumber(domain.hit)} of {sayNumber(domain.total)} hit
        </span>
      </div>
      <div
        className="grid"
        style={{
          gridTemplateColumns: `repeat(${DOMAIN.marksPerRow}, ${DOMAIN.mark}px)`,
          gridAutoRows: `${DOMAIN.mark}px`,
        }}
      >
        {shown.map((mark) => (
          <span
            key={mark.id}
            title={`${mark.name}: ${mark.verdict === undefined ? "changes here" : VERDICT_WORDS[mark.verdict]}`}
          >
            {mark.verdict === undefined ? (
              <ChangeMark className="size-[16px]" />
            ) : (
              <VerdictMark
                verdict={mark.verdict}
                className={mark.verdict === "unaffected" ? "size-[13px]" : "size-[16px]"}
              />
            )}
          </span>
        ))}
        {rest > 0 ? <span className="col-span-2 text-[12px] text-ink2">+{rest}</span> : null}
      </div>
    </div>
  );
});

import type { ShownReview } from "#lib/review/shown-review.ts";
import { scaleBurnDown } from "#lib/view/burn-down-scale.ts";
import { isLine, sayPace } from "#lib/view/burn-down-words.ts";
import { sayDay } from "#lib/view/review-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { PanelEmpty } from "../ui/panel.tsx";

const SIZES = {
  wide: { width: 720, height: 220 },
  /** For a narrow place: fewer points across, so that letters come out as large. */
  narrow: { width: 400, height: 200 },
} as const;
const LEFT = 36;
const RIGHT = 16;
const TOP = 34;
const BOTTOM = 26;

/** Whole numbers of readers beside the frame, few enough to be read. */
function rowsOf(most: number): readonly number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].find((size) => most / size <= 4) ?? most;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
}

/** Who still reads the old columns, over time, against the date. */
export function BurnDownChart({
  shown,
  size = "wide",
}: {
  readonly shown: ShownReview;
  readonly size?: keyof typeof SIZES;
}) {
  const { width, height } = SIZES[size];
  const across = (x: number): number => LEFT + x * (width - LEFT - RIGHT);
  const down = (y: number): number => height - BOTTOM - y * (height - TOP - BOTTOM);
  const { readers, window, now, today } = shown;
  const scale = scaleBurnDown(readers, { now, sunset: window.sunset });
  if (today.readers.notCounted !== undefined)
    return (
      <PanelEmpty>
        Readers cannot be counted: {today.readers.notCounted}. Until they can, nothing is removed.
      </PanelEmpty>
    );
  if (scale === undefined)
    return <PanelEmpty>Nothing that we know of reads what goes, and nothing did.</PanelEmpty>;
  const left = readers.points.at(-1)?.names.length ?? 0;
  const off = new Set(shown.review.writtenOff.map(({ reader }) => reader));
  const writtenOff = readers.points.at(-1)?.names.filter((name) => off.has(name)).length ?? 0;
  const said =
    writtenOff === 0 ? sayPace(readers, window.daysLeft) : sayWrittenOff(writtenOff, left);
  const caption = (
    <figcaption className="px-1 text-ink2">
      <b className="font-semibold text-ink">
        {writtenOff === 0
          ? `${countOf(left, { one: "reader", many: "readers" })} left.`
          : `${left} still ${left === 1 ? "reads" : "read"} it.`}
      </b>{" "}
      {said}
    </figcaption>
  );
  // A line that has not moved, or has had no day to, says no more than the sentence below it.
  if (!isLine(readers, now))
    return <figure className={size === "wide" ? "p-3" : ""}>{caption}</figure>;
  const labelAtLeft = scale.now > 0.75;
  return (
    // Not wider than its points by much, so that letters stay as large as those around it.
    <figure className="max-w-[48rem] px-3 pt-1 pb-3">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className="h-auto w-full text-ink"
        role="img"
        aria-label={`${countOf(left, { one: "reader", many: "readers" })}. ${said}`}
      >
        {scale.sunset === undefined ? null : (
          <>
            <rect
              x={across(scale.sunset)}
              y={TOP}
              width={Math.max(0, width - RIGHT - across(scale.sunset))}
              height={height - TOP - BOTTOM}
              fill="var(--sunken)"
            />
            <line
              x1={across(scale.sunset)}
              x2={across(scale.sunset)}
              y1={TOP - 4}
              y2={height - BOTTOM}
              stroke="var(--ink2)"
              strokeWidth="1.5"
            />
            <text
              x={across(scale.sunset)}
              y={12}
              textAnchor={scale.sunset > 0.85 ? "end" : "middle"}
              className="fill-ink font-semibold text-[12px]"
            >
              date {sayDay(window.sunset ?? "")}
            </text>
          </>
        )}
        {rowsOf(scale.most).map((count) => (
          <g key={count}>
            <line
              x1={LEFT}
              x2={width - RIGHT}
              y1={down(count / scale.most)}
              y2={down(count / scale.most)}
              stroke="var(--line)"
            />
            <text
              x={LEFT - 8}
              y={down(count / scale.most) + 4}
              textAnchor="end"
              className="fill-ink2 text-[12px] tabular-nums"
            >
              {count}
            </text>
          </g>
        ))}
        {scale.ticks
          .filter((_, at) => size === "wide" || at % 2 === 0)
          .map(({ x, date }) => (
            <text
              key={date}
              x={across(x)}
              y={height - 6}
              textAnchor={x < 0.04 ? "start" : x > 0.96 ? "end" : "middle"}
              className="fill-ink2 text-[12px] tabular-nums"
            >
              {sayDay(date)}
            </text>
          ))}
        {scale.zero === undefined ? null : (
          <>
            <line
              x1={across(scale.now)}
              y1={down(left / scale.most)}
              x2={across(scale.zero)}
              y2={down(0)}
              stroke="currentColor"
              strokeWidth="1.5"
              strokeDasharray="2 4"
            />
            <circle
              cx={across(scale.zero)}
              cy={down(0)}
              r="4"
              fill="var(--surface)"
              stroke="currentColor"
              strokeWidth="1.5"
            />
          </>
        )}
        <polyline
          points={scale.stairs.map(({ x, y }) => `${across(x)},${down(y)}`).join(" ")}
          fill="none"
          stroke="currentColor"
          strokeWidth="2.5"
        />
        <line
          x1={across(scale.now)}
          x2={across(scale.now)}
          y1={TOP - 14}
          y2={height - BOTTOM}
          stroke="var(--accent)"
          strokeWidth="1.5"
        />
        <text
          x={across(scale.now) + (labelAtLeft ? -6 : 6)}
          y={TOP - 6}
          textAnchor={labelAtLeft ? "end" : "start"}
          className="fill-accent font-semibold text-[12px]"
        >
          today
        </text>
        <circle
          cx={across(scale.now)}
          cy={down(left / scale.most)}
          r="4.5"
          fill="currentColor"
          stroke="var(--surface)"
        />
      </svg>
      {caption}
    </figure>
  );
}

/** Who was written off has not moved, and nobody waits for it. */
const sayWrittenOff = (writtenOff: number, left: number): string =>
  writtenOff === left
    ? `${left === 1 ? "It was" : "All were"} written off.`
    : `${writtenOff} of them ${writtenOff === 1 ? "was" : "were"} written off.`;

import type { GateSummary } from "#lib/review/gate-page.ts";
import { sayWait, sayWrongShare } from "#lib/view/gate-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";

interface Figure {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

function figuresOf(summary: GateSummary): readonly Figure[] {
  const { runs, changes, stopped, wouldHaveStopped, passedLater, findings, wrong, seconds } =
    summary;
  const hit = stopped + wouldHaveStopped;
  return [
    {
      label: "Changes checked",
      value: String(changes),
      note: `in ${countOf(runs, { one: "run", many: "runs" })}`,
    },
    {
      label: stopped === 0 ? "Would have been stopped" : "Stopped, or would have been",
      value: String(hit),
      note: [
        ...(stopped === 0 ? [] : [`${stopped} stopped`]),
        hit === 0 ? "all of them passed" : `${passedLater} passed later`,
      ].join(" · "),
    },
    {
      label: "Judged wrong",
      value: sayWrongShare(summary),
      note:
        findings === 0
          ? "no finding counted"
          : `${wrong} of ${countOf(findings, { one: "finding", many: "findings" })}`,
    },
    {
      label: "Time added a run",
      value: seconds === undefined ? "–" : sayWait(seconds.median),
      note:
        seconds === undefined
          ? "not measured"
          : `nine of ten within ${sayWait(seconds.p90)} · ${sayWait(seconds.total)} in all`,
    },
  ];
}

/** The four figures by which people say whether the gate is worth its price. */
export function GateFigures({ summary }: { readonly summary: GateSummary }) {
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-card border border-line bg-surface min-[64rem]:grid-cols-4 max-[30rem]:grid-cols-1">
      {figuresOf(summary).map(({ label, value, note }) => (
        <div key={label} className="-mt-px -ml-px border-line border-t border-l px-4 py-3.5">
          <dt className="text-ink2 text-small">{label}</dt>
          <dd className="mt-0.5 font-semibold text-[1.75rem] leading-tight tracking-[-0.02em] tabular-nums">
            {value}
          </dd>
          <dd className="text-ink3 text-small">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

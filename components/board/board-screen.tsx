import type { BoardGate, BoardPage, BoardSide } from "#lib/view/board.ts";
import { saySpread } from "#lib/view/ledger-words.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { Crumb } from "../page/crumb.tsx";
import { FirstFew } from "../ui/first-few.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";

const COMMAND = "faultline incidents import FILE";
const NOT_KNOWN = "not known";

const shareOf = ({ schemaMismatches, causeKnown }: BoardSide): string =>
  causeKnown === 0
    ? NOT_KNOWN
    : `${Math.round((100 * schemaMismatches) / causeKnown)}% (${schemaMismatches} of ${causeKnown} with a known cause)`;

const ROWS: readonly (readonly [string, (side: BoardSide) => string])[] = [
  ["Incidents", ({ incidents }) => String(incidents)],
  ["A month", ({ perMonth }) => (perMonth === undefined ? "–" : perMonth.toFixed(1))],
  ["Schema mismatches among them", shareOf],
  ["Time to the cause", ({ timeToCause }) => (timeToCause ? saySpread(timeToCause) : NOT_KNOWN)],
  ["Time to repair", ({ timeToRepair }) => (timeToRepair ? saySpread(timeToRepair) : NOT_KNOWN)],
];

/** Of changes that would have done harm or did, those that the gate held up. */
function sayGate({ stopped, deployed, wouldHaveStopped, stoppedShare, changes, since }: BoardGate) {
  const share =
    stoppedShare === undefined
      ? `none of ${countOf(changes, { one: "change", many: "changes" })} did harm`
      : `${Math.round(100 * stoppedShare)}% (${stopped} stopped by the gate, ${deployed} deployed and an incident)`;
  const would =
    wouldHaveStopped === 0 ? "" : `; ${wouldHaveStopped} more it would have stopped, but observes`;
  return `${share}${would}; since ${sayTime(since)}`;
}

const OUTCOMES = {
  stopped: { text: "stopped", look: "font-semibold" },
  shown: { text: "shown, let through", look: "text-ink2" },
  not_stopped: { text: "not stopped", look: "text-ink2" },
  unknown: { text: "not known", look: "text-ink3" },
} as const;

/** The newest; a year of them is longer than anybody reads. */
const SHOWN = 12;

function Replay({ replay }: Pick<BoardPage, "replay">) {
  const all = replay.stopped + replay.shown + replay.notStopped + replay.unknown;
  if (all === 0)
    return (
      <PanelEmpty>
        Bring the incidents of before with <code className="font-mono text-small">{COMMAND}</code>:
        a CSV, or an export of PagerDuty or Jira. Each is then asked whether the gate would have
        stopped it.
      </PanelEmpty>
    );
  return (
    <>
      <p className="border-line border-b px-4 py-3 text-pretty">
        Of {countOf(all, { one: "incident", many: "incidents" })} before, the gate would have
        stopped <b className="font-semibold tabular-nums">{replay.stopped}</b>, shown and let
        through {replay.shown}, and not stopped {replay.notStopped}; of {replay.unknown} nothing can
        be said.
      </p>
      <FirstFew
        items={replay.incidents}
        shown={SHOWN}
        rest={(count) => countOf(count, { one: "older incident", many: "older incidents" })}
      >
        {(some) => <Replayed incidents={some} />}
      </FirstFew>
    </>
  );
}

const Replayed = ({ incidents }: Pick<BoardPage["replay"], "incidents">) => (
  <ul className="list-none divide-y divide-line border-line [details>&]:border-t">
    {incidents.map(({ id, title, openedAt, outcome, why, isGuessed }) => (
      <li
        key={id}
        className="grid gap-x-4 gap-y-0.5 px-4 py-2 min-[52rem]:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)]"
      >
        <span className={OUTCOMES[outcome].look}>{OUTCOMES[outcome].text}</span>
        <span className="min-w-0 wrap-anywhere">
          {title}
          <span className="block text-ink3 text-small">
            {id} · {sayTime(openedAt)}
          </span>
        </span>
        <span className="min-w-0 text-ink2 text-small wrap-anywhere">
          {why}
          {isGuessed ? " (read out of its words)" : ""}
        </span>
      </li>
    ))}
  </ul>
);

/** How it was, how it is, and what would have been spared. */
export function BoardScreen({
  page: { before, since, replay, toldBefore, gate },
}: {
  readonly page: BoardPage;
}) {
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-5 pb-12 slim:px-3">
      <Crumb href="/incidents" text="Incidents" here="Board" />
      <h1 className="font-semibold text-answer tracking-[-0.018em]">Before and since</h1>
      <p className="mt-1 max-w-[46rem] text-pretty text-ink2">
        Incidents that were imported, against those that were kept here. Times are medians with nine
        of ten, and with how many there are.
      </p>
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
        <Panel id="figures" title="Figures">
          <section
            aria-label="Figures, scrolls"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keys
            tabIndex={0}
            className="overflow-x-auto"
          >
            <table className="w-full min-w-[40rem] border-collapse text-left">
              <thead>
                <tr className="border-line border-b text-ink3 text-small [&>th]:px-4 [&>th]:py-1.5 [&>th]:font-normal">
                  <td />
                  <th scope="col">Before</th>
                  <th scope="col">Since</th>
                </tr>
              </thead>
              <tbody className="divide-y divide-line">
                {ROWS.map(([label, say]) => (
                  <tr key={label} className="[&>td]:px-4 [&>td]:py-2 [&>td]:tabular-nums">
                    <th scope="row" className="px-4 py-2 font-normal text-ink2">
                      {label}
                    </th>
                    <td>{say(before)}</td>
                    <td>{say(since)}</td>
                  </tr>
                ))}
                <tr className="[&>td]:px-4 [&>td]:py-2">
                  <th scope="row" className="px-4 py-2 font-normal text-ink2">
                    Its change was reviewed before it was deployed
                  </th>
                  <td>{NOT_KNOWN}</td>
                  <td className="tabular-nums">{toldBefore}</td>
                </tr>
                <tr className="[&>td]:px-4 [&>td]:py-2">
                  <th scope="row" className="px-4 py-2 font-normal text-ink2">
                    Harmful changes that were stopped before they were deployed
                  </th>
                  <td>{NOT_KNOWN}</td>
                  <td className="tabular-nums">{gate === undefined ? NOT_KNOWN : sayGate(gate)}</td>
                </tr>
              </tbody>
            </table>
          </section>
        </Panel>
        <Panel
          id="replay"
          title="Would the gate have stopped it?"
          note="on the graph as it is today"
        >
          <Replay replay={replay} />
        </Panel>
      </div>
    </main>
  );
}

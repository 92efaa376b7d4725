"use client";

import { useState } from "react";
import type { IncidentAction, IncidentEvent } from "#lib/incidents/incident-action.ts";
import { foldTimeline, type TimelineLine } from "#lib/view/fold-timeline.ts";
import { sayClock, sayEntry } from "#lib/view/incident-words.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { Button } from "../ui/button.tsx";

/** Entries that set a time stamp or a state carry the line. */
const MILESTONES: ReadonlySet<string> = new Set(["open", "set_state", "stamp", "confirm_cause"]);

function Line({
  line,
  day,
  isOneDay,
}: {
  readonly line: TimelineLine;
  readonly day: string;
  readonly isOneDay: boolean;
}) {
  const [event] = line.events;
  if (event === undefined) return null;
  const isMilestone = MILESTONES.has(event.action.kind);
  return (
    <li className="relative flex gap-3 pb-3 last:pb-0">
      <time
        dateTime={event.at}
        className={`${isOneDay ? "w-9" : "w-[5.5rem]"} flex-none text-right text-ink2 text-small tabular-nums`}
      >
        {sayClock(event.at, day)}
      </time>
      <span
        aria-hidden="true"
        className={`relative z-10 mt-[0.3rem] size-2.5 flex-none rounded-full border border-ink3 ${isMilestone ? "border-accent bg-accent" : "bg-surface"}`}
      />
      <div className="min-w-0 flex-1 wrap-anywhere">
        <p>
          <b className="font-semibold">{event.actor}</b> {line.text}
        </p>
        {line.events.length === 1 ? null : <Folded events={line.events} />}
      </div>
    </li>
  );
}

/** Each entry of a line that stands for many. */
function Folded({ events }: { readonly events: readonly IncidentEvent[] }) {
  return (
    <details className="mt-0.5 text-ink2 text-small">
      <summary className="cursor-pointer">{events.length} entries</summary>
      <ul className="mt-1 max-h-60 list-none overflow-y-auto">
        {events.map((event) => (
          <li key={event.seq}>{sayEntry(event)}</li>
        ))}
      </ul>
    </details>
  );
}

/** What fits beside the rest of the page; all of it is a click away and in every export. */
const SHOWN = 30;

/** What happened, newest first. Only ever added to. */
export function Timeline({
  events,
  day,
  onEnter,
}: {
  readonly events: readonly IncidentEvent[];
  readonly day: string;
  readonly onEnter: (action: IncidentAction) => Promise<string | undefined>;
}) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isAll, setAll] = useState(false);
  const newest = foldTimeline([...events].reverse());
  const shown = isAll ? newest : newest.slice(0, SHOWN);
  // Without dates the times are short: the rest of a narrow panel is for what is said.
  const isOneDay = shown.every(
    ({ events: [event] }) => event?.at.slice(0, 10) === day.slice(0, 10),
  );
  const add = async () => {
    if (text.trim() === "") return;
    const refused = await onEnter({ kind: "note", text: text.trim() });
    setProblem(refused);
    // What was typed at night and not taken is not to be typed again.
    if (refused === undefined) setText("");
  };
  return (
    <>
      <form
        className="no-print flex gap-2 border-line border-b px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          aria-label="A note for the timeline"
          placeholder="What was found or done"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="h-[1.875rem] min-w-0 flex-1 rounded-control border border-ink3 bg-surface px-2 placeholder:text-ink3"
        />
        <Button type="submit">Add</Button>
      </form>
      {problem === undefined ? null : (
        // Read aloud above the page already: here it stands beside what was typed.
        <p className="px-4 pt-3 font-medium wrap-anywhere">{saySentence(problem)}</p>
      )}
      <ol
        aria-live="polite"
        className={`relative list-none px-4 py-4 before:absolute before:top-5 before:bottom-5 before:w-px before:bg-line2 ${isOneDay ? "before:left-[4.3rem]" : "before:left-[7.55rem]"}`}
      >
        {shown.map((line) => (
          // By its oldest entry: newer ones join a line that stands.
          <Line key={line.events.at(-1)?.seq} line={line} day={day} isOneDay={isOneDay} />
        ))}
      </ol>
      {shown.length === newest.length ? null : (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="w-full border-line border-t bg-sunken px-4 py-2 text-left text-ink2 text-small"
        >
          {newest.length - shown.length} earlier
        </button>
      )}
    </>
  );
}

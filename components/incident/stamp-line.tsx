import type { Stamp } from "#lib/incidents/incident-action.ts";
import type { IncidentTimes } from "#lib/incidents/incident-times.ts";
import { STAMP_WORDS, sayClock, sayHours } from "#lib/view/incident-words.ts";
import { type PlacedStamp, placeStamps } from "#lib/view/stamp-scale.ts";

/** Room for a label on both sides, in percent of the width. */
const EDGE = 6;
const across = (place: number): string => `${EDGE + place * (100 - 2 * EDGE)}%`;

function Label({
  placed,
  rows,
  day,
}: {
  readonly placed: PlacedStamp;
  readonly rows: number;
  readonly day: string;
}) {
  const isNow = placed.stamp === "now";
  return (
    <li
      className={`absolute -translate-x-1/2 text-center whitespace-nowrap ${isNow ? "text-accent" : ""}`}
      style={{ left: across(placed.place), top: `${(rows - 1 - placed.row) * 2.5}rem` }}
    >
      <span className="block font-semibold tabular-nums">{sayClock(placed.at, day)}</span>
      <span className={`block text-small ${isNow ? "" : "text-ink2"}`}>
        {isNow ? "now" : STAMP_WORDS[placed.stamp as Stamp]}
      </span>
    </li>
  );
}

function Span({
  from,
  to,
  text,
  strong = false,
}: {
  readonly from: PlacedStamp | undefined;
  readonly to: PlacedStamp | undefined;
  readonly text: string;
  readonly strong?: boolean;
}) {
  if (from === undefined || to === undefined || to.place <= from.place) return null;
  return (
    <div className="relative h-7">
      <div
        className={`absolute bottom-1 h-1.5 border-x border-b ${strong ? "border-silent" : "border-ink3"}`}
        style={{
          left: across(from.place),
          width: `calc(${across(to.place)} - ${across(from.place)})`,
        }}
      />
      <p
        className="absolute bottom-2.5 -translate-x-1/2 bg-surface px-1 text-small whitespace-nowrap"
        style={{ left: across((from.place + to.place) / 2) }}
      >
        {text}
      </p>
    </div>
  );
}

/** The six time stamps drawn to scale, and the hours between those that matter. */
export function StampLine({
  stamps,
  times,
  now,
}: {
  readonly stamps: Readonly<Partial<Record<Stamp, string>>>;
  readonly times: IncidentTimes;
  readonly now: string;
}) {
  const placed = placeStamps(stamps, now);
  const rows = Math.max(1, ...placed.map(({ row }) => row + 1));
  const at = (stamp: Stamp): PlacedStamp | undefined => placed.find((one) => one.stamp === stamp);
  const exposed = at("first_bad_run") ?? at("detected");
  const end = at("mitigated") ?? at("repaired") ?? placed.find(({ stamp }) => stamp === "now");
  return (
    <section
      aria-label="Time stamps on a line, scrolls"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
      className="overflow-x-auto px-4 py-4"
    >
      <div className="min-w-[38rem]">
        <ol className="relative list-none" style={{ height: `${rows * 2.5}rem` }}>
          {placed.map((one) => (
            <Label key={one.stamp} placed={one} rows={rows} day={now} />
          ))}
        </ol>
        <div className="relative my-2 h-3" aria-hidden="true">
          <div
            className="absolute top-1/2 h-px bg-ink3"
            style={{ left: across(0), right: `calc(100% - ${across(placed.at(-1)?.place ?? 1)})` }}
          />
          {exposed === undefined || end === undefined ? null : (
            <div
              className="absolute top-1/2 h-1 -translate-y-1/2 bg-silent"
              style={{
                left: across(exposed.place),
                width: `calc(${across(end.place)} - ${across(exposed.place)})`,
              }}
            />
          )}
          {placed.map(({ stamp, place }) => (
            <span
              key={stamp}
              className={`absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rounded-full ${stamp === "now" ? "border-2 border-accent bg-surface" : "bg-ink"}`}
              style={{ left: across(place) }}
            />
          ))}
        </div>
        {times.toDetect === undefined ? null : (
          <Span
            from={at("first_bad_run")}
            to={at("detected")}
            text={`${sayHours(times.toDetect)} to detect`}
          />
        )}
        {times.toMitigate === undefined ? null : (
          <Span
            from={at("detected")}
            to={at("mitigated")}
            text={`${sayHours(times.toMitigate)} to mitigate`}
          />
        )}
        {times.exposure === undefined ? null : (
          <Span
            strong
            from={at("first_bad_run")}
            to={at("mitigated") ?? at("repaired")}
            text={`${sayHours(times.exposure)} exposed: decisions saw wrong numbers`}
          />
        )}
      </div>
    </section>
  );
}

import type { Incident } from "#lib/incidents/incident.ts";
import type { ReportedSymptom } from "#lib/incidents/incident-action.ts";
import { nameOfRef, sayClock } from "#lib/view/incident-words.ts";
import { SHOWING_WORDS } from "#lib/view/showing-words.ts";
import { FirstFew } from "../ui/first-few.tsx";
import { VerdictMark } from "../verdict/verdict-mark.tsx";

/** What is read at a glance; the rest is a click away. */
const SHOWN = 12;

/** What is broken and how it shows, and what was seen right: both count. */
export function SymptomTable({
  incident: { symptoms, healthy, unlisted = 0 },
  now,
}: {
  readonly incident: Incident;
  readonly now: string;
}) {
  return (
    <>
      <FirstFew items={symptoms} shown={SHOWN} rest={(count) => `${count} more that are broken`}>
        {(some) => <SymptomRows symptoms={some} now={now} />}
      </FirstFew>
      {unlisted === 0 ? null : (
        <p className="border-line border-t px-4 py-2.5 text-ink2">
          {unlisted} more {unlisted === 1 ? "is" : "are"} told to be broken: counted here, not
          listed.
        </p>
      )}
      {healthy.length === 0 ? null : (
        <ul className="list-none divide-y divide-line border-line border-t">
          {healthy.map((ref) => (
            <li key={ref} className="flex items-center gap-3 px-4 py-2 text-ink2">
              <VerdictMark verdict="unaffected" />
              <span className="min-w-0 flex-1 wrap-anywhere">{nameOfRef(ref)}</span>
              <span>seen right</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function SymptomRows({
  symptoms,
  now,
}: {
  readonly symptoms: readonly ReportedSymptom[];
  readonly now: string;
}) {
  return (
    <ul className="list-none divide-y divide-line">
      {symptoms.map(({ ref, shows, seen, since, toldBy }) => {
        const how = shows === undefined ? undefined : SHOWING_WORDS[shows];
        return (
          <li key={ref} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2">
            <VerdictMark verdict={how?.verdict ?? "unknown"} />
            <span className="min-w-[10rem] flex-1 slim:basis-[calc(100%-3rem)] wrap-anywhere font-medium">
              {nameOfRef(ref)}
            </span>
            <span className="min-w-[8rem] flex-[2] text-ink2 slim:basis-full slim:pl-7">
              {[how?.text ?? "broken, how is not said", seen]
                .filter((part) => part !== undefined)
                .join(": ")}
            </span>
            <span className="text-ink2 text-small tabular-nums slim:pl-7">
              {[since === undefined ? undefined : sayClock(since, now), toldBy]
                .filter((part) => part !== undefined)
                .join(" · ")}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

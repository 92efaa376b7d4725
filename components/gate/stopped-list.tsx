import type { StoppedChange } from "#lib/review/gate-page.ts";
import type { GateMiss, LoggedFinding } from "#lib/review/gate-run.ts";
import { STOPPED_WORDS, sayLoggedChange } from "#lib/view/gate-words.ts";
import { sayDay } from "#lib/view/review-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { FirstFew } from "../ui/first-few.tsx";
import { PanelEmpty } from "../ui/panel.tsx";
import { JudgedRow } from "./judged-row.tsx";

/** So many findings are shown at once; the others are one step away. */
const SHOWN = 5;

type Judged = ReadonlyMap<string, GateMiss>;

/** Changes that the gate stopped or would have, each with what counted. */
export function StoppedList({
  stopped,
  judged,
}: {
  readonly stopped: readonly StoppedChange[];
  readonly judged: Judged;
}) {
  if (stopped.length === 0) return <PanelEmpty>Every change of this time passed.</PanelEmpty>;
  return (
    <ul className="list-none divide-y divide-line">
      {stopped.map((change) => (
        <li key={`${change.key ?? ""} ${change.at}`} className="px-4 py-3">
          <Head change={change} />
          <Findings findings={change.findings} judged={judged} />
        </li>
      ))}
    </ul>
  );
}

function Head({ change }: { readonly change: StoppedChange }) {
  const { key, link, at, base, head, runs, outcome, passedLater } = change;
  const name = key ?? `${base} → ${head}`;
  const isStopped = outcome === "blocked" || outcome === "incomplete";
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
      {link === undefined ? (
        <b className="font-semibold text-row">{name}</b>
      ) : (
        <a href={link} className="font-semibold text-accent text-row hover:underline">
          {name}
        </a>
      )}
      <span className={isStopped ? "font-semibold" : "text-ink2"}>{STOPPED_WORDS[outcome]}</span>
      {passedLater ? <span className="text-ink2">passed later</span> : null}
      <span className="ml-auto text-ink3 text-small">
        {[...(runs === 1 ? [] : [countOf(runs, { one: "run", many: "runs" })]), sayDay(at)].join(
          " · ",
        )}
      </span>
    </p>
  );
}

function Findings({
  findings,
  judged,
}: {
  readonly findings: readonly LoggedFinding[];
  readonly judged: Judged;
}) {
  if (findings.length === 0)
    return <p className="mt-1 text-ink2">Nobody could say what happens to something important.</p>;
  return (
    <FirstFew
      items={findings}
      shown={SHOWN}
      rest={(count) => countOf(count, { one: "more finding", many: "more findings" })}
      inText
    >
      {(some) => <Rows findings={some} judged={judged} />}
    </FirstFew>
  );
}

const Rows = ({
  findings,
  judged,
}: {
  readonly findings: readonly LoggedFinding[];
  readonly judged: Judged;
}) => (
  <ul className="mt-2 grid list-none gap-1.5">
    {findings.map((finding) => (
      <li key={finding.fingerprint}>
        <JudgedRow
          finding={finding}
          note={sayLoggedChange(finding)}
          target={{ fingerprint: finding.fingerprint }}
          miss={judged.get(finding.fingerprint)}
        />
      </li>
    ))}
  </ul>
);

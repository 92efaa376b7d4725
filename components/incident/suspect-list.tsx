import type { ChangeInput } from "#lib/impact/change.ts";
import { changeOfCause } from "#lib/incidents/change-of-cause.ts";
import type { IncidentCause } from "#lib/incidents/incident.ts";
import type { RejectedSuspect, Suspect, SuspectTerm, Triage } from "#lib/incidents/suspect.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import { nameOfRef, nameSome } from "#lib/view/incident-words.ts";
import { sayFault, sayKind, sayPlace } from "#lib/view/suspect-words.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { buttonClass } from "../ui/button.tsx";
import { FirstFew } from "../ui/first-few.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { PanelEmpty } from "../ui/panel.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { SuspectPaths } from "./suspect-paths.tsx";

const signed = (value: number): string =>
  value < 0 ? `−${Math.abs(value).toFixed(1)}` : `+${value.toFixed(1)}`;

function Term({ term }: { readonly term: SuspectTerm }) {
  return (
    <li
      className={`flex min-w-0 items-baseline gap-1.5 rounded-tag border px-1.5 py-0.5 text-small ${term.value < 0 ? "border-line2 border-dashed text-ink2" : "border-line2"}`}
    >
      {term.text}
      <b className="flex-none font-semibold tabular-nums">{signed(term.value)}</b>
    </li>
  );
}

/** The sum as a bar: what speaks for it solid, what speaks against it hatched at its end. */
function ScoreBar({
  terms,
  most,
}: {
  readonly terms: readonly SuspectTerm[];
  readonly most: number;
}) {
  const speaksFor = terms.filter(({ value }) => value > 0);
  const against = terms.reduce((sum, { value }) => sum + Math.max(0, -value), 0);
  const width = (value: number): string => `${(100 * value) / Math.max(1, most)}%`;
  return (
    <span className="mt-1.5 flex h-2 w-full max-w-[26rem] gap-px" aria-hidden="true">
      {speaksFor.map(({ term, value }) => (
        <span key={term} className="h-full bg-ink2" style={{ width: width(value) }} />
      ))}
      {against === 0 ? null : (
        <span
          className="h-full border border-line2 bg-[repeating-linear-gradient(135deg,var(--line2)_0_1px,transparent_1px_4px)]"
          style={{ width: width(against) }}
        />
      )}
    </span>
  );
}

const changeOf = ({ asset: { namespace, name }, column, change }: Suspect): ChangeInput =>
  changeOfCause({ asset: { namespace, name }, column, change });

const nameOfSuspect = ({ asset, column }: Pick<Suspect, "asset" | "column">): string =>
  column === undefined ? asset.name : `${asset.name}.${column}`;

interface EntryProps {
  readonly suspect: Suspect;
  readonly place: number;
  readonly most: number;
  /** An earlier suspect of the same group: nothing that was observed tells the two apart. */
  readonly like: number | undefined;
  /** Why it stands before one with more points. */
  readonly why: string;
  readonly isPicked: boolean;
  readonly onPick: ((suspect: Suspect) => void) | undefined;
}

function Entry({ suspect, place, most, like, why, isPicked, onPick }: EntryProps) {
  const { asset, score, terms, cause, contradicted } = suspect;
  return (
    <li
      aria-current={isPicked ? "true" : undefined}
      className="flex gap-x-3 gap-y-2 px-4 py-3.5 aria-[current]:bg-accent-bg slim:flex-wrap"
    >
      <span className="w-4 flex-none pt-0.5 text-right font-semibold text-ink3 tabular-nums">
        {place}
      </span>
      <div className="min-w-0 flex-1 slim:basis-[calc(100%-2rem)]">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <KindMark kind={asset.kind} className="size-3.5 self-center" />
          <PageLink
            href={assetHref(asset.id)}
            className="wrap-anywhere font-medium font-mono hover:underline"
          >
            {nameOfSuspect(suspect)}
          </PageLink>
          <span>
            {cause === 2 ? "a second cause: " : ""}
            {sayFault(suspect)}
          </span>
          <span className="text-ink2 text-small">
            {sayKind(asset)}
            {asset.owner === undefined ? null : `, owned by ${asset.owner}`}
          </span>
        </p>
        <ul className="mt-1.5 flex list-none flex-wrap gap-1.5" aria-label="What the score adds up">
          {terms.map((term) => (
            <Term key={term.term} term={term} />
          ))}
        </ul>
        <ScoreBar terms={terms} most={most} />
        <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-small">
          {like === undefined ? null : (
            <span className="text-ink2">
              cannot be told apart from {like} by what was seen; look at {like} first
            </span>
          )}
          {why === "" ? null : <span className="text-ink2">{why}</span>}
          <PageLink href={blastHref([changeOf(suspect)])} className="text-accent hover:underline">
            What else it breaks
          </PageLink>
          {contradicted.length === 0 ? null : (
            <span className="text-ink2">
              should have broken what was seen right: {nameSome(contradicted.map(nameOfRef))}
            </span>
          )}
        </p>
        {isPicked ? <SuspectPaths suspect={suspect} change={changeOf(suspect)} /> : null}
      </div>
      <div className="flex flex-none flex-col items-end gap-2 slim:ml-7 slim:flex-row slim:items-center slim:gap-3">
        <span className="font-semibold text-title tabular-nums" title="Nats: the sum of the terms">
          {score.toFixed(1)}
        </span>
        {onPick === undefined || isPicked ? null : (
          <button
            type="button"
            className={`no-print ${buttonClass()}`}
            onClick={() => onPick(suspect)}
          >
            This is the cause
            <span className="sr-only">: {nameOfSuspect(suspect)}</span>
          </button>
        )}
      </div>
    </li>
  );
}

function Rejected({ rejected }: { readonly rejected: readonly RejectedSuspect[] }) {
  if (rejected.length === 0) return null;
  return (
    <details className="border-line border-t">
      <summary className="cursor-pointer bg-sunken px-4 py-2 text-ink2 text-small">
        {rejected.length} changed lately and {rejected.length === 1 ? "is" : "are"} not it, with why
      </summary>
      <ul className="list-none divide-y divide-line">
        {rejected.map(({ asset, column, reason, change }) => (
          <li
            key={`${asset.id} ${column ?? ""} ${change?.at ?? ""} ${change?.change?.kind ?? ""}`}
            className="flex flex-wrap items-baseline gap-x-3 py-2 pr-4 pl-11"
          >
            <span className="wrap-anywhere font-mono text-small">
              {nameOfSuspect({ asset, ...(column === undefined ? {} : { column }) })}
            </span>
            <span className="text-ink2 text-small">{reason}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Who is looked at first at three in the morning. */
const SHOWN = 3;

/** Who may have done it, the likeliest first, each with the sum that ranks it. */
export function SuspectList({
  triage,
  picked,
  onPick,
}: {
  readonly triage: Triage;
  /** What is taken for the cause. */
  readonly picked?: IncidentCause | undefined;
  readonly onPick?: (suspect: Suspect) => void;
}) {
  const { suspects, unexplained, rejected } = triage;
  if (suspects.length === 0)
    return (
      <PanelEmpty>
        Nothing upstream explains it. What is broken may have no lineage that we know, or be its own
        cause.
      </PanelEmpty>
    );
  const sumOf = ({ terms }: Suspect): number =>
    terms.reduce((sum, { value }) => sum + Math.abs(value), 0);
  const most = Math.max(...suspects.map(sumOf));
  const entries = suspects.map((suspect, at) => {
    const first = suspects.findIndex(({ group }) => group === suspect.group);
    return (
      <Entry
        key={suspect.asset.id}
        suspect={suspect}
        place={at + 1}
        most={most}
        why={sayPlace(suspects, at)}
        like={first < at ? first + 1 : undefined}
        isPicked={picked?.asset === suspect.asset.id && picked.column === suspect.column}
        onPick={onPick}
      />
    );
  });
  return (
    <>
      <FirstFew items={entries} shown={SHOWN} rest={(count) => `${count} more, less likely`}>
        {(some) => <ol className="list-none divide-y divide-line">{some}</ol>}
      </FirstFew>
      {unexplained.length === 0 ? null : (
        <p className="flex flex-wrap items-center gap-2 border-line border-t px-4 py-2.5">
          Not explained by any of them:
          {unexplained.map(({ ref, asset }) => (
            <span key={ref} className="inline-flex items-center gap-1.5 font-medium">
              <KindMark kind={asset.kind} /> {asset.shortName}
            </span>
          ))}
        </p>
      )}
      <Rejected rejected={rejected} />
    </>
  );
}

"use client";

import type { Assessment, AssetVerdict } from "#lib/impact/assessment.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import { groupSteps } from "#lib/view/because-groups.ts";
import { adviseSafety, sayAbsorbed, sayConsequence } from "#lib/view/because-words.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { countOf, KIND_WORDS, sayVerdict } from "#lib/view/verdict-words.ts";
import type { ViewAction, ViewState } from "#lib/view/view-state.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { VerdictMark } from "../verdict/verdict-mark.tsx";
import { VerdictWord } from "../verdict/verdict-word.tsx";
import { BecauseSteps } from "./because-steps.tsx";
import { PointsTable } from "./points-table.tsx";

interface PanelProps {
  readonly assessment: Assessment;
  readonly verdict: AssetVerdict | undefined;
  readonly view: ViewState;
  readonly dispatch: (action: ViewAction) => void;
}

/** Why: the way from the change to the selected asset, step by step, and what would make it safe. */
export function BecausePanel({ assessment, verdict, view, dispatch }: PanelProps) {
  if (verdict === undefined) {
    return (
      <aside aria-label="Because" className="border-line border-l bg-surface p-4 text-ink2">
        Choose something in the list or in the graph to see why.
      </aside>
    );
  }
  return (
    <aside
      aria-labelledby="because-of"
      className="flex min-h-0 flex-col border-line border-l bg-surface slim:border-l-0"
    >
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll a long reason
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto px-3.5 py-3 wrap-anywhere focus-visible:outline-offset-[-2px] wide:px-4"
      >
        <Head verdict={verdict} />
        <Reasons verdict={verdict} />
        <Queries verdict={verdict} />
        <Also verdict={verdict} />
        {verdict.points === null ? null : (
          <PointsTable verdict={verdict} policy={assessment.policy} />
        )}
        <Safety verdict={verdict} assessment={assessment} />
      </div>
      <footer className="no-print flex flex-none items-center gap-2 border-line border-t px-3.5 py-2">
        <Button
          aria-pressed={view.pathOnly}
          onClick={() => dispatch({ do: "toggle-path-only", asset: verdict.asset.id })}
        >
          {view.pathOnly ? "Show the whole graph" : "Only this path"}
        </Button>
        <PageLink href={assetHref(verdict.asset.id)} className={buttonClass()}>
          Open asset
        </PageLink>
      </footer>
    </aside>
  );
}

function Head({ verdict }: { readonly verdict: AssetVerdict }) {
  const { asset } = verdict;
  const tier =
    asset.tier === undefined
      ? undefined
      : `tier ${asset.tier}${asset.tierGuessed ? " (guessed)" : ""}`;
  const stale =
    asset.staleSince === undefined
      ? undefined
      : `no longer said since ${sayTime(asset.staleSince)}`;
  const facts = [KIND_WORDS[asset.kind].one, asset.domain, asset.owner, tier, stale].filter(
    (fact) => fact !== undefined,
  );
  return (
    <>
      <div className="flex items-start gap-2">
        <KindMark kind={asset.kind} className="mt-1 size-4" />
        <h2
          id="because-of"
          className="min-w-0 break-words font-semibold text-title tracking-[-0.012em]"
        >
          {asset.shortName}
        </h2>
      </div>
      <p className="mt-0.5 text-ink2 text-small">{facts.join(" · ")}</p>
      {asset.name === asset.shortName ? null : (
        <p className="break-all font-mono text-ink3 text-tiny">{asset.name}</p>
      )}
      <p className="mt-2 mb-1 flex items-center justify-between gap-2 text-section">
        <VerdictWord verdict={verdict} spelled />
        {verdict.points === null ? (
          <span className="text-ink2 text-small">not scored</span>
        ) : (
          <span className="font-semibold tabular-nums">
            {verdict.points.toFixed(1)}{" "}
            <span className="font-normal text-ink3 text-small">{verdict.severity}</span>
          </span>
        )}
      </p>
      <p className="mb-3 text-pretty text-row">{sayConsequence(verdict)}</p>
    </>
  );
}

function SectionTitle({
  title,
  note,
}: {
  readonly title: string;
  readonly note?: string | undefined;
}) {
  return (
    <h3 className="mt-3 flex items-baseline gap-2 font-semibold">
      {title}{" "}
      {note === undefined ? null : <span className="font-normal text-ink3 text-small">{note}</span>}
    </h3>
  );
}

function sayLength(steps: AssetVerdict["because"]): string {
  const isAll = steps.every((step) => step.skipped === undefined);
  const assets = countOf(groupSteps(steps).length, { one: "asset", many: "assets" });
  return `through ${isAll ? "" : "more than "}${assets}`;
}

function Reasons({ verdict }: { readonly verdict: AssetVerdict }) {
  const stops = sayAbsorbed(verdict);
  return (
    <>
      {verdict.because.length > 0 ? (
        <>
          <SectionTitle title="Because" note={sayLength(verdict.because)} />
          <BecauseSteps steps={verdict.because} verdict={verdict.verdict} />
        </>
      ) : null}
      {stops.length > 0 ? (
        <>
          <SectionTitle title="Stops here" />
          <ul className="mt-1 list-none space-y-1 text-ink2">
            {stops.map((stop) => (
              <li key={stop} className="flex gap-2">
                <span aria-hidden="true" className="mt-0.5 h-4 w-[3px] flex-none bg-ink" />
                <span className="min-w-0 break-words">{stop}</span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

function Queries({ verdict }: { readonly verdict: AssetVerdict }) {
  const queries = verdict.queries ?? [];
  if (queries.length < 2) return null;
  return (
    <>
      <SectionTitle title="Its queries" note={`${queries.length}, the worst decides`} />
      <ul className="mt-1 list-none">
        {queries.map((query) => (
          <li key={query.name} className="flex items-center gap-2 border-line border-b py-1">
            <VerdictMark verdict={query.verdict} />
            <span className="min-w-0 flex-1 truncate" title={query.name}>
              {query.name}
            </span>
            <span className="text-ink2 text-small">
              {sayVerdict({
                ...verdict,
                ...query,
                rows: [],
                run: query.verdict === "breaks_loudly" ? "fails" : "ok",
              })}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Also({ verdict }: { readonly verdict: AssetVerdict }) {
  if (verdict.also.length === 0) return null;
  return (
    <>
      <SectionTitle title="Also" note="weaker than the above" />
      {verdict.also.map((other) => (
        <details
          key={`${other.verdict} ${other.because.at(-1)?.node} ${other.because.at(-1)?.rule}`}
          className="mt-1"
        >
          <summary className="cursor-pointer">
            <VerdictWord verdict={{ ...verdict, ...other, rows: [], run: "ok" }} spelled />
          </summary>
          <BecauseSteps steps={other.because} verdict={other.verdict} />
        </details>
      ))}
    </>
  );
}

function Safety({
  verdict,
  assessment,
}: Pick<PanelProps, "assessment"> & { readonly verdict: AssetVerdict }) {
  const advice = adviseSafety(verdict, assessment.changes);
  if (advice.length === 0) return null;
  return (
    <>
      <SectionTitle title="What would make it safe" />
      <ul className="mt-1 list-disc space-y-1 pl-4 text-ink2">
        {advice.map((item) => (
          <li key={item.title} className="text-pretty">
            <b className="font-[550] text-ink">{item.title}</b> {item.text}
          </li>
        ))}
      </ul>
    </>
  );
}

"use client";

import { type KeyboardEvent, useRef, useState } from "react";
import type { Assessment, AssetVerdict, VerdictAsset } from "#lib/impact/assessment.ts";
import type { AssetId } from "#lib/model/asset-id.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import { sayAbsorbed } from "#lib/view/because-words.ts";
import type { Ranking } from "#lib/view/ranking.ts";
import { ROW_NAME, splitApart } from "#lib/view/tell-apart.ts";
import type { ViewAction, ViewState } from "#lib/view/view-state.ts";
import { PageLink } from "../ui/page-link.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { ConsumerRow, QuietRow } from "./consumer-row.tsx";
import { OwnersToTell } from "./owners-to-tell.tsx";
import { SuspectedTwins } from "./suspected-twins.tsx";
import { UnknownFrame } from "./unknown-frame.tsx";

const GROUPS = [
  { value: "rank", text: "Rank" },
  { value: "domain", text: "Domain" },
  { value: "owner", text: "Owner" },
] as const;

/** Folded lists longer than this are built when they are opened. */
const LONG = 40;

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

interface ListProps {
  readonly assessment: Assessment;
  readonly ranking: Ranking;
  readonly view: ViewState;
  readonly selected: AssetId | undefined;
  readonly dispatch: (action: ViewAction) => void;
  /** A line was chosen with the pointer or Enter, not merely passed with the arrows. */
  readonly onOpen: () => void;
}

/** Who breaks, from the worst. Every fact of the graph is also here: readable before, and without, the drawing. */
export function ConsumerList({ assessment, ranking, view, selected, dispatch, onOpen }: ListProps) {
  const root = useRef<HTMLElement>(null);
  const select = (asset: AssetId) => {
    dispatch({ do: "select", asset });
    onOpen();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const inField = event.target instanceof HTMLInputElement;
    if (step === undefined || inField || event.metaKey || event.ctrlKey) return;
    const rows = [...(root.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])].filter(
      (row) => row.checkVisibility(),
    );
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const next = rows[at < 0 ? rows.findIndex((row) => row.ariaCurrent === "true") : at + step];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    const asset = next.getAttribute("data-row") as AssetId;
    dispatch({ do: "select", asset, passing: true });
  };

  return (
    <section
      ref={root}
      aria-labelledby="who-breaks"
      onKeyDown={onKeyDown}
      className="flex min-h-0 flex-col border-line border-r bg-surface"
    >
      <header className="flex min-h-11 flex-none items-center gap-2 border-line border-b px-3 wide:px-4">
        <h2 id="who-breaks" className="flex-1 whitespace-nowrap font-semibold text-section">
          Who breaks
        </h2>
        <Segmented
          label="Group the list by"
          options={GROUPS}
          value={view.grouping}
          onChange={(by) => dispatch({ do: "group", by })}
        />
      </header>
      <FilterField view={view} filteredOut={ranking.filteredOut} dispatch={dispatch} />
      <div className="min-h-0 flex-1 overflow-auto">
        <Ranked ranking={ranking} selected={selected} select={select} />
        {ranking.unknown.length > 0 ? (
          <UnknownFrame verdicts={ranking.unknown} selected={selected} onSelect={select} />
        ) : null}
        <SuspectedTwins twins={assessment.suspectedTwins ?? []} />
        <ReadsNotKnown assets={assessment.readsNotKnown ?? []} />
        <Folded
          title="Datasets in between"
          verdicts={ranking.between}
          selected={selected}
          select={select}
        />
        <Folded
          title="Unaffected consumers, each with its reason"
          verdicts={ranking.unaffectedConsumers}
          selected={selected}
          select={select}
        />
        <Folded
          title="Unaffected in between"
          verdicts={ranking.unaffectedBetween}
          selected={selected}
          select={select}
        />
      </div>
      <OwnersToTell notify={assessment.notify} />
    </section>
  );
}

function FilterField({
  view,
  filteredOut,
  dispatch,
}: Pick<ListProps, "view" | "dispatch"> & { readonly filteredOut: number }) {
  return (
    <div className="no-print flex flex-none items-center gap-2 border-line border-b px-3 py-1.5 wide:px-4">
      <input
        type="search"
        aria-label="Filter by name, owner, domain or kind"
        placeholder="Filter by name, owner, domain, kind"
        value={view.find}
        onChange={(event) => dispatch({ do: "find", text: event.target.value })}
        className="h-6 min-w-0 flex-1 bg-transparent text-small placeholder:text-ink3"
      />
      {filteredOut > 0 ? (
        <button
          type="button"
          className="min-h-6 text-accent text-small hover:underline"
          onClick={() => dispatch({ do: "clear-filters" })}
        >
          {filteredOut} filtered out, show all
        </button>
      ) : null}
    </div>
  );
}

interface RankedProps {
  readonly ranking: Ranking;
  readonly selected: AssetId | undefined;
  readonly select: (asset: AssetId) => void;
}

function Ranked({ ranking, selected, select }: RankedProps) {
  if (ranking.groups.length === 0) {
    return (
      <p className="px-4 py-3 text-ink2">
        {ranking.filteredOut > 0
          ? "Nothing that breaks passes the filter."
          : "No consumer that we know breaks."}
      </p>
    );
  }
  const parts = splitApart(
    ranking.groups.flatMap(({ rows }) => rows.map(({ verdict }) => verdict.asset.shortName)),
    ROW_NAME,
  );
  return ranking.groups.map((group) => (
    <div key={group.title}>
      {group.title === "" ? null : (
        <h3 className="flex justify-between bg-canvas px-4 py-1 font-medium text-ink2 text-small">
          {group.title}
          <span className="tabular-nums">{group.rows.length}</span>
        </h3>
      )}
      <ol className="list-none">
        {group.rows.map(({ verdict, rank }) => (
          <ConsumerRow
            key={verdict.asset.id}
            verdict={verdict}
            parts={parts.get(verdict.asset.shortName)}
            rank={rank}
            selected={verdict.asset.id === selected}
            onSelect={select}
          />
        ))}
      </ol>
    </div>
  ));
}

/** Nothing says what they read: any change may concern them. */
function ReadsNotKnown({ assets }: { readonly assets: readonly VerdictAsset[] }) {
  if (assets.length === 0) return null;
  return (
    <details className="group border-line border-b">
      <FoldedTitle title="What they read is not known" count={assets.length} />
      <ul className="list-none pb-1.5">
        {assets.map(({ id, name, shortName, owner, domain }) => (
          <li key={id}>
            <PageLink
              href={assetHref(id)}
              className="flex items-baseline gap-2 px-4 py-1 hover:bg-canvas focus-visible:outline-offset-[-2px]"
            >
              <span className="truncate text-ink" title={name}>
                {shortName}
              </span>
              <span className="ml-auto whitespace-nowrap text-ink2 text-small">
                {owner ?? domain ?? ""}
              </span>
            </PageLink>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface FoldedProps {
  readonly title: string;
  readonly verdicts: readonly AssetVerdict[];
  readonly selected: AssetId | undefined;
  readonly select: (asset: AssetId) => void;
}

function Folded({ title, verdicts, selected, select }: FoldedProps) {
  const [isOpen, setOpen] = useState(false);
  if (verdicts.length === 0) return null;
  // A short list is in the page, where the browser's own search finds it; a long one when it is asked for.
  const isThere = isOpen || verdicts.length <= LONG;
  return (
    <details
      className="group border-line border-b"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <FoldedTitle title={title} count={verdicts.length} />
      <ul className="list-none pb-1.5">
        {(isThere ? verdicts : []).map((verdict) => (
          <QuietRow
            key={verdict.asset.id}
            verdict={verdict}
            selected={verdict.asset.id === selected}
            onSelect={select}
            note={sayAbsorbed(verdict)[0] ?? ""}
          />
        ))}
      </ul>
    </details>
  );
}

function FoldedTitle({ title, count }: { readonly title: string; readonly count: number }) {
  return (
    <summary className="flex cursor-pointer items-center gap-2 px-4 py-2 text-ink2 hover:bg-canvas focus-visible:outline-offset-[-2px]">
      <svg
        viewBox="0 0 8 8"
        className="size-2 flex-none transition-transform group-open:rotate-90"
        fill="currentColor"
        aria-hidden="true"
      >
        <path d="M2 0l5 4-5 4z" />
      </svg>
      <span className="flex-1">{title}</span>
      <span className="text-ink tabular-nums">{count}</span>
    </summary>
  );
}

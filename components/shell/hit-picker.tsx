"use client";

import { type KeyboardEvent, useId, useState } from "react";
import type { SearchHit, TextFound } from "#lib/view/page-answers.ts";
import { SHOWING_WORDS } from "#lib/view/showing-words.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { Kbd } from "../ui/kbd.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { MarkedName } from "./marked-name.tsx";
import { type SearchState, useSearch } from "./use-search.ts";

export interface HitPickerProps {
  readonly onPick: (hit: SearchHit, all: readonly SearchHit[]) => void;
  /** What Enter does, in words. */
  readonly hint: string;
  /** Opens what is known of a hit, with the command key; absent: there is no such way here. */
  readonly onOpen?: (hit: SearchHit) => void;
}

const hitsOf = (found: SearchState): readonly SearchHit[] => {
  if (found.state === "found") return found.answer.hits;
  return found.state === "searching" ? (found.last?.hits ?? []) : [];
};

/** Longer texts are messages, and are not said back. */
const LONGEST_NAME = 120;

/** What to do where nothing was found. */
function Nothing({ query, isEmpty }: { readonly query: string; readonly isEmpty: boolean }) {
  if (isEmpty) return <>Nothing has been read yet, so there is nothing to find.</>;
  if (/^\s*https?:/.test(query))
    return (
      <>
        No dashboard or report is known by this address. Search for its name, or give its{" "}
        <code className="font-mono text-small">url</code> in the export or in consumers.csv.
      </>
    );
  if (query.length > LONGEST_NAME)
    return (
      <>
        Nothing here is called as anything in this text. Search for the name of the table, the model
        or the dashboard that it is about.
      </>
    );
  return (
    <>
      No column and no asset is called “{query.trim()}”, nor something like it. A part of a name, an
      owner or the address of a dashboard is enough. What was read is under{" "}
      <PageLink href="/sources" className="text-accent underline underline-offset-2">
        Sources
      </PageLink>
      .
    </>
  );
}

/** What was taken from the text of an error, and what of it is not known here. */
function TextStatus({ text: { names, isAmbiguous, unknown } }: { readonly text: TextFound }) {
  return (
    <p role="status" className="text-pretty px-4 pt-2 pb-1.5 text-ink2 text-small wrap-anywhere">
      The text speaks of {names}
      {isAmbiguous ? ". Which of these is meant?" : "."}
      {unknown.length === 0 ? null : ` Nothing here is called ${unknown.join(", ")}.`}
    </p>
  );
}

function Status({ found, query }: { readonly found: SearchState; readonly query: string }) {
  if (found.state === "failed")
    return (
      <p role="alert" className="px-4 py-3 text-ink2">
        {found.message} Try again, or look at the server's log.
      </p>
    );
  if (found.state === "found" && found.answer.hits.length === 0) {
    return (
      <p role="status" className="text-pretty px-4 py-3 text-ink2">
        <Nothing query={query} isEmpty={found.answer.totalAssets === 0} />
      </p>
    );
  }
  if (found.state === "idle")
    return (
      <p className="px-4 py-3 text-ink2">
        A part of a name, an owner, the address of a dashboard, or the text of an error.
      </p>
    );
  if (found.state === "found" && found.answer.text !== undefined)
    return <TextStatus text={found.answer.text} />;
  if (found.state === "found" && found.answer.meant !== undefined)
    return (
      <p role="status" className="px-4 pt-2 text-ink2 text-small">
        Nothing is called “{query.trim()}”. This is like it:
      </p>
    );
  return null;
}

function HitLine({ hit, query }: { readonly hit: SearchHit; readonly query: string }) {
  const name = hit.column === undefined ? hit.name : `${hit.name}.${hit.column}`;
  return (
    <>
      <KindMark kind={hit.kind} />
      <span className="min-w-0 flex-1 truncate [direction:rtl] text-left" title={name}>
        <bdi className="font-mono text-small">
          <MarkedName name={name} query={query} />
        </bdi>
      </span>
      <span className="max-w-[40%] flex-none truncate text-ink3 text-small">
        {[hit.shows === undefined ? hit.type : SHOWING_WORDS[hit.shows].text, hit.domain]
          .filter((part) => part !== undefined)
          .join(" · ")}
      </span>
      <span className="w-20 flex-none text-right text-ink3 text-small tabular-nums">
        {hit.reached} reached
      </span>
    </>
  );
}

/** A combobox over the server's search: arrows move, Enter picks. */
export function HitPicker({ onPick, onOpen, hint }: HitPickerProps) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const found = useSearch(query);
  const hits = hitsOf(found);
  const meant = found.state === "found" ? found.answer.meant : undefined;
  const active = Math.min(at, Math.max(0, hits.length - 1));

  const onKeyDown = (event: KeyboardEvent) => {
    const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (move !== 0 && hits.length > 0) {
      event.preventDefault();
      setAt((active + move + hits.length) % hits.length);
    }
    const hit = hits[active];
    if (event.key === "Enter" && hit !== undefined) {
      event.preventDefault();
      if (onOpen !== undefined && (event.metaKey || event.ctrlKey)) onOpen(hit);
      else onPick(hit, hits);
    }
  };

  return (
    <div className="flex max-h-[70vh] flex-col">
      <div className="flex items-center gap-3 border-line border-b px-4">
        <input
          // biome-ignore lint/a11y/noAutofocus: the box is opened to type into it
          autoFocus
          role="combobox"
          aria-label="Column or asset"
          aria-expanded={hits.length > 0}
          aria-controls={`${id}-hits`}
          aria-activedescendant={hits.length > 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder="Column or asset"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onPaste={(event) => {
            const text = event.clipboardData.getData("text");
            if (!/[\r\n]/.test(text)) return;
            // A box of one line would join the lines without a space.
            event.preventDefault();
            setQuery(text.replace(/\s+/g, " ").trim());
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          className="h-12 flex-1 bg-transparent text-section outline-none placeholder:text-ink3"
        />
        {found.state === "found" ? (
          <span className="text-ink3 text-small" role="status">
            {countOf(found.answer.totalColumns, { one: "column", many: "columns" })},{" "}
            {countOf(found.answer.totalAssets, { one: "asset", many: "assets" })}
          </span>
        ) : null}
      </div>
      <Status found={found} query={query} />
      <div id={`${id}-hits`} role="listbox" aria-label="Hits" className="min-h-0 overflow-auto">
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken by the box
          <div
            key={`${hit.asset}#${hit.column ?? ""}`}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onClick={() => onPick(hit, hits)}
            onPointerMove={() => setAt(index)}
            className="flex h-9 cursor-pointer items-center gap-3 px-4 aria-selected:bg-accent-bg"
          >
            <HitLine hit={hit} query={meant ?? query} />
          </div>
        ))}
      </div>
      <p className="flex items-center gap-2 border-line border-t px-4 py-2 text-ink2 text-small">
        <Kbd>↵</Kbd> {hint}
        <span className="ml-3 flex items-center gap-1">
          <Kbd>↑</Kbd>
          <Kbd>↓</Kbd>
        </span>
        move
        {onOpen === undefined ? null : (
          <>
            <span className="ml-3 flex items-center gap-1 slim:hidden">
              <Kbd>⌘</Kbd>
              <Kbd>↵</Kbd>
            </span>
            <span className="slim:hidden">opens the asset</span>
          </>
        )}
      </p>
    </div>
  );
}

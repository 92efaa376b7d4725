"use client";

import { type KeyboardEvent, useId, useState } from "react";
import type { SearchHit } from "#lib/view/page-answers.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { Kbd } from "../ui/kbd.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { MarkedName } from "./marked-name.tsx";
import { type SearchState, useSearch } from "./use-search.ts";

export interface HitPickerProps {
  readonly onPick: (hit: SearchHit, all: readonly SearchHit[]) => void;
  /** What Enter does, in words. */
  readonly hint: string;
}

const hitsOf = (found: SearchState): readonly SearchHit[] => {
  if (found.state === "found") return found.answer.hits;
  return found.state === "searching" ? (found.last?.hits ?? []) : [];
};

function Status({ found, query }: { readonly found: SearchState; readonly query: string }) {
  if (found.state === "failed")
    return (
      <p role="alert" className="px-4 py-3 text-ink2">
        {found.message} Try again, or look at the server's log.
      </p>
    );
  if (found.state === "found" && found.answer.hits.length === 0) {
    return (
      <p className="px-4 py-3 text-ink2">
        No column and no asset is called “{query}”. A part of the name is enough.
      </p>
    );
  }
  if (found.state === "idle")
    return <p className="px-4 py-3 text-ink2">Type a part of a column's or an asset's name.</p>;
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
      <span className="text-ink3 text-small">
        {[hit.type, hit.domain].filter((part) => part !== undefined).join(" · ")}
      </span>
      <span className="w-20 text-right text-ink3 text-small tabular-nums">
        {hit.reached} reached
      </span>
    </>
  );
}

/** A combobox over the server's search: arrows move, Enter picks. */
export function HitPicker({ onPick, hint }: HitPickerProps) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const found = useSearch(query);
  const hits = hitsOf(found);
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
      onPick(hit, hits);
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
            <HitLine hit={hit} query={query} />
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
      </p>
    </div>
  );
}

"use client";

import { useState } from "react";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { SoughtUse, SqlPlace } from "#lib/view/find-in-sql.ts";
import type { AssetQueries } from "#lib/view/page-answers.ts";

type Shown =
  | { readonly state: "closed" }
  | { readonly state: "asking" }
  | { readonly state: "found"; readonly place: SqlPlace; readonly isOneOfMany: boolean }
  | { readonly state: "none"; readonly why: string };

async function look(asset: AssetId, use: SoughtUse): Promise<Shown> {
  const response = await fetch(`/api/v1/queries/${encodeURIComponent(asset)}`).catch(
    () => undefined,
  );
  if (response?.ok !== true)
    return { state: "none", why: "The server does not answer. Close this and open it again." };
  const { queries } = (await response.json()) as AssetQueries;
  if (queries.length === 0)
    return { state: "none", why: "There is no query: its source says this itself." };
  const { findInSql } = await import("#lib/view/find-in-sql.ts");
  const place = findInSql(queries, use);
  return place === undefined
    ? {
        state: "none",
        why: "The place is not found in its query as it is written.",
      }
    : { state: "found", place, isOneOfMany: queries.length > 1 };
}

/** The lines of the query where the change comes in, fetched when they are asked for. */
export function InItsQuery({ asset, use }: { readonly asset: AssetId; readonly use: SoughtUse }) {
  const [shown, setShown] = useState<Shown>({ state: "closed" });
  const onToggle = (isOpen: boolean) => {
    if (!isOpen) return setShown({ state: "closed" });
    setShown({ state: "asking" });
    void look(asset, use).then(setShown);
  };
  return (
    <details
      className="no-print mt-1 text-ink2"
      onToggle={(event) => onToggle(event.currentTarget.open)}
    >
      <summary className="w-fit cursor-pointer text-small hover:text-ink">as it is written</summary>
      <div className="mt-1" aria-live="polite">
        {shown.state === "asking" ? <p className="text-small">Looking …</p> : null}
        {shown.state === "none" ? <p className="text-pretty text-small">{shown.why}</p> : null}
        {shown.state === "found" ? (
          <Lines place={shown.place} isOneOfMany={shown.isOneOfMany} />
        ) : null}
      </div>
    </details>
  );
}

/** Spaces that all shown lines begin with: the panel is narrow. */
function commonIndent({ lines }: SqlPlace): number {
  const indents = lines
    .map(({ parts }) => parts.map(({ text }) => text).join(""))
    .filter((line) => line.trim() !== "")
    .map((line) => /^ */.exec(line)?.[0].length ?? 0);
  return indents.length === 0 ? 0 : Math.min(...indents);
}

function Lines({
  place,
  isOneOfMany,
}: {
  readonly place: SqlPlace;
  readonly isOneOfMany: boolean;
}) {
  const indent = commonIndent(place);
  return (
    <>
      {isOneOfMany ? <p className="text-small">{place.query}</p> : null}
      <section
        aria-label={`Query of ${place.query}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keys
        tabIndex={0}
        className="overflow-x-auto rounded-tag bg-sunken py-1"
      >
        <ol className="w-max min-w-full list-none font-mono text-ink text-tiny leading-[1.125rem]">
          {place.lines.map(({ number, parts }) => (
            <li key={number} className="flex pr-2">
              <span className="w-8 flex-none pr-2 text-right text-ink2 tabular-nums">{number}</span>
              <code className="whitespace-pre">
                {parts.map((part, at) =>
                  part.isHit ? (
                    <mark key={at} className="rounded-[2px] bg-accent-bg font-semibold text-accent">
                      {part.text}
                    </mark>
                  ) : (
                    part.text.slice(at === 0 ? indent : 0)
                  ),
                )}
              </code>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

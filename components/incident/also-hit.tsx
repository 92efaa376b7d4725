"use client";

import { useState } from "react";
import type { AssetVerdict } from "#lib/impact/assessment.ts";
import type { ChangeInput } from "#lib/impact/change.ts";
import { type AlsoHit, findAlsoHit } from "#lib/view/also-hit.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { pathHref } from "#lib/view/view-url.ts";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { VerdictWord } from "../verdict/verdict-word.tsx";
import { useImpact } from "./use-impact.ts";
import type { IncidentPage } from "./use-incident.ts";

const SHOWN = 12;

function Row({
  verdict,
  change,
}: {
  readonly verdict: AssetVerdict;
  readonly change: ChangeInput;
}) {
  const { asset } = verdict;
  return (
    <li className="grid gap-x-4 gap-y-0.5 px-4 py-2 min-[40rem]:grid-cols-[minmax(0,1fr)_13rem_minmax(0,10rem)]">
      <PageLink
        href={pathHref([change], asset.id)}
        className="flex min-w-0 items-center gap-1.5 font-medium hover:underline"
      >
        <KindMark kind={asset.kind} />
        <span className="min-w-0 wrap-anywhere">{asset.shortName}</span>
      </PageLink>
      <VerdictWord verdict={verdict} />
      <span className={asset.owner === undefined ? "text-ink3" : "text-ink2"}>
        {asset.owner ?? "nobody to tell"}
      </span>
    </li>
  );
}

function Hits({ hit, change }: { readonly hit: AlsoHit; readonly change: ChangeInput }) {
  const [isAll, setAll] = useState(false);
  const { consumers, between, complete } = hit;
  const shown = isAll ? consumers : consumers.slice(0, SHOWN);
  const notes = [
    ...(between === 0
      ? []
      : [`${countOf(between, { one: "asset", many: "assets" })} in between not listed.`]),
    ...(complete ? [] : ["Part of what it reaches is not known to the column: there may be more."]),
  ];
  return (
    <>
      {consumers.length === 0 ? (
        <PanelEmpty>Everything known that people look at and that it reaches was named.</PanelEmpty>
      ) : (
        <ul className="list-none divide-y divide-line">
          {shown.map((verdict) => (
            <Row key={verdict.asset.id} verdict={verdict} change={change} />
          ))}
        </ul>
      )}
      {shown.length === consumers.length ? null : (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="no-print w-full border-line border-t bg-sunken px-4 py-2 text-left text-ink2 text-small"
        >
          {consumers.length - shown.length} more
        </button>
      )}
      {notes.length === 0 ? null : (
        <p className="border-line border-t px-4 py-2 text-ink2 text-small">{notes.join(" ")}</p>
      )}
    </>
  );
}

/** Who is hit by the cause and does not know it yet. */
export function AlsoHitPanel({
  page,
  change,
}: {
  readonly page: IncidentPage;
  readonly change: ChangeInput;
}) {
  const found = useImpact(change);
  const hit = found.state === "answered" ? findAlsoHit(found.assessment, page) : undefined;
  return (
    <Panel
      id="also-hit"
      title="Also hit"
      note={`${hit === undefined ? "" : `${hit.consumers.length} `}in the blast radius of the cause, reported by nobody`}
    >
      {hit === undefined ? (
        <PanelEmpty>
          {found.state === "failed" ? saySentence(found.message) : "Walking downstream…"}
        </PanelEmpty>
      ) : (
        <Hits hit={hit} change={change} />
      )}
    </Panel>
  );
}

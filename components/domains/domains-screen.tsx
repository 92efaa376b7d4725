"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useTransition } from "react";
import type { CouplingCount, DomainsPage } from "#lib/view/domains-page.ts";
import type { PromisesPage } from "#lib/view/promises.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { AsOfLine } from "../page/as-of-line.tsx";
import { FirstSteps } from "../page/first-steps.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { CouplingDetails } from "./coupling-details.tsx";
import { CouplingMatrix } from "./coupling-matrix.tsx";
import { PromisesPanel } from "./promises-panel.tsx";

const COUNTS = ["columns", "readers"] as const;
const KEYS = {
  of: parseAsString,
  by: parseAsString,
  count: parseAsStringLiteral(COUNTS).withDefault("columns"),
};
const OPTIONS = [
  { value: "columns", text: "Columns" },
  { value: "readers", text: "Readers" },
] as const;

function summaryOf({ domains, couplings }: DomainsPage): string {
  const columns = couplings.reduce((sum, one) => sum + one.columns, 0);
  const promised = couplings.reduce((sum, one) => sum + one.underContract, 0);
  const known = countOf(domains.length, { one: "domain", many: "domains" });
  if (columns === 0) return `${known}, and none is known to read from another.`;
  const share = Math.round((100 * promised) / columns);
  return `${known}, ${countOf(couplings.length, { one: "coupling", many: "couplings" })}, ${countOf(columns, { one: "column", many: "columns" })} read across a border. ${share}% of them under contract.`;
}

/** Where most columns are read that nobody has promised to keep. */
function Unpromised({
  couplings,
  onOpen,
}: {
  readonly couplings: readonly CouplingCount[];
  readonly onOpen: (coupling: CouplingCount) => void;
}) {
  const open = couplings
    .map((coupling) => ({ coupling, count: coupling.columns - coupling.underContract }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.coupling.tierOne - a.coupling.tierOne || b.count - a.count)
    .slice(0, 8);
  if (open.length === 0)
    return <PanelEmpty>Every column that crosses a border is under a contract.</PanelEmpty>;
  return (
    <ul className="list-none divide-y divide-line">
      {open.map(({ coupling, count }) => (
        <li key={`${coupling.of} ${coupling.by}`}>
          <button
            type="button"
            onClick={() => onOpen(coupling)}
            className="flex w-full items-baseline gap-3 px-4 py-2 text-left hover:bg-canvas"
          >
            <span className="min-w-0 flex-1 wrap-anywhere">
              {coupling.of} → {coupling.by}
            </span>
            <span className="flex-none text-ink2 text-small tabular-nums">
              {count} open
              {coupling.tierOne === 0 ? "" : `, ${coupling.tierOne} of tier 1 read`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Assets are known, and nobody has said whose they are. */
function NoDomains({ count }: { readonly count: number }) {
  return (
    <p className="mx-auto mt-3 max-w-[36rem] text-pretty text-center text-ink2 text-section">
      {count === 1
        ? "1 asset is known, and it belongs"
        : `${count} assets are known, and none belongs`}{" "}
      to {count === 1 ? "no" : "a"} domain.{" "}
      <PageLink href="/owners" className="text-accent underline underline-offset-2">
        Say whose they are
      </PageLink>{" "}
      to see who depends on whom.
    </p>
  );
}

/** Who reads whom over the borders of domains. */
export function DomainsScreen({
  page,
}: {
  readonly page: DomainsPage & { readonly promises: PromisesPage };
}) {
  const [, startTransition] = useTransition();
  const [wish, setWish] = useQueryStates(KEYS, { history: "replace", scroll: false });
  const find = (pair: { readonly of: string | null; readonly by: string | null } | undefined) =>
    page.couplings.find(({ of, by }) => of === pair?.of && by === pair.by);
  const chosen = find(wish) ?? find(page.chosen);
  const isHere = chosen?.of === page.chosen?.of && chosen?.by === page.chosen?.by;
  // What a coupling consists of comes with the page: its counts are here, its lists follow.
  const open = ({ of, by }: CouplingCount) =>
    void setWish({ of, by }, { shallow: false, startTransition });
  if (page.domains.length === 0)
    return (
      <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-10 pb-12 slim:px-3">
        <h1 className="text-center font-semibold text-answer tracking-[-0.018em]">
          Who depends on whom
        </h1>
        {page.withoutDomain === 0 ? <FirstSteps /> : <NoDomains count={page.withoutDomain} />}
      </main>
    );
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12 slim:px-3">
      <h1 className="font-semibold text-answer tracking-[-0.018em]">Who depends on whom</h1>
      <p className="mt-1 text-pretty text-ink2">
        {summaryOf(page)}
        {page.withoutDomain === 0
          ? null
          : ` ${countOf(page.withoutDomain, { one: "asset belongs", many: "assets belong" })} to no domain and ${page.withoutDomain === 1 ? "is" : "are"} not counted.`}
      </p>
      <AsOfLine asOf={page.asOf} />
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] items-start gap-5 min-[72rem]:grid-cols-[minmax(0,1fr)_20rem] [&>div]:grid [&>div]:min-w-0 [&>div]:gap-5">
        <div>
          <Panel
            id="coupling"
            title="Coupling"
            note={`${wish.count} of the row's domain that the column's domain ${wish.count === "columns" ? "reads" : "has"}`}
            aside={
              <Segmented
                label="What is counted"
                options={OPTIONS}
                value={wish.count}
                onChange={(count) => void setWish({ count })}
              />
            }
          >
            <CouplingMatrix page={page} count={wish.count} chosen={chosen} onChoose={open} />
          </Panel>
          <PromisesPanel page={page.promises} />
        </div>
        <div>
          {chosen === undefined ? null : (
            <CouplingDetails coupling={chosen} reads={isHere ? page.chosen : undefined} />
          )}
          <Panel id="unpromised" title="Where a contract pays most">
            <Unpromised couplings={page.couplings} onOpen={open} />
          </Panel>
        </div>
      </div>
    </main>
  );
}

"use client";

import Link from "next/link";
import { useDeferredValue, useMemo, useState } from "react";
import type { AssetId } from "#lib/model/asset-id.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import type { OwnershipPage, OwnershipRow } from "#lib/view/page-answers.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { AsOfLine } from "../page/as-of-line.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";
import { EditForm } from "./edit-form.tsx";
import { useOwnership } from "./use-ownership.ts";

const LACKS = [
  { value: "any", text: "All" },
  { value: "domain", text: "Without domain" },
  { value: "owner", text: "Without owner" },
  { value: "tier", text: "Tier guessed or none" },
] as const;

type Lack = (typeof LACKS)[number]["value"];

const lacks = (row: OwnershipRow, lack: Lack): boolean => {
  if (lack === "any") return true;
  if (lack === "tier") return row.tier === undefined || row.tierGuessed;
  return row[lack] === undefined;
};

const fits = (row: OwnershipRow, find: string): boolean =>
  find === "" ||
  [row.name, row.namespace, row.domain, row.owner].some((text) =>
    text?.toLowerCase().includes(find),
  );

/** Rows beyond this are counted, and reached by filtering: a page of thousands of boxes helps nobody. */
const SHOWN = 300;

export function OwnershipScreen({ page }: { readonly page: OwnershipPage }) {
  const [find, setFind] = useState("");
  const [lack, setLack] = useState<Lack>("any");
  const [chosen, setChosen] = useState<ReadonlySet<AssetId>>(new Set());
  const { save, apply } = useOwnership();
  const needle = useDeferredValue(find.trim().toLowerCase());
  const rows = useMemo(
    () => page.rows.filter((row) => lacks(row, lack) && fits(row, needle)),
    [page.rows, lack, needle],
  );
  const allChosen = rows.length > 0 && rows.every((row) => chosen.has(row.id));
  const toggle = (id: AssetId) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12">
      <h1 className="font-semibold text-answer tracking-[-0.018em]">Domains, owners, tiers</h1>
      <p className="mt-1 max-w-[46rem] text-ink2">
        What is said here wins over every source. For rules by name or path, see{" "}
        <code className="font-mono text-small">faultline.yaml</code>.
      </p>
      <AsOfLine asOf={page.asOf} />
      <div className="mt-4 mb-3 flex flex-wrap items-center gap-3">
        <input
          type="search"
          aria-label="Filter by name, domain or owner"
          placeholder="Name, domain or owner"
          value={find}
          onChange={(event) => setFind(event.target.value)}
          className="h-[1.875rem] w-72 rounded-control border border-ink3 bg-surface px-2 placeholder:text-ink3"
        />
        <Segmented label="Which assets" options={LACKS} value={lack} onChange={setLack} />
      </div>
      <Panel
        id="assets"
        title="Assets"
        note={countOf(rows.length, { one: "asset", many: "assets" })}
      >
        <EditForm
          chosen={chosen.size}
          domains={page.domains}
          owners={page.owners}
          save={save}
          onApply={(edit) => void apply([...chosen], edit)}
        />
        {rows.length === 0 ? (
          <PanelEmpty>No asset fits the filter.</PanelEmpty>
        ) : (
          <table className="w-full text-left">
            <thead>
              <tr className="border-line2 border-b text-ink2 [&>th]:px-4 [&>th]:py-1.5 [&>th]:font-medium">
                <th scope="col" className="w-8">
                  <input
                    type="checkbox"
                    aria-label="Choose all that are listed"
                    checked={allChosen}
                    onChange={() =>
                      setChosen(allChosen ? new Set() : new Set(rows.map((row) => row.id)))
                    }
                  />
                </th>
                <th scope="col">Asset</th>
                <th scope="col">Domain</th>
                <th scope="col">Owner</th>
                <th scope="col">Tier</th>
                <th scope="col" className="text-right">
                  Consumers
                </th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {rows.slice(0, SHOWN).map((row) => (
                <OwnershipLine
                  key={row.id}
                  row={row}
                  chosen={chosen.has(row.id)}
                  onToggle={() => toggle(row.id)}
                />
              ))}
            </tbody>
          </table>
        )}
        {rows.length > SHOWN ? (
          <p className="border-line border-t px-4 py-2 text-ink2">
            {rows.length - SHOWN} more are not listed; the box above chooses them too. Filter to see
            them.
          </p>
        ) : null}
      </Panel>
    </main>
  );
}

function OwnershipLine({
  row,
  chosen,
  onToggle,
}: {
  readonly row: OwnershipRow;
  readonly chosen: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <tr className="[&>td]:px-4 [&>td]:py-1.5">
      <td>
        <input
          type="checkbox"
          aria-label={`Choose ${row.name}`}
          checked={chosen}
          onChange={onToggle}
        />
      </td>
      <td>
        <span className="flex items-center gap-2">
          <KindMark kind={row.kind} />
          <Link
            href={assetHref(row.id)}
            className="break-all hover:underline"
            title={row.namespace}
          >
            {row.name}
          </Link>
        </span>
      </td>
      <td>{row.domain ?? <span className="text-ink3">not said</span>}</td>
      <td>{row.owner ?? <span className="text-ink3">nobody</span>}</td>
      <td className="whitespace-nowrap">
        {row.tier ?? <span className="text-ink3">none</span>}
        {row.tierGuessed ? <span className="text-ink3"> guessed</span> : null}
      </td>
      <td className="text-right tabular-nums">{row.consumers}</td>
    </tr>
  );
}

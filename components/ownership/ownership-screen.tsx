"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useDeferredValue, useMemo, useState } from "react";
import type { AssetId } from "#lib/model/asset-id.ts";
import {
  isPattern,
  LACKS,
  listOwnership,
  type OwnershipEdit,
  SORTS,
} from "#lib/view/ownership-rows.ts";
import type { OwnershipPage } from "#lib/view/page-answers.ts";
import { countOf, sayNumber } from "#lib/view/verdict-words.ts";
import { AsOfLine } from "../page/as-of-line.tsx";
import { FirstSteps } from "../page/first-steps.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { EditForm } from "./edit-form.tsx";
import { OwnershipTable } from "./ownership-table.tsx";
import { useOwnership } from "./use-ownership.ts";

const LACK_WORDS = {
  any: "All",
  domain: "Without domain",
  owner: "Without owner",
  tier: "Tier guessed or none",
} as const;
const LACK_OPTIONS = LACKS.map((value) => ({ value, text: LACK_WORDS[value] }));

/** What a colleague sees from a link. */
const KEYS = {
  find: parseAsString.withDefault(""),
  lack: parseAsStringLiteral(LACKS).withDefault("any"),
  sort: parseAsStringLiteral(SORTS).withDefault("consumers"),
};

/** Domain, owner and tier of many assets at once: find them, see what would change, say it. */
export function OwnershipScreen({ page }: { readonly page: OwnershipPage }) {
  const [wish, setWish] = useQueryStates(KEYS, { history: "replace", scroll: false });
  const [chosen, setChosen] = useState<ReadonlySet<AssetId>>(new Set());
  const [edit, setEdit] = useState<OwnershipEdit>({});
  const { save, apply } = useOwnership();
  const find = useDeferredValue(wish.find);
  const rows = useMemo(
    () => listOwnership(page.rows, { find, lack: wish.lack, sort: wish.sort }),
    [page.rows, find, wish.lack, wish.sort],
  );
  // What is no longer listed stays chosen, and is counted: nothing changes unseen.
  const chosenRows = useMemo(
    () => page.rows.filter((row) => chosen.has(row.id)),
    [page.rows, chosen],
  );
  const listed = useMemo(() => new Set(rows.map((row) => row.id)), [rows]);
  const outOfSight = chosenRows.filter((row) => !listed.has(row.id)).length;
  const toggle = (id: AssetId) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const toggleAll = () => {
    const all = rows.every((row) => chosen.has(row.id));
    const next = new Set(chosen);
    for (const row of rows) {
      if (all) next.delete(row.id);
      else next.add(row.id);
    }
    setChosen(next);
  };
  if (page.rows.length === 0) {
    return (
      <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-10 pb-12 slim:px-3">
        <h1 className="text-center font-semibold text-answer tracking-[-0.018em]">
          Domains, owners, tiers
        </h1>
        <FirstSteps />
      </main>
    );
  }
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12 slim:px-3">
      <h1 className="font-semibold text-answer tracking-[-0.018em]">Domains, owners, tiers</h1>
      <p className="mt-1 max-w-[46rem] text-pretty text-ink2">
        What is said here wins over every source. What should hold for assets that come later too
        belongs into a rule of <code className="font-mono text-small">faultline.yaml</code>: filter
        by a pattern such as <code className="font-mono text-small">checkout.*</code> to see it.
      </p>
      <AsOfLine asOf={page.asOf} />
      <div className="mt-4 mb-3 flex flex-wrap items-center gap-3">
        <input
          type="search"
          aria-label="Filter by name, domain, owner or kind"
          placeholder="Name, domain, owner, or checkout.*"
          value={wish.find}
          onChange={(event) => void setWish({ find: event.target.value })}
          className="h-[1.875rem] w-72 max-w-full rounded-control border border-ink3 bg-surface px-2 placeholder:text-ink3"
        />
        <Segmented
          label="Which assets"
          options={LACK_OPTIONS}
          value={wish.lack}
          onChange={(lack) => void setWish({ lack })}
        />
      </div>
      <Panel
        id="assets"
        title="Assets"
        note={
          rows.length === page.rows.length
            ? countOf(rows.length, { one: "asset", many: "assets" })
            : `${sayNumber(rows.length)} of ${countOf(page.rows.length, { one: "asset", many: "assets" })}`
        }
      >
        <EditForm
          chosen={chosenRows}
          outOfSight={outOfSight}
          pattern={isPattern(find) ? find : undefined}
          domains={page.domains}
          owners={page.owners}
          edit={edit}
          onEdit={setEdit}
          save={save}
          onApply={() =>
            void apply([...chosen], edit).then((isSaved) => {
              if (!isSaved) return;
              setChosen(new Set());
              setEdit({});
            })
          }
        />
        {rows.length === 0 ? (
          <PanelEmpty>
            No asset fits the filter.{" "}
            <button
              type="button"
              className="text-accent underline underline-offset-2"
              onClick={() => void setWish({ find: "", lack: "any" })}
            >
              Show all
            </button>
          </PanelEmpty>
        ) : (
          <OwnershipTable
            rows={rows}
            chosen={chosen}
            edit={edit}
            sort={wish.sort}
            onSort={(sort) => void setWish({ sort })}
            onChoose={toggle}
            onChooseAll={toggleAll}
          />
        )}
      </Panel>
    </main>
  );
}

"use client";

import { useState } from "react";
import { COLUMNS_SHOWN, findColumns } from "#lib/view/find-columns.ts";
import type { AssetPage } from "#lib/view/page-answers.ts";
import { countOf, sayNumber } from "#lib/view/verdict-words.ts";
import { Button } from "../ui/button.tsx";
import { PanelEmpty } from "../ui/panel.tsx";
import { ColumnTable } from "./column-table.tsx";

/** The columns, page by page with a search where they are many. */
export function ColumnPanel(asset: Pick<AssetPage, "columns" | "name" | "namespace">) {
  const [text, setText] = useState("");
  const [page, setPage] = useState(0);
  const { columns } = asset;
  if (columns.length <= COLUMNS_SHOWN) return <ColumnTable {...asset} />;
  const found = findColumns(columns, text);
  const from = page * COLUMNS_SHOWN;
  const shown = found.slice(from, from + COLUMNS_SHOWN);
  return (
    <>
      <div className="no-print flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b px-4 py-2">
        <input
          type="search"
          aria-label="Find a column by its name or description"
          placeholder="Find a column"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setPage(0);
          }}
          className="h-7 min-w-0 flex-1 rounded-control border border-ink3 bg-surface px-2 placeholder:text-ink3"
        />
        <span role="status" className="text-ink2 text-small tabular-nums">
          {found.length === 0
            ? "none is called so"
            : `${sayNumber(from + 1)}–${sayNumber(from + shown.length)} of ${countOf(found.length, { one: "column", many: "columns" })}, those that reach most first`}
        </span>
        <Button disabled={page === 0} onClick={() => setPage(page - 1)}>
          Back
        </Button>
        <Button disabled={from + COLUMNS_SHOWN >= found.length} onClick={() => setPage(page + 1)}>
          Next
        </Button>
      </div>
      {shown.length === 0 ? (
        <PanelEmpty>No column has this in its name or description.</PanelEmpty>
      ) : (
        <ColumnTable {...asset} columns={shown} />
      )}
    </>
  );
}

"use client";

import { useState } from "react";
import { nameOfRef } from "#lib/view/incident-words.ts";
import type { SearchHit } from "#lib/view/page-answers.ts";
import { HitPicker } from "../shell/hit-picker.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { PanelEmpty } from "../ui/panel.tsx";
import { VerdictMark } from "../verdict/verdict-mark.tsx";
import type { Looked } from "./use-triage.ts";

type Side = keyof Looked;

const WORDS: Readonly<Record<Side, string>> = { broken: "broken", healthy: "seen right" };

const refOf = (hit: SearchHit): string =>
  hit.column === undefined ? hit.asset : `${hit.name}.${hit.column}`;

/** Everything that was looked at: what is broken, and what is right, which counts as much. */
export function ObservedList({
  looked,
  onChange,
}: {
  readonly looked: Looked;
  readonly onChange: (looked: Looked) => void;
}) {
  const [adding, setAdding] = useState<Side | undefined>(undefined);
  const all = (["broken", "healthy"] as const).flatMap((side) =>
    looked[side].map((ref) => ({ ref, side })),
  );
  const put = (ref: string, side: Side | undefined) => {
    const without = (list: readonly string[]) => list.filter((one) => one !== ref);
    onChange({
      broken: [...without(looked.broken), ...(side === "broken" ? [ref] : [])],
      healthy: [...without(looked.healthy), ...(side === "healthy" ? [ref] : [])],
    });
  };
  return (
    <>
      {all.length === 0 ? (
        <PanelEmpty>
          Name a dashboard, a table or a column that shows something wrong, or paste the address of
          a dashboard.
        </PanelEmpty>
      ) : (
        <ul className="list-none divide-y divide-line">
          {all.map(({ ref, side }) => (
            <li key={ref} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
              <VerdictMark verdict={side === "broken" ? "unknown" : "unaffected"} />
              <span className="min-w-0 flex-1 wrap-anywhere font-medium">{nameOfRef(ref)}</span>
              <button
                type="button"
                className="text-accent text-small hover:underline"
                onClick={() => put(ref, side === "broken" ? "healthy" : "broken")}
              >
                {WORDS[side]}
                <span className="sr-only">: {nameOfRef(ref)}, turn it round</span>
              </button>
              <button
                type="button"
                aria-label={`Remove ${nameOfRef(ref)}`}
                className="px-1 text-ink3 hover:text-ink"
                onClick={() => put(ref, undefined)}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2 border-line border-t px-4 py-3">
        <Button look={all.length === 0 ? "primary" : "plain"} onClick={() => setAdding("broken")}>
          Something is broken
        </Button>
        <Button onClick={() => setAdding("healthy")}>Something is right</Button>
      </div>
      <Dialog
        open={adding !== undefined}
        onClose={() => setAdding(undefined)}
        label={adding === "healthy" ? "What is right?" : "What is broken?"}
      >
        <HitPicker
          hint={adding === "healthy" ? "notes it as right" : "notes it as broken"}
          onPick={(hit) => {
            put(refOf(hit), adding);
            setAdding(undefined);
          }}
        />
      </Dialog>
    </>
  );
}

"use client";

import { useEffect, useRef, useState } from "react";
import { CHANGE_KINDS, type ChangeInput, type ChangeKind } from "#lib/impact/change.ts";
import { groupBy } from "#lib/kit/group-by.ts";
import { CHANGE_WORDS, nameChangeTarget } from "#lib/view/change-kinds.ts";
import type { SearchHit } from "#lib/view/page-answers.ts";
import { worstChangeOf } from "#lib/view/worst-change.ts";
import { HitPicker } from "../shell/hit-picker.tsx";
import { Button } from "../ui/button.tsx";
import { ChangeDetails } from "./change-details.tsx";

interface PickerProps {
  /** The change to edit; absent: first choose what changes. */
  readonly start: ChangeInput | undefined;
  readonly onDone: (change: ChangeInput) => void;
}

/** First what changes, then how, then the details of that kind. */
export function ChangePicker({ start, onDone }: PickerProps) {
  const [change, setChange] = useState<ChangeInput | undefined>(start);
  if (change === undefined) {
    return (
      <HitPicker
        onPick={(hit: SearchHit, all) => setChange(worstChangeOf(hit, all))}
        hint="choose what changes"
      />
    );
  }
  return (
    <KindForm
      change={change}
      onChange={setChange}
      onBack={() => setChange(undefined)}
      onDone={() => onDone(tidyChange(change))}
    />
  );
}

/** What was typed and is empty again was not said. */
function tidyChange(change: ChangeInput): ChangeInput {
  const kept = Object.entries(change).filter(
    ([key, value]) => value !== undefined && (value !== "" || key === "column"),
  );
  return { ...Object.fromEntries(kept), kind: change.kind, asset: change.asset };
}

/** Another kind keeps what it happens to and drops the details of the old kind. */
function switchKind(change: ChangeInput, kind: ChangeKind): ChangeInput {
  const column = change.column ?? undefined;
  return { kind, asset: change.asset, ...(column === undefined ? {} : { column }) };
}

/** A table-wide change says nothing of a column; a column's change needs one. */
function offers(kind: ChangeKind, hasColumn: boolean): boolean {
  const { target } = CHANGE_WORDS[kind];
  return hasColumn ? target !== "new column" : target !== "column";
}

interface FormProps {
  readonly change: ChangeInput;
  readonly onChange: (change: ChangeInput) => void;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

function KindForm({ change, onChange, onBack, onDone }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  // The search that was in focus is gone: what comes next is said, and the arrows choose.
  useEffect(() => form.current?.querySelector<HTMLElement>("input:checked")?.focus(), []);
  const column = change.column ?? undefined;
  const isNew = CHANGE_WORDS[change.kind].target === "new column";
  const hasColumn = column !== undefined && !isNew;
  const groups = groupBy(
    CHANGE_KINDS.filter((kind) => offers(kind, hasColumn)),
    (kind) => CHANGE_WORDS[kind].group,
  );
  const ready = !isNew || (column !== undefined && column !== "");
  return (
    <form
      ref={form}
      aria-labelledby="what-happens"
      className="flex max-h-[76vh] flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        onDone();
      }}
    >
      <header className="flex items-center gap-3 border-line border-b px-4 py-3">
        <h2 id="what-happens" className="font-semibold text-section">
          What happens to <span className="sr-only">{nameChangeTarget(change)}</span>
        </h2>
        <code
          aria-hidden="true"
          className="min-w-0 flex-1 truncate font-medium font-mono text-small"
          title={nameChangeTarget(change)}
        >
          {nameChangeTarget(change)}
        </code>
        <Button look="ghost" onClick={onBack}>
          Choose another
        </Button>
      </header>
      <div className="grid min-h-0 grid-cols-[1fr_17rem]">
        <div className="columns-2 gap-4 overflow-auto p-4">
          {[...groups].map(([group, kinds]) => (
            <fieldset key={group} className="mb-3 break-inside-avoid border-0 p-0">
              <legend className="mb-1 text-ink3 text-small">{group}</legend>
              {kinds.map((kind) => (
                <label
                  key={kind}
                  className="flex cursor-pointer items-start gap-2 rounded-control px-1.5 py-[0.1875rem] hover:bg-sunken has-[:checked]:bg-accent-bg"
                >
                  <input
                    type="radio"
                    name="kind"
                    className="mt-[0.1875rem] accent-accent"
                    checked={change.kind === kind}
                    onChange={() => onChange(switchKind(change, kind))}
                  />
                  {CHANGE_WORDS[kind].label}
                </label>
              ))}
            </fieldset>
          ))}
        </div>
        <ChangeDetails change={change} onChange={onChange} />
      </div>
      <footer className="flex items-center justify-end gap-3 border-line border-t px-4 py-3">
        {ready ? null : <span className="text-ink2 text-small">The new column needs a name.</span>}
        <Button look="primary" type="submit" disabled={!ready}>
          Show what breaks
        </Button>
      </footer>
    </form>
  );
}

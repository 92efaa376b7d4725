"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import type { ChangeInput } from "#lib/impact/change.ts";
import { describeChange, nameChangeTarget } from "#lib/view/change-kinds.ts";
import type { ViewAction, ViewState } from "#lib/view/view-state.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { PathName } from "../ui/path-name.tsx";

/** Fetched when somebody changes the question: the answer is read first. */
const ChangePicker = dynamic(
  () => import("./change-picker.tsx").then((module) => module.ChangePicker),
  { ssr: false },
);

type Editing =
  | { readonly at: "new" }
  | { readonly at: number; readonly change: ChangeInput }
  | undefined;

interface ChangeBarProps {
  readonly view: ViewState;
  readonly dispatch: (action: ViewAction) => void;
}

/** The question: `If checkout.orders.amount is dropped`, as many as there are. */
export function ChangeBar({ view, dispatch }: ChangeBarProps) {
  const [editing, setEditing] = useState<Editing>(undefined);
  const done = (change: ChangeInput) => {
    if (editing !== undefined)
      dispatch(
        editing.at === "new"
          ? { do: "add-change", change }
          : { do: "replace-change", index: editing.at, change },
      );
    setEditing(undefined);
  };
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 slim:w-full slim:flex-none">
      {view.changes.length === 0 ? <span className="text-ink3">If</span> : null}
      {view.changes.map((change, at) => (
        // What adds another one has room beside the last.
        <span
          key={at}
          className="flex min-w-0 max-w-full items-center gap-2 last-of-type:max-w-[calc(100%-8.5rem)] slim:last-of-type:max-w-full"
        >
          {at === 0 ? <span className="text-ink3">If</span> : null}
          <Chip
            change={change}
            number={at + 1}
            onEdit={() => setEditing({ at, change })}
            onRemove={() => dispatch({ do: "remove-change", index: at })}
          />
        </span>
      ))}
      {view.unread.map((line) => (
        <span
          key={line}
          role="alert"
          className="flex h-[1.875rem] items-center rounded-control border border-ink2 border-dashed px-2 text-ink2"
        >
          Not understood:{" "}
          <code className="ml-1 max-w-96 truncate font-mono text-small" title={line}>
            {line}
          </code>
        </span>
      ))}
      <Button
        className="no-print"
        look={view.changes.length === 0 ? "plain" : "ghost"}
        onClick={() => setEditing({ at: "new" })}
      >
        {view.changes.length === 0 ? "Choose a change" : "+ Add a change"}
      </Button>
      <Dialog
        open={editing !== undefined}
        onClose={() => setEditing(undefined)}
        label="Choose a change"
      >
        <ChangePicker
          start={editing !== undefined && editing.at !== "new" ? editing.change : undefined}
          onDone={done}
        />
      </Dialog>
    </div>
  );
}

interface ChipProps {
  readonly change: ChangeInput;
  readonly number: number;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function Chip({ change, number, onEdit, onRemove }: ChipProps) {
  const name = nameChangeTarget(change);
  return (
    <span className="inline-flex h-[1.875rem] min-w-0 max-w-full items-center rounded-control border border-line2 bg-surface">
      <button
        type="button"
        onClick={onEdit}
        title={`${name} ${describeChange(change)}`}
        className="flex h-full min-w-0 items-center gap-2 rounded-l-control pr-1 pl-2 hover:bg-sunken"
      >
        <span className="grid size-[1.0625rem] flex-none place-items-center rounded-full bg-ink font-semibold text-surface text-tiny tabular-nums">
          {number}
        </span>
        <code className="min-w-20 shrink text-left font-medium font-mono text-small">
          <PathName
            asset={typeof change.asset === "string" ? change.asset : change.asset.name}
            column={change.column ?? undefined}
          />
        </code>
        <span className="min-w-16 shrink-0 truncate text-ink2 slim:shrink" dir="auto">
          {describeChange(change)}
        </span>
      </button>
      <button
        type="button"
        onClick={onRemove}
        aria-label={`Remove change ${number}: ${name}`}
        className="no-print grid h-full w-7 flex-none place-items-center rounded-r-control text-ink3 hover:bg-sunken hover:text-ink"
      >
        <svg
          viewBox="0 0 10 10"
          className="size-2.5"
          stroke="currentColor"
          strokeWidth="1.5"
          aria-hidden="true"
        >
          <path d="M1.5 1.5l7 7M8.5 1.5l-7 7" />
        </svg>
      </button>
    </span>
  );
}

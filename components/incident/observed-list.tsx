"use client";

import { useState } from "react";
import { nameOfRef } from "#lib/view/incident-words.ts";
import { type LookedAt, pickLooked, putLooked, type Saying } from "#lib/view/looked-at.ts";
import { SHOWING_CHOICES, SHOWING_WORDS } from "#lib/view/showing-words.ts";
import { HitPicker } from "../shell/hit-picker.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { PanelEmpty } from "../ui/panel.tsx";
import { VerdictMark } from "../verdict/verdict-mark.tsx";

type Side = keyof LookedAt;

/** What can be said of a thing that was looked at. */
const SAYINGS: readonly (readonly [Saying, string])[] = [
  ["broken", "broken"],
  ...SHOWING_CHOICES,
  ["healthy", "seen right"],
];

interface LineProps {
  readonly name: string;
  readonly as: Saying;
  readonly onSay: (as: Saying | undefined) => void;
}

function Line({ name, as, onSay }: LineProps) {
  const verdict =
    as === "healthy" ? "unaffected" : as === "broken" ? "unknown" : SHOWING_WORDS[as].verdict;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
      <VerdictMark verdict={verdict} />
      <span className="min-w-0 flex-1 wrap-anywhere font-medium">{name}</span>
      <select
        aria-label={`How ${name} is`}
        value={as}
        onChange={(event) => onSay(SAYINGS.find(([word]) => word === event.target.value)?.[0])}
        className="max-w-[9rem] flex-none bg-transparent [field-sizing:content] text-accent text-small hover:underline"
      >
        {SAYINGS.map(([word, text]) => (
          <option key={word} value={word}>
            {text}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-label={`Remove ${name}`}
        className="px-1 text-ink3 hover:text-ink"
        onClick={() => onSay(undefined)}
      >
        ×
      </button>
    </li>
  );
}

/** Everything that was looked at: what is broken, and what is right, which counts as much. */
export function ObservedList({
  looked,
  onChange,
}: {
  readonly looked: LookedAt;
  readonly onChange: (looked: LookedAt) => void;
}) {
  const [adding, setAdding] = useState<Side | undefined>(undefined);
  const all: readonly { readonly ref: string; readonly as: Saying }[] = [
    ...looked.broken.map(({ ref, shows }) => ({ ref, as: shows ?? ("broken" as const) })),
    ...looked.healthy.map((ref) => ({ ref, as: "healthy" as const })),
  ];
  return (
    <>
      {all.length === 0 ? (
        <PanelEmpty>
          Name a dashboard, a table or a column that shows something wrong, or paste the address of
          a dashboard or the whole text of an error.
        </PanelEmpty>
      ) : (
        <ul className="list-none divide-y divide-line">
          {all.map(({ ref, as }) => (
            <Line
              key={ref}
              name={nameOfRef(ref)}
              as={as}
              onSay={(said) => onChange(putLooked(looked, ref, said))}
            />
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
          onPick={(hit, hits) => {
            if (adding !== undefined)
              onChange(pickLooked(looked, { hit, all: hits, side: adding }));
            setAdding(undefined);
          }}
        />
      </Dialog>
    </>
  );
}

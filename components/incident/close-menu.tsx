"use client";

import { useState } from "react";
import type { IncidentAction } from "#lib/incidents/incident-action.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Menu } from "../ui/menu.tsx";
import { OtherIncidents } from "./other-incidents.tsx";

/** Ends an incident that was none, or that is written down elsewhere. It can be opened again. */
export function CloseMenu({
  id,
  onEnter,
}: {
  readonly id: string;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  const [isAsked, setAsked] = useState(false);
  const close = (closing: "expected" | "false_positive") => () =>
    onEnter({ kind: "set_state", state: "closed", closing });
  return (
    <>
      <Menu
        text="Close as…"
        items={[
          { text: "Expected", hint: "it was meant to be", act: close("expected") },
          { text: "False positive", hint: "nothing was wrong", act: close("false_positive") },
          { text: "A duplicate of…", hint: "choose which", act: () => setAsked(true) },
        ]}
      />
      <Dialog
        open={isAsked}
        onClose={() => setAsked(false)}
        label="Of which incident is it a duplicate?"
        width="w-[34rem]"
      >
        <OtherIncidents
          id={id}
          onPick={(duplicateOf) => {
            onEnter({ kind: "set_state", state: "closed", closing: "duplicate", duplicateOf });
            setAsked(false);
          }}
          onCancel={() => setAsked(false)}
        />
      </Dialog>
    </>
  );
}

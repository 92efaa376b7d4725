"use client";

import { useState } from "react";
import type { Incident } from "#lib/incidents/incident.ts";
import type { IncidentAction, IncidentState } from "#lib/incidents/incident-action.ts";
import { DialogForm } from "../shell/dialog-form.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

/** The step that usually comes next, and what it is called on a button. */
const STEP: Partial<
  Record<IncidentState, { readonly state: IncidentState; readonly text: string }>
> = {
  reported: { state: "triaged", text: "Mark triaged" },
  triaged: { state: "mitigating", text: "Start to mitigate" },
  mitigating: { state: "repaired", text: "Mark repaired" },
  repaired: { state: "learned", text: "Learned from it" },
  closed: { state: "reported", text: "Open again" },
};

/** What has to be said with a step; undefined: nothing. */
function askedOf({ cause }: Incident, next: IncidentState): string | undefined {
  if (next === "repaired" && cause?.reach === "unknown")
    return "Whom the cause reaches is not known. How was it checked that nothing is wrong any more?";
  const isAgreed = cause?.confirmedByLead === true && cause.confirmedByCauseSide;
  if (next === "learned" && !isAgreed)
    return "The cause is not agreed by both sides. Why does it stay open?";
  return undefined;
}

/** The next step of an incident, with a reason where the step needs one. */
export function StepButton({
  incident,
  onEnter,
}: {
  readonly incident: Incident;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  const [isAsking, setAsking] = useState(false);
  const step = STEP[incident.state];
  if (step === undefined) return null;
  const { state, text } = step;
  const asked = askedOf(incident, state);
  const enter = (reason?: string) =>
    onEnter({ kind: "set_state", state, ...(reason === undefined ? {} : { reason }) });
  return (
    <>
      <Button look="primary" onClick={() => (asked === undefined ? enter() : setAsking(true))}>
        {text}
      </Button>
      <Dialog open={isAsking} onClose={() => setAsking(false)} label={text} width="w-[34rem]">
        <ReasonForm
          asked={asked ?? ""}
          text={text}
          onGive={(reason) => {
            enter(reason);
            setAsking(false);
          }}
          onCancel={() => setAsking(false)}
        />
      </Dialog>
    </>
  );
}

function ReasonForm({
  asked,
  text,
  onGive,
  onCancel,
}: {
  readonly asked: string;
  readonly text: string;
  readonly onGive: (reason: string) => void;
  readonly onCancel: () => void;
}) {
  const [reason, setReason] = useState("");
  return (
    <DialogForm
      problem={undefined}
      onSubmit={() => (reason.trim() === "" ? undefined : onGive(reason.trim()))}
      onCancel={onCancel}
      actions={
        <Button type="submit" look="primary">
          {text}
        </Button>
      }
    >
      <label className="grid gap-2">
        <span className="font-semibold text-section">{asked}</span>
        <textarea
          rows={3}
          required
          maxLength={4_000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          className="w-full rounded-control border border-ink3 bg-surface px-2 py-1.5"
        />
      </label>
    </DialogForm>
  );
}

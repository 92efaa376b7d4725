"use client";

import { useEffect, useState } from "react";
import type { Incident } from "#lib/incidents/incident.ts";
import { STATE_WORDS } from "#lib/view/incident-words.ts";
import { Button } from "../ui/button.tsx";
import { PanelEmpty } from "../ui/panel.tsx";

type Found = readonly Incident[] | "asking" | "failed";

async function ask(): Promise<readonly Incident[]> {
  const response = await fetch("/api/v1/incidents", { cache: "no-store" });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return ((await response.json()) as { incidents: readonly Incident[] }).incidents;
}

function Choice({
  incident: { id, title, state },
  onPick,
}: {
  readonly incident: Incident;
  readonly onPick: (id: string) => void;
}) {
  return (
    <li>
      <button
        type="button"
        onClick={() => onPick(id)}
        className="flex w-full items-baseline gap-3 px-4 py-2 text-left hover:bg-sunken focus-visible:outline-offset-[-2px]"
      >
        <span className="w-14 flex-none font-mono text-ink2 text-small">{id}</span>
        <span className="min-w-0 flex-1 wrap-anywhere">{title}</span>
        <span className="flex-none text-ink2 text-small">{STATE_WORDS[state]}</span>
      </button>
    </li>
  );
}

/** Which other incident is meant. */
export function OtherIncidents({
  id,
  onPick,
  onCancel,
}: {
  readonly id: string;
  readonly onPick: (id: string) => void;
  readonly onCancel: () => void;
}) {
  const [found, setFound] = useState<Found>("asking");
  useEffect(() => {
    ask().then(setFound, () => setFound("failed"));
  }, []);
  const others = typeof found === "string" ? [] : found.filter((one) => one.id !== id);
  const empty =
    found === "asking"
      ? "Asking…"
      : found === "failed"
        ? "The server does not answer. Close this and try again."
        : "There is no other incident.";
  return (
    <div className="flex max-h-[70vh] flex-col">
      <h2 className="border-line border-b px-4 py-3 font-semibold text-section">
        Of which incident is {id} a duplicate?
      </h2>
      {others.length === 0 ? (
        <PanelEmpty>{empty}</PanelEmpty>
      ) : (
        <ul className="min-h-0 list-none divide-y divide-line overflow-auto">
          {others.map((incident) => (
            <Choice key={incident.id} incident={incident} onPick={onPick} />
          ))}
        </ul>
      )}
      <p className="border-line border-t px-4 py-3 text-right">
        <Button onClick={onCancel}>Cancel</Button>
      </p>
    </div>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { parseAsArrayOf, parseAsString, useQueryStates } from "nuqs";
import { useState } from "react";
import { addressOfLooked, type LookedAt, lookedOfAddress } from "#lib/view/looked-at.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { Button } from "../ui/button.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { ObservedList } from "./observed-list.tsx";
import { SuspectList } from "./suspect-list.tsx";
import { UnreadNames } from "./unread-names.tsx";
import { lastTriage, type TriageState, useTriage } from "./use-triage.ts";

/** A name may hold a comma, hardly ever this. */
const LIST = parseAsArrayOf(parseAsString, "|").withDefault([]);
const KEYS = { broken: LIST, healthy: LIST, shows: LIST };

function Suspects({ found }: { readonly found: TriageState }) {
  if (found.state === "idle")
    return <PanelEmpty>Suspects are listed here as soon as something broken is named.</PanelEmpty>;
  if (found.state === "failed")
    return (
      <p role="alert" className="px-4 py-4">
        {saySentence(found.message)}
      </p>
    );
  const triage = lastTriage(found);
  if (triage === undefined) return <PanelEmpty>Walking upstream…</PanelEmpty>;
  return (
    <>
      <UnreadNames errors={triage.errors ?? []} />
      <SuspectList triage={triage} />
    </>
  );
}

async function open({ broken, healthy }: LookedAt): Promise<string> {
  const response = await fetch("/api/v1/incidents", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ symptoms: broken, healthy }),
  }).catch(() => {
    throw new Error("The server does not answer; what was named stays in the address.");
  });
  const body = (await response.json().catch(() => ({}))) as {
    incident?: { id: string };
    detail?: string;
  };
  if (body.incident === undefined)
    throw new Error(body.detail ?? `The server answered ${response.status}.`);
  return body.incident.id;
}

/** What is broken, what is right, and who may have done it. The address holds the question. */
export function TriageScreen() {
  const [address, setAddress] = useQueryStates(KEYS, { history: "replace", scroll: false });
  const looked = lookedOfAddress(address);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const [isOpening, setOpening] = useState(false);
  const found = useTriage(looked);
  const router = useRouter();
  return (
    <main
      id="main"
      className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-6 pb-12 wrap-anywhere slim:px-3"
    >
      <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 slim:basis-full">
          <h1 className="font-semibold text-answer tracking-[-0.018em]">What is broken?</h1>
          <p className="mt-1 max-w-[46rem] text-pretty text-ink2">
            Each suspect is walked forward with what may have happened to it. What is right clears
            those that should have broken it.
          </p>
        </div>
        <Button
          look="primary"
          disabled={looked.broken.length === 0 || isOpening}
          onClick={() => {
            setFailure(undefined);
            setOpening(true);
            open(looked).then(
              (id) => router.push(`/incidents/${id}`),
              (error: Error) => {
                setOpening(false);
                setFailure(error.message);
              },
            );
          }}
        >
          Open an incident
        </Button>
      </header>
      {failure === undefined ? null : (
        <p role="alert" className="mt-2 font-medium">
          {failure}
        </p>
      )}
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] items-start gap-5 min-[60rem]:grid-cols-[22rem_minmax(0,1fr)]">
        <Panel
          id="looked"
          title="Looked at"
          note={
            looked.broken.length + looked.healthy.length === 0
              ? undefined
              : `${looked.broken.length} broken, ${looked.healthy.length} right`
          }
        >
          <ObservedList
            looked={looked}
            onChange={(now) => {
              const { broken, healthy, shows } = addressOfLooked(now);
              void setAddress({ broken: [...broken], healthy: [...healthy], shows: [...shows] });
            }}
          />
        </Panel>
        <Panel
          id="suspects"
          title="Suspects"
          note="in the order to look at them; the figure says how much speaks for each"
        >
          <div aria-live="polite" aria-busy={found.state === "asking"}>
            <Suspects found={found} />
          </div>
        </Panel>
      </div>
    </main>
  );
}

"use client";

import { useState } from "react";
import type { IncidentAction } from "#lib/incidents/incident-action.ts";
import { sayClock } from "#lib/view/incident-words.ts";
import { draftStatus } from "#lib/view/status-text.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Panel } from "../ui/panel.tsx";
import type { IncidentPage } from "./use-incident.ts";

function Editor({
  draft,
  onSay,
  onCancel,
}: {
  readonly draft: string;
  readonly onSay: (text: string) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const [text, setText] = useState(draft);
  return (
    <form
      className="no-print grid gap-2 px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") void onSay(text.trim());
      }}
    >
      <textarea
        // biome-ignore lint/a11y/noAutofocus: the box is opened to type into it
        autoFocus
        aria-label="Status for those who use the data"
        rows={8}
        maxLength={4_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="w-full rounded-control border border-ink3 bg-surface px-2 py-1.5"
      />
      <p className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary">
          Put it into the record
        </Button>
      </p>
    </form>
  );
}

/** What those who use the data are told: what was said last, and a text drawn from what is known now. */
export function StatusPanel({
  page: { incident, events },
  day,
  onEnter,
}: {
  readonly page: IncidentPage;
  /** ISO 8601: times of other days say the day. */
  readonly day: string;
  readonly onEnter: (action: IncidentAction) => Promise<string | undefined>;
}) {
  const [isWriting, setWriting] = useState(false);
  const last = events.findLast(({ action }) => action.kind === "status");
  const draft = draftStatus(incident);
  const text = incident.status ?? draft;
  const note =
    last === undefined
      ? "drafted, not said yet"
      : `said ${sayClock(last.at, day)} by ${last.actor}`;
  return (
    <Panel id="status" title="For those who use the data" note={note}>
      {isWriting ? (
        <Editor
          draft={draft}
          onCancel={() => setWriting(false)}
          onSay={async (said) => {
            const refused = await onEnter({ kind: "status", text: said });
            if (refused === undefined) setWriting(false);
          }}
        />
      ) : (
        <>
          <p className="whitespace-pre-line px-4 py-3 wrap-anywhere">{text}</p>
          <p className="no-print flex flex-wrap items-center justify-end gap-2 px-4 pb-3">
            <CopyButton text={text}>Copy</CopyButton>
            <Button onClick={() => setWriting(true)}>
              {last === undefined ? "Edit and record" : "Say something new"}
            </Button>
          </p>
        </>
      )}
    </Panel>
  );
}

"use client";

import { useState } from "react";
import type { MigrationPlan, PlanStep } from "#lib/review/plan-migration.ts";
import type { ShownReview } from "#lib/review/shown-review.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Panel } from "../ui/panel.tsx";
import { CheckBoxMark } from "./check-box-mark.tsx";
import type { Enter } from "./use-review.ts";
import { WriteOffForm } from "./write-off-form.tsx";

const STEPS: Readonly<Record<PlanStep["id"], string>> = {
  expand: "Put the new beside the old",
  compare: "Write both, compare daily",
  move: "Move the readers, one task per owner",
  remove: "Remove the old",
};

function noteOf({ plan, window }: ShownReview, { id }: PlanStep): string {
  if (id === "remove")
    return window.sunset === undefined ? "no date yet" : `after ${window.sunset}`;
  if (id !== "move") return "";
  const all = plan.tasks.flatMap(({ assets }) => assets);
  return `${all.filter(({ state }) => state !== "reads" && state !== "unsaid").length} of ${all.length}`;
}

/** Expand, migrate, remove: the steps, what each owner has to do, and the statements for the producer. */
export function PlanPanel({
  shown,
  onEnter,
}: {
  readonly shown: ShownReview;
  readonly onEnter: Enter;
}) {
  const { plan } = shown;
  return (
    <Panel id="plan" title="Plan" note="expand, migrate, remove">
      <ol className="list-none divide-y divide-line">
        {plan.steps.map((step) => (
          <li
            key={step.id}
            aria-current={step.isNow ? "step" : undefined}
            className={`flex gap-3 px-4 py-2.5 ${step.isNow ? "bg-accent-bg" : ""}`}
          >
            <CheckBoxMark checked={step.isDone} />
            <span className="min-w-0 flex-1">
              {STEPS[step.id]}
              <span className="sr-only">{step.isDone ? ", done" : ""}</span>
            </span>
            <span className="flex-none text-ink2 text-small tabular-nums">
              {noteOf(shown, step)}
            </span>
          </li>
        ))}
      </ol>
      <Tasks shown={shown} onEnter={onEnter} />
      {plan.sql.map((sql) => (
        <Statements key={sql.target} sql={sql} />
      ))}
    </Panel>
  );
}

const WORDS = {
  reads: "still reads it",
  moved: "has moved",
  written_off: "written off",
  unsaid: "no source tells of it any more",
  gone: "gone from every source",
} as const;
const LINK = "no-print text-accent text-small hover:underline";

function Tasks({ shown, onEnter }: { readonly shown: ShownReview; readonly onEnter: Enter }) {
  const [reader, setReader] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const { tasks } = shown.plan;
  const { state, policy } = shown.review;
  const isOver = state === "removed" || state === "abandoned";
  if (tasks.length === 0) return null;
  return (
    <div className="border-line border-t px-4 py-3">
      <h3 className="font-semibold">Tasks</h3>
      <ul className="mt-1.5 grid list-none gap-2">
        {tasks.map(({ owner, assets }) => {
          const reads = assets.filter((one) => one.state === "reads").map(({ name }) => name);
          return (
            <li key={owner ?? ""}>
              <p className="flex flex-wrap items-baseline gap-x-2">
                <b className="font-medium wrap-anywhere">{owner ?? "nobody owns these"}</b>
                {owner === undefined || reads.length === 0 || isOver ? null : (
                  <button
                    type="button"
                    className={LINK}
                    onClick={() =>
                      void onEnter({ kind: "remind", owner, readers: reads }).then(setProblem)
                    }
                  >
                    Remind<span className="sr-only"> {owner} that it still reads</span>
                  </button>
                )}
              </p>
              <ul className="list-none">
                {assets.map((asset) => (
                  <li key={asset.name} className="flex flex-wrap gap-x-2 text-small">
                    <code className="font-mono wrap-anywhere">{asset.name}</code>
                    <span className="text-ink2">{WORDS[asset.state]}</span>
                    {(asset.state === "reads" || asset.state === "unsaid") && !isOver ? (
                      <button type="button" className={LINK} onClick={() => setReader(asset.name)}>
                        Write off<span className="sr-only"> {asset.name}</span>
                      </button>
                    ) : null}
                  </li>
                ))}
              </ul>
            </li>
          );
        })}
      </ul>
      {problem === undefined ? null : (
        <p role="alert" className="mt-2 font-medium wrap-anywhere">
          {saySentence(problem)}
        </p>
      )}
      <Dialog
        open={reader !== undefined}
        onClose={() => setReader(undefined)}
        label="Write off a reader"
        width="w-[30rem]"
      >
        {reader === undefined ? null : (
          <WriteOffForm
            reader={reader}
            role={policy.decidingRole}
            onEnter={onEnter}
            onDone={() => setReader(undefined)}
          />
        )}
      </Dialog>
    </div>
  );
}

function Statements({ sql }: { readonly sql: MigrationPlan["sql"][number] }) {
  const text = [
    sql.expand,
    ...(sql.compare === undefined ? [] : ["-- Every day, until it is 0:", sql.compare]),
    "-- After the date, when nobody reads it:",
    sql.contract,
  ].join("\n");
  return (
    <details className="border-line border-t px-4 py-2.5">
      <summary className="cursor-pointer">
        SQL for <code className="font-mono text-small wrap-anywhere">{sql.target}</code>{" "}
        <span className="text-ink2 text-small">{sql.dialect}</span>
      </summary>
      <section
        aria-label={`SQL for ${sql.target}, scrolls`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        tabIndex={0}
        className="mt-2 overflow-x-auto rounded-control bg-sunken p-3"
      >
        <pre className="font-mono text-small">{text}</pre>
      </section>
      <p className="no-print mt-2 text-right">
        <CopyButton text={text}>Copy</CopyButton>
      </p>
    </details>
  );
}

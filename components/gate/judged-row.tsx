import type { ReactNode } from "react";
import { type GateMiss, isWrong, type LoggedFinding } from "#lib/review/gate-run.ts";
import { sayDay } from "#lib/view/review-words.ts";
import { sayCertainty, VERDICT_WORDS } from "#lib/view/verdict-words.ts";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";
import { JudgeButton, type JudgeTarget } from "./judge-button.tsx";

export interface JudgedRowProps {
  readonly finding: Pick<LoggedFinding, "name" | "verdict" | "certainty" | "owner" | "tier">;
  /** Behind the name: what changes, or a fingerprint. */
  readonly note?: ReactNode;
  readonly target: JudgeTarget;
  /** What was said of it. */
  readonly miss: GateMiss | undefined;
}

/** What breaks, how, whose it is, and what people say of that. */
export function JudgedRow({ finding, note, target, miss }: JudgedRowProps) {
  const { name, verdict, certainty, owner, tier } = finding;
  const sure = sayCertainty(certainty);
  const about = [
    ...(owner === undefined ? [] : [owner]),
    ...(tier === undefined ? [] : [`tier ${tier}`]),
  ];
  return (
    <div className="grid grid-cols-[10.5rem_minmax(0,1fr)_auto] items-start gap-x-4 leading-5 slim:grid-cols-[minmax(0,1fr)_auto]">
      <span className="flex items-center gap-1.5 slim:col-span-2">
        <VerdictMark verdict={verdict} />
        <span className={`font-[550] ${VERDICT_TEXT[verdict]}`}>{VERDICT_WORDS[verdict]}</span>
        {sure === "" ? null : <span className="text-ink3 text-small">{sure}</span>}
      </span>
      <span className="min-w-0">
        <b className="font-medium">{name}</b> <span className="text-ink2">{about.join(", ")}</span>{" "}
        <span className="text-ink3 text-small">{note}</span>
        {miss === undefined ? null : <LastWord miss={miss} />}
      </span>
      <JudgeButton about={name} target={target} miss={miss} />
    </div>
  );
}

function LastWord({ miss }: { readonly miss: GateMiss }) {
  const last = miss.entries.at(-1);
  if (last === undefined) return null;
  return (
    <span className="mt-0.5 block text-ink2 text-small">
      <b className="font-semibold text-ink">{isWrong(miss) ? "Judged wrong" : "Right after all"}</b>
      , because {last.because}{" "}
      <span className="text-ink3">
        ({last.actor}, {sayDay(last.at)})
      </span>
    </span>
  );
}

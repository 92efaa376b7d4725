import type { GateMiss } from "#lib/review/gate-run.ts";
import type { ReviewedVerdict } from "#lib/review/review-action.ts";
import { countOf, VERDICT_ORDER } from "#lib/view/verdict-words.ts";
import { JudgedRow } from "../gate/judged-row.tsx";
import { FirstFew } from "../ui/first-few.tsx";

const SHOWN = 8;

interface Said {
  /** Of the review: `REV-7`. */
  readonly id: string;
  readonly verdicts: readonly ReviewedVerdict[];
  /** What was said of them, by asset. */
  readonly judged: Readonly<Record<string, GateMiss>>;
}

/** Each verdict of the review, to be judged wrong by whoever knows better. */
export function VerdictList({ verdicts, ...said }: Said) {
  const sorted = [...verdicts].sort(
    (a, b) =>
      VERDICT_ORDER.indexOf(a.verdict) - VERDICT_ORDER.indexOf(b.verdict) ||
      (a.tier ?? 5) - (b.tier ?? 5),
  );
  return (
    <FirstFew
      items={sorted}
      shown={SHOWN}
      rest={(count) => countOf(count, { one: "more verdict", many: "more verdicts" })}
    >
      {(some) => <Rows {...said} verdicts={some} />}
    </FirstFew>
  );
}

const Rows = ({ id, verdicts, judged }: Said) => (
  <ul className="list-none divide-y divide-line">
    {verdicts.map((verdict) => (
      <li key={verdict.asset} className="px-4 py-2">
        <JudgedRow
          finding={verdict}
          target={{ review: id, asset: verdict.asset }}
          miss={judged[verdict.asset]}
        />
      </li>
    ))}
  </ul>
);

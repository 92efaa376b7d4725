import type { GateMiss } from "#lib/review/gate-run.ts";
import { sayLoggedChange } from "#lib/view/gate-words.ts";
import { PanelEmpty } from "../ui/panel.tsx";
import { JudgedRow } from "./judged-row.tsx";

/** Findings that somebody judged, the last one first. */
export function MissList({ misses }: { readonly misses: readonly GateMiss[] }) {
  if (misses.length === 0)
    return (
      <PanelEmpty>
        Nobody has judged a finding wrong. Who finds one says so here, on the page of the change, or
        with <code className="font-mono">faultline check wrong FINGERPRINT --because "…"</code>.
      </PanelEmpty>
    );
  return (
    <ul className="list-none divide-y divide-line">
      {misses.map((miss) => (
        <li key={miss.fingerprint} className="px-4 py-2.5">
          <JudgedRow
            finding={miss.finding}
            note={
              <>
                {sayLoggedChange(miss.finding)} ·{" "}
                <code className="font-mono">{miss.fingerprint}</code>
              </>
            }
            target={{ fingerprint: miss.fingerprint }}
            miss={miss}
          />
        </li>
      ))}
    </ul>
  );
}

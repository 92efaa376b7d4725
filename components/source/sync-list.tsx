import type { SyncRow } from "#lib/view/page-answers.ts";
import { sayTime } from "#lib/view/stamp-words.ts";

const STATES: Readonly<Record<SyncRow["state"], string>> = {
  waiting: "not yet read",
  ok: "up to date",
  running: "being read",
  failed: "not read",
  removed: "no longer configured",
};

/** Configured sources, those that could not be read first, each with its schedule and when it was last read. */
export function SyncList({ syncs }: { readonly syncs: readonly SyncRow[] }) {
  const sorted = [...syncs].sort(
    (a, b) => Number(b.state === "failed") - Number(a.state === "failed"),
  );
  return (
    <ul className="list-none divide-y divide-line">
      {sorted.map((sync) => (
        <li key={sync.name} className="px-4 py-2">
          <div className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5">
            <span className="min-w-0 flex-1 basis-60">
              <span className="font-medium wrap-anywhere">{sync.name}</span>
              {sync.place === sync.name ? null : (
                <span className="block font-mono text-ink3 text-tiny wrap-anywhere">
                  {sync.place}
                </span>
              )}
            </span>
            <span className="w-40 flex-none text-ink2">{sync.schedule ?? "when asked"}</span>
            <span className="w-60 flex-none text-ink2">
              {sync.lastOkAt === undefined ? "never read" : `last read ${sayTime(sync.lastOkAt)}`}
            </span>
            <span
              className={`w-40 flex-none text-right slim:text-left ${sync.state === "failed" ? "font-semibold" : "text-ink2"}`}
            >
              {STATES[sync.state]}
              {sync.failures > 1 ? `, ${sync.failures} times` : ""}
            </span>
          </div>
          {sync.error === undefined ? null : (
            <p className="mt-0.5 text-ink2 text-small wrap-anywhere">{sync.error}</p>
          )}
        </li>
      ))}
    </ul>
  );
}

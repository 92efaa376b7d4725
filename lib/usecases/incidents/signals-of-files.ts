import { readDbtSignals } from "#lib/incidents/signals/read-dbt-signals.ts";
import { readEventSignals } from "#lib/incidents/signals/read-event-signals.ts";
import { type Signal, signalKey } from "#lib/incidents/signals/signal.ts";
import { asRecord } from "#lib/ingest/loose-value.ts";
import { checkEvent } from "#lib/ingest/openlineage/check-event.ts";
import { readEventFile } from "#lib/ingest/openlineage/read-event-file.ts";
import { parseJsonText } from "#lib/ingest/parse-structured-text.ts";
import type { Result } from "#lib/kit/result.ts";
import { ok } from "#lib/kit/result.ts";
import type { SourceFile } from "#lib/model/fact.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { Failure } from "../failure.ts";
import { keepSignals, listSignals } from "./keep-signals.ts";

interface FilesTold {
  readonly files: readonly SourceFile[];
  /** ISO 8601: for results without a time. */
  readonly now: string;
}

/** Keeps what results of dbt and OpenLineage events in files tell to be broken, or to be over. What is known already changes nothing. */
export async function keepSignalsOfFiles(
  store: LineageStore,
  told: FilesTold,
): Promise<Result<void, Failure>> {
  const signals = signalsOfFiles(told);
  if (signals.length === 0) return ok(undefined);
  const known = await listSignals(store);
  if (!known.ok) return known;
  const firing = new Set<string>();
  const news = signals.filter((signal) => {
    const key = signalKey(signal);
    const before = known.value.get(key);
    if (before !== undefined && before.lastAt >= signal.at) return false;
    if (!signal.isOver) firing.add(key);
    return !signal.isOver || before !== undefined || firing.has(key);
  });
  if (news.length === 0) return ok(undefined);
  const kept = await keepSignals(store, news);
  return kept.ok ? ok(undefined) : kept;
}

function signalsOfFiles({ files, now }: FilesTold): readonly Signal[] {
  const signals = files.flatMap((file) => {
    if (/(?:^|\/)(?:run_results|sources)\.json$/.test(file.path))
      return dbtSignals(file, { files, now });
    return /"eventTime"/.test(file.text) ? eventSignals(file) : [];
  });
  return signals.sort((a, b) => (a.at < b.at ? -1 : 1));
}

function dbtSignals(file: SourceFile, { files, now }: FilesTold): readonly Signal[] {
  const results = asRecord(parsed(file));
  if (results === undefined) return [];
  const beside = file.path.replace(/[^/]*$/, "manifest.json");
  const manifest = files.find(({ path }) => path === beside);
  return (
    readDbtSignals({
      results,
      now,
      ...(manifest === undefined ? {} : { manifest: parsed(manifest) }),
    }) ?? []
  );
}

/** What cannot be read is a problem of the reader that reads it as lineage. */
function parsed({ path, text }: SourceFile): unknown {
  const read = parseJsonText(path, text);
  return read.ok ? read.value : undefined;
}

function eventSignals(file: SourceFile): readonly Signal[] {
  const signals: Signal[] = [];
  readEventFile(file, ({ value }) => {
    const event = checkEvent(value);
    if (event.ok) signals.push(...readEventSignals(event.value));
  });
  return signals;
}

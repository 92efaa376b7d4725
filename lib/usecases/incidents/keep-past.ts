import type { PastIncident } from "#lib/incidents/past/past-incident.ts";
import { readPastIncidents } from "#lib/incidents/past/read-past-incidents.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import { type Failure, failureOfStore } from "../failure.ts";

const COLLECTION = "past-incidents";
const TRIES = 5;

interface Month {
  readonly incidents: readonly PastIncident[];
}

export interface ImportedPast {
  /** New ones, and ones that were there already and are as the export has them now. */
  readonly added: number;
  readonly replaced: number;
  readonly problems: readonly string[];
}

/** Incidents of an export, kept by month; the same export again changes nothing. */
export async function importPast(
  store: LineageStore,
  text: string,
): Promise<Result<ImportedPast, Failure>> {
  const { incidents, problems } = readPastIncidents(text);
  if (incidents.length === 0) {
    return err({
      code: "not-recognised",
      message: problems[0] ?? "there is no incident in it",
      next: "give a CSV with id, title and opened_at, or an export of PagerDuty or Jira",
    });
  }
  let replaced = 0;
  const months = new Map<string, PastIncident[]>();
  for (const incident of incidents) {
    const month = incident.openedAt.slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), incident]);
  }
  for (const [month, told] of months) {
    const written = await writeMonth(store, month, told);
    if (!written.ok) return written;
    replaced += written.value;
  }
  return ok({ added: incidents.length - replaced, replaced, problems });
}

/** Gives how many were there already. */
async function writeMonth(
  store: LineageStore,
  month: string,
  told: readonly PastIncident[],
): Promise<Result<number, Failure>> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const record = await store.getRecord(COLLECTION, month);
    if (!record.ok) return err(failureOfStore(record.error));
    const known = (record.value?.body as Month | undefined)?.incidents ?? [];
    const byKey = new Map(known.map((one) => [keyOf(one), one]));
    const replaced = told.filter((one) => byKey.has(keyOf(one))).length;
    for (const one of told) byKey.set(keyOf(one), one);
    const incidents = [...byKey.values()].sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1));
    const put = await store.putRecord(
      COLLECTION,
      month,
      { incidents },
      record.value?.revision ?? 0,
    );
    if (put.ok) return ok(replaced);
    if (put.error.code !== "conflict") return err(failureOfStore(put.error));
  }
  return err({ code: "conflict", message: "somebody else imports at this moment" });
}

const keyOf = ({ tool, id }: PastIncident): string => `${tool} ${id}`;

/** The oldest first. */
export async function listPast(
  store: LineageStore,
): Promise<Result<readonly PastIncident[], Failure>> {
  const records = await store.listRecords(COLLECTION);
  if (!records.ok) return err(failureOfStore(records.error));
  return ok(
    records.value
      .flatMap(({ body }) => (body as unknown as Month).incidents)
      .sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1)),
  );
}

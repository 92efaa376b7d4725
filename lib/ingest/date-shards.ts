import { isBigQuery } from "#lib/model/letter-case.ts";

const DAY = /_(?:19|20|21)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
/** `events_*`, `events_2026*`: what SQL writes for all of the days, or for some. */
const SOME_DAYS = /_\d{0,8}\*$/;

/** BigQuery's older way of keeping a table by day, a table for each: `events_20260302` is a day of `events_*`. */
export const isDateShard = (name: string): boolean => DAY.test(name);

/** A path with the table for all days in the place of one of its days, where it is BigQuery's. */
export function withoutDay(
  path: readonly string[],
  { namespace, dialect }: { readonly namespace: string; readonly dialect?: string | undefined },
): readonly string[] {
  const last = path.at(-1);
  if (last === undefined || !isBigQuery(namespace, dialect)) return path;
  const table = tableOfDays(last);
  return table === last ? path : [...path.slice(0, -1), table];
}

export const tableOfDays = (name: string): string =>
  name.replace(DAY, "_*").replace(SOME_DAYS, "_*");

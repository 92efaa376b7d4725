const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * `17 Nov 2026, 06:40 UTC` from an ISO 8601 time. Read from the text itself, so that the server and every browser say the
 * same; a time with another zone is given as it was written.
 */
export function sayTime(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(iso);
  if (match === null) return iso;
  const [, year, month, day, hour, minute] = match;
  const zone = /(?:Z|\+00:?00)$/.test(iso) ? " UTC" : (/[+-]\d{2}:?\d{2}$/.exec(iso)?.[0] ?? "");
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}, ${hour}:${minute}${zone}`;
}

/** Why an answer is not newer, in a few words: what drivers add after a colon stays for the tooltip. */
export function sayWhyStale(staleBecause: string): string {
  const cut = staleBecause.indexOf(": ");
  return cut < 0 ? staleBecause : staleBecause.slice(0, cut);
}

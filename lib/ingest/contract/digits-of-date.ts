/** A date or time of ISO 8601 as one number that grows with it: `2026-11-23` is 20261123000000. Zones are not looked at. */
export function digitsOfDate(text: string): number | undefined {
  if (!/^\d{4}-\d{2}(?:-\d{2})?/.test(text)) return undefined;
  const [plain = ""] = text.split(/[Zz+]/);
  return Number(plain.replace(/\D/g, "").slice(0, 14).padEnd(14, "0"));
}

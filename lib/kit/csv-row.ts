/** RFC 4180; a leading `=`, `+`, `-` or `@` is defused, because people open these files in spreadsheets. */
function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One row of a CSV file, without its line end. */
export const writeCsvRow = (values: readonly (string | number | null | undefined)[]): string =>
  values.map(field).join(",");

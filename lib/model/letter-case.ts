export const isBigQuery = (namespace: string, dialect: string | undefined): boolean =>
  dialect === "bigquery" || /^bigquery\b/i.test(namespace);

/** Systems whose table names differ when only their case differs, also without quotes. */
export const isCaseSensitive = (namespace: string, dialect: string | undefined): boolean =>
  dialect === "bigquery" || dialect === "clickhouse" || /^(bigquery|clickhouse)\b/i.test(namespace);

/** Metrics of ODCS's library of quality rules, with the names that versions before 3.1 had for them. */
const NULLS = /^(?:nullValues|missingValues|nullCheck)$/i;
const DUPLICATES = /^(?:duplicateValues|duplicateCount|uniqueCheck)$/i;

/** Whether a metric counts values that are missing. */
export const countsNulls = (metric: string | undefined): boolean => NULLS.test(metric ?? "");

/** Whether a metric counts values that repeat. */
export const countsDuplicates = (metric: string | undefined): boolean =>
  DUPLICATES.test(metric ?? "");

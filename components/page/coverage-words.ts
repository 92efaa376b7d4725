import type { Coverage } from "#lib/view/blast-answer.ts";

/** Share of reads that are known to the column; undefined where nothing is read yet. */
export function columnShare(
  reads: Pick<Coverage, "columnReads" | "tableReads">,
): number | undefined {
  const all = reads.columnReads + reads.tableReads;
  return all === 0 ? undefined : reads.columnReads / all;
}

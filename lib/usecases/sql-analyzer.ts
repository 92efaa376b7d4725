import type { QueryAnalyzer } from "#lib/ingest/query-analyzer.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { AssetId } from "#lib/model/asset-id.ts";

/** The SQL analysis of this process for the ingest pipeline. */
export function createQueryAnalyzer(parser: SqlParser): QueryAnalyzer {
  return {
    analyze: (request) => analyzeQuery({ ...request, parser }),
    listReads: ({ sql, dialect }) =>
      analyzeQuery({ sql, dialect, parser, lookup: openTable }).reads.map((read) => read.path),
  };
}

const openTable = (path: readonly string[]) => ({
  asset: path.join(".") as AssetId,
  columns: [],
  complete: false,
});

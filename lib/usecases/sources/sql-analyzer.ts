import type { QueryAnalyzer } from "#lib/ingest/query-analyzer.ts";
import { analyzeQuery } from "#lib/ingest/sql/analyze-query.ts";
import { listReads } from "#lib/ingest/sql/list-reads.ts";
import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";

/** The SQL analysis of this process for the ingest pipeline. */
export function createQueryAnalyzer(parser: SqlParser): QueryAnalyzer {
  return {
    analyze: (request) => analyzeQuery({ ...request, parser, now: () => performance.now() }),
    listReads: ({ sql, dialect }) => listReads({ sql, dialect, parser }).reads,
  };
}

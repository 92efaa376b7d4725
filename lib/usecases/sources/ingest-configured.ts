import type { SqlParser } from "#lib/ingest/sql/sql-parser.ts";
import type { Result } from "#lib/kit/result.ts";
import { err, ok } from "#lib/kit/result.ts";
import type { LineageStore } from "#lib/store/lineage-store.ts";
import type { FaultlineConfig } from "../config/faultline-config.ts";
import type { Failure } from "../failure.ts";
import { failureOfStore } from "../failure.ts";
import { placeFrom } from "../live-sources/live-address.ts";
import { withSecrets } from "../sync/run-sync.ts";
import { applyConfig } from "./apply-config.ts";
import type { IngestReport } from "./ingest-report.ts";
import { ingestSources } from "./ingest-sources.ts";
import type { IngestProgress } from "./read-paths.ts";
import { readPaths } from "./read-paths.ts";
import type { SourcesRead } from "./read-sources.ts";
import { uniteSources } from "./unite-sources.ts";

/** Reads all sources of a configuration into the store, together, and says what its rules add. */
export async function ingestConfigured(options: {
  readonly config: FaultlineConfig;
  /** The folder of the configuration. */
  readonly root: string;
  readonly store: LineageStore;
  readonly parser: SqlParser;
  /** ISO 8601. */
  readonly now: string;
  readonly onProgress?: (progress: IngestProgress) => void;
}): Promise<Result<IngestReport, Failure>> {
  const { config, root, store, parser, now, onProgress } = options;
  const reads: (SourcesRead & { readonly path: string })[] = [];
  for (const source of config.sources) {
    const { path, as, dialect, domain } = source;
    const read = await readPaths({
      paths: [placeFrom(root, path)],
      cwd: root,
      parser,
      now,
      env: withSecrets(process.env, source),
      ...(as === undefined ? {} : { as }),
      ...(dialect === undefined ? {} : { dialect }),
      ...(domain === undefined ? {} : { domain }),
    });
    reads.push({ ...read, path });
    onProgress?.({ stage: "read", done: reads.length, total: config.sources.length });
  }
  const ingested = await ingestSources({
    sources: uniteSources(reads),
    problems: reads.flatMap(({ problems }) => problems),
    signals: reads.flatMap(({ signals }) => signals),
    store,
    parser,
    now,
    ...(config.names === undefined ? {} : { names: config.names }),
    ...(onProgress ? { onProgress } : {}),
  });
  if (!ingested.ok) return err(failureOfStore(ingested.error));
  const applied = await applyConfig({ store, config, root, now });
  if (!applied.ok) return applied;
  const version = await store.version();
  return version.ok
    ? ok({ ...ingested.value, version: version.value.version })
    : err(failureOfStore(version.error));
}

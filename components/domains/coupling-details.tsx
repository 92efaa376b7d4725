import { assetNameOf } from "#lib/model/asset-id.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import type { ReadColumn } from "#lib/view/coupling.ts";
import type { CouplingCount, CouplingReads } from "#lib/view/domains-page.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { PageLink } from "../ui/page-link.tsx";
import { Panel } from "../ui/panel.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";

function Fact({ label, value }: { readonly label: string; readonly value: string | number }) {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="text-ink2">{label}</dt>
      <dd className="font-semibold tabular-nums">{value}</dd>
    </div>
  );
}

const hrefOf = ({ asset, column }: ReadColumn): string =>
  blastHref([
    column === undefined
      ? { kind: "table_dropped_or_renamed", asset: assetNameOf(asset) }
      : { kind: "drop_column", asset: assetNameOf(asset), column },
  ]);

function OpenColumns({
  open,
  count,
}: {
  readonly open: CouplingReads["open"];
  readonly count: number;
}) {
  if (count === 0) return null;
  return (
    <>
      <h3 className="border-line border-t px-4 pt-2.5 pb-1 font-semibold">
        Read most, without a contract
      </h3>
      <ul className="list-none">
        {open.map((column) => (
          <li key={`${column.asset} ${column.column ?? ""}`}>
            <PageLink
              href={hrefOf(column)}
              className="flex items-baseline gap-3 px-4 py-1 hover:bg-canvas"
            >
              <span className="min-w-0 flex-1 wrap-anywhere font-mono text-small">
                {column.column === undefined
                  ? `${column.shortName}, as a whole`
                  : `${column.shortName}.${column.column}`}
              </span>
              <span className="flex-none text-ink2 text-small tabular-nums">
                {column.readers === 1 ? "1 reader" : `${column.readers} readers`}
              </span>
            </PageLink>
          </li>
        ))}
      </ul>
      {count > open.length ? (
        <p className="px-4 pt-1 text-ink3 text-small">and {count - open.length} more</p>
      ) : null}
    </>
  );
}

function Readers({
  readers,
  count,
}: {
  readonly readers: CouplingReads["readers"];
  readonly count: number;
}) {
  return (
    <>
      <h3 className="mt-2 border-line border-t px-4 pt-2.5 pb-1 font-semibold">Who reads</h3>
      <ul className="list-none pb-3">
        {readers.map(({ asset, shortName, kind }) => (
          <li key={asset} className="flex items-center gap-2 px-4">
            <KindMark kind={kind} />
            <PageLink
              href={assetHref(asset)}
              className="min-w-0 py-[0.1875rem] wrap-anywhere hover:underline"
            >
              {shortName}
            </PageLink>
          </li>
        ))}
        {count > readers.length ? (
          <li className="px-4 pt-1 text-ink3 text-small">and {count - readers.length} more</li>
        ) : null}
      </ul>
    </>
  );
}

/** One cell opened: what is read, by whom, and what of it nobody has promised. `reads` is absent until it has come. */
export function CouplingDetails({
  coupling: { of, by, columns, underContract, readers, tierOne },
  reads,
}: {
  readonly coupling: CouplingCount;
  readonly reads: CouplingReads | undefined;
}) {
  return (
    <Panel id="chosen" title={`${by} reads ${of}`}>
      <dl className="grid gap-1 px-4 py-3">
        <Fact label="Columns read" value={columns} />
        <Fact label="Under contract" value={`${underContract} of ${columns}`} />
        <Fact label="Assets that read" value={readers} />
        <Fact label="Tier 1 among them" value={tierOne} />
      </dl>
      {reads === undefined ? (
        <p role="status" className="border-line border-t px-4 pt-2.5 pb-3 text-ink2">
          Reading which they are …
        </p>
      ) : (
        <>
          <OpenColumns open={reads.open} count={columns - underContract} />
          <Readers readers={reads.readers} count={readers} />
        </>
      )}
    </Panel>
  );
}

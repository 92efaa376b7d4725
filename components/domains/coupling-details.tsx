import { assetNameOf } from "#lib/model/asset-id.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import type { Coupling, ReadColumn } from "#lib/view/coupling.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { PageLink } from "../ui/page-link.tsx";
import { Panel } from "../ui/panel.tsx";
import { KindMark } from "../verdict/kind-mark.tsx";

const SHOWN = 8;

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

/** One cell opened: what is read, by whom, and what of it nobody has promised. */
export function CouplingDetails({ coupling }: { readonly coupling: Coupling }) {
  const { of, by, columns, underContract, readers, tierOne } = coupling;
  const open = columns.filter((column) => !column.underContract);
  return (
    <Panel id="chosen" title={`${by} reads ${of}`}>
      <dl className="grid gap-1 px-4 py-3">
        <Fact label="Columns read" value={columns.length} />
        <Fact label="Under contract" value={`${underContract} of ${columns.length}`} />
        <Fact label="Assets that read" value={readers.length} />
        <Fact label="Tier 1 among them" value={tierOne} />
      </dl>
      {open.length === 0 ? null : (
        <>
          <h3 className="border-line border-t px-4 pt-2.5 pb-1 font-semibold">
            Read most, without a contract
          </h3>
          <ul className="list-none">
            {open.slice(0, SHOWN).map((column) => (
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
          {open.length > SHOWN ? (
            <p className="px-4 pt-1 text-ink3 text-small">and {open.length - SHOWN} more</p>
          ) : null}
        </>
      )}
      <h3 className="mt-2 border-line border-t px-4 pt-2.5 pb-1 font-semibold">Who reads</h3>
      <ul className="list-none pb-3">
        {readers.slice(0, SHOWN).map(({ asset, shortName, kind }) => (
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
        {readers.length > SHOWN ? (
          <li className="px-4 pt-1 text-ink3 text-small">and {readers.length - SHOWN} more</li>
        ) : null}
      </ul>
    </Panel>
  );
}

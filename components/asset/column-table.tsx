import type { AssetKind } from "#lib/model/asset.ts";
import { assetHref } from "#lib/view/asset-href.ts";
import type { AssetColumnView, AssetPage } from "#lib/view/page-answers.ts";
import { countOf, KIND_WORDS, listOf, sayNumber, USE_WORDS } from "#lib/view/verdict-words.ts";
import { blastHref } from "#lib/view/view-url.ts";
import { PageLink } from "../ui/page-link.tsx";
import { PanelEmpty } from "../ui/panel.tsx";

function sayConsumers(consumers: AssetColumnView["consumers"]): string {
  const parts = (Object.entries(consumers) as [AssetKind, number][]).map(([kind, count]) =>
    countOf(count, KIND_WORDS[kind]),
  );
  return parts.length === 0 ? "none that we know" : listOf(parts);
}

function sayProfile({ profile }: AssetColumnView): string {
  if (profile === undefined) return "";
  const parts = [
    profile.nullShare === undefined ? undefined : `${Math.round(profile.nullShare * 100)}% null`,
    profile.distinct === undefined ? undefined : `${sayNumber(profile.distinct)} distinct`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function sayRules(column: AssetColumnView): string {
  const parts = [
    column.nullable === false ? "not null" : undefined,
    column.unique === true ? "unique" : undefined,
    column.inContract ? "in the contract" : undefined,
    column.allowedValues === undefined ? undefined : `one of ${column.allowedValues.length} values`,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function Reads({ reads }: { readonly reads: AssetColumnView["reads"] }) {
  if (reads.length === 0) return <span className="text-ink3">–</span>;
  const shown = reads.slice(0, 3);
  return (
    <ul className="list-none">
      {shown.map((read) => (
        <li
          key={`${read.asset} ${read.column ?? ""} ${read.use}`}
          className="break-words text-small"
        >
          <PageLink href={assetHref(read.asset)} className="font-mono hover:underline">
            {read.column === undefined ? read.shortName : `${read.shortName}.${read.column}`}
          </PageLink>{" "}
          <span className="text-ink3">{USE_WORDS[read.use]}</span>
        </li>
      ))}
      {reads.length > shown.length ? (
        <li className="text-ink3 text-small">and {reads.length - shown.length} more</li>
      ) : null}
    </ul>
  );
}

/** Each column: what is known of it, where it comes from, who would notice. The name opens what breaks without it. */
export function ColumnTable({
  columns,
  name,
  namespace,
}: Pick<AssetPage, "columns" | "name" | "namespace">) {
  if (columns.length === 0) {
    return (
      <PanelEmpty>
        No source says which columns it has, so its readers are known by table only.
      </PanelEmpty>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keys
    <section aria-label="Columns, scrolls" tabIndex={0} className="overflow-x-auto">
      <table className="w-full text-left">
        <thead>
          <tr className="border-line2 border-b text-ink2 [&>th]:px-4 [&>th]:py-1.5 [&>th]:font-medium">
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col">Said and seen</th>
            <th scope="col">Made from</th>
            <th scope="col">Who it reaches</th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {columns.map((column) => (
            <tr key={column.name} className="align-top [&>*]:px-4 [&>*]:py-1.5">
              <th scope="row" className="min-w-48 font-normal">
                <PageLink
                  href={blastHref([
                    {
                      kind: "drop_column",
                      asset: { namespace, name },
                      column: column.name,
                    },
                  ])}
                  title={`Who breaks when ${column.name} is dropped`}
                  className="break-all font-mono text-accent text-small hover:underline"
                >
                  {column.name}
                </PageLink>
                {column.description === undefined || column.description === "" ? null : (
                  <span className="block max-w-[24rem] text-ink3 text-small">
                    {column.description}
                  </span>
                )}
              </th>
              <td className="max-w-80 font-mono text-ink2 text-small">
                <span title={column.type} className="line-clamp-3 wrap-anywhere">
                  {column.type ?? "–"}
                </span>
              </td>
              <td className="text-small">
                <span className="block">{sayRules(column)}</span>
                <span className="block text-ink3">{sayProfile(column)}</span>
              </td>
              <td>
                <Reads reads={column.reads} />
              </td>
              <td className="min-w-28 text-small">{sayConsumers(column.consumers)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

import type {
  ColumnDifference,
  ReviewContent,
  TableDifference,
} from "#lib/review/review-action.ts";
import { describeChange } from "#lib/view/change-kinds.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { PanelEmpty } from "../ui/panel.tsx";

const SIGNS = { stays: "", goes: "−", comes: "+", changes: "±" } as const;
const SAID = { stays: "", goes: "goes", comes: "comes", changes: "changes" } as const;
const LOOKS = {
  stays: "",
  goes: "bg-sunken",
  comes: "bg-accent-bg",
  changes: "bg-sunken",
} as const;

/** The changed tables, the old and the new in one list; under it what a check found in the files. */
export function BeforeAfter({ content }: { readonly content: ReviewContent }) {
  const { tables = [], found = [] } = content;
  if (tables.length === 0 && found.length === 0)
    return <PanelEmpty>The tables that change were not known when this was judged.</PanelEmpty>;
  return (
    <>
      {tables.map((table) => (
        <TablePart key={table.name} table={table} content={content} />
      ))}
      {found.length === 0 ? null : (
        <ul className="list-none divide-y divide-line border-line border-t">
          {found.map((one) => (
            <li key={`${one.target} ${one.evidence} ${one.line ?? ""}`} className="px-4 py-2.5">
              <p className="wrap-anywhere">
                <code className="font-mono text-small">{one.target}</code>{" "}
                <span className="text-ink2">{one.evidence}</span>
                {one.file === undefined ? null : (
                  <code className="ml-2 font-mono text-ink3 text-tiny">
                    {one.file}
                    {one.line === undefined ? "" : `:${one.line}`}
                  </code>
                )}
              </p>
              {one.before === null && one.after === null ? null : (
                <p className="mt-1 grid gap-0.5 font-mono text-small wrap-anywhere">
                  {one.before === null ? null : <del>{one.before}</del>}
                  {one.after === null ? null : <ins className="no-underline">{one.after}</ins>}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function TablePart({
  table,
  content,
}: {
  readonly table: TableDifference;
  readonly content: ReviewContent;
}) {
  const { name, columns, more } = table;
  return (
    <section
      aria-label={`${name}, scrolls`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
      className="relative overflow-x-auto"
    >
      <table className="w-full min-w-[34rem] border-collapse">
        <caption className="px-4 pt-3 pb-1 text-left font-mono text-ink2 text-small">
          {name}
        </caption>
        <thead>
          <tr className="border-line2 border-b text-left text-ink2 text-small">
            <th scope="col" className="w-8 px-2 py-1.5">
              <span className="sr-only">What happens</span>
            </th>
            <th scope="col" className="px-2 py-1.5 font-medium">
              Column
            </th>
            <th scope="col" className="px-2 py-1.5 font-medium">
              Type
            </th>
            <th scope="col" className="px-2 py-1.5 font-medium">
              Nullable
            </th>
            <th scope="col" className="px-4 py-1.5 font-medium">
              Meaning
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {columns.map((column) => (
            <Row key={`${column.name} ${column.mark}`} column={column} content={content} />
          ))}
        </tbody>
      </table>
      {more === 0 ? null : (
        <p className="px-4 py-2 text-ink3 text-small">
          {countOf(more, { one: "other column stays", many: "other columns stay" })} as{" "}
          {more === 1 ? "it is" : "they are"}.
        </p>
      )}
    </section>
  );
}

function Row({
  column: { name, type, nullable, description, mark, change },
  content,
}: {
  readonly column: ColumnDifference;
  readonly content: ReviewContent;
}) {
  const asked = change === undefined ? undefined : content.changes[change];
  const struck = mark === "goes" ? "line-through decoration-ink2" : "";
  const said = asked === undefined || mark === "comes" ? description : describeChange(asked);
  return (
    <tr className={LOOKS[mark]}>
      <td className="px-2 py-1.5 text-center font-mono">
        <span aria-hidden="true">{SIGNS[mark]}</span>
        <span className="sr-only">{SAID[mark]}</span>
      </td>
      <td
        className={`px-2 py-1.5 font-mono text-small wrap-anywhere ${struck} ${mark === "stays" ? "" : "font-semibold"}`}
      >
        {name}
      </td>
      <td className={`px-2 py-1.5 font-mono text-small wrap-anywhere ${struck}`}>{type ?? "–"}</td>
      <td className="px-2 py-1.5">{nullable === undefined ? "–" : nullable ? "yes" : "no"}</td>
      <td className="px-4 py-1.5 text-ink2">{said ?? ""}</td>
    </tr>
  );
}

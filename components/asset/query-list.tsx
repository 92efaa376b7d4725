import type { AssetPage } from "#lib/view/page-answers.ts";

/** The SQL that the asset consists of, folded; one that was not understood says so. */
export function QueryList({ queries }: { readonly queries: AssetPage["queries"] }) {
  return (
    <ul className="list-none divide-y divide-line">
      {queries.map((query) => (
        <li key={query.name}>
          <details open={queries.length === 1}>
            <summary className="cursor-pointer px-4 py-2">
              <span className="font-mono text-small">{query.name}</span>{" "}
              <span className="text-ink3 text-small">
                {query.dialect}
                {query.understood ? "" : " · not understood, known by table only"}
              </span>
            </summary>
            <pre
              // biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keys
              tabIndex={0}
              className="max-h-96 overflow-auto border-line border-t bg-canvas px-4 py-3 font-mono text-small"
            >
              {query.sql}
            </pre>
          </details>
        </li>
      ))}
    </ul>
  );
}

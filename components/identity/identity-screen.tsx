import type { IdentityPage } from "#lib/view/identity-page.ts";
import { countOf, sayNumber } from "#lib/view/verdict-words.ts";
import { Crumb } from "../page/crumb.tsx";
import { Panel, PanelEmpty } from "../ui/panel.tsx";
import { DecisionItem } from "./decision-item.tsx";
import { SuggestionItem } from "./suggestion-item.tsx";

/** Names that may mean one asset, for people to decide; what they decided, and what no rule can tell. */
export function IdentityScreen({ page }: { readonly page: IdentityPage }) {
  const { suggestions, more, decisions, ambiguous, tooCommon } = page;
  const count = suggestions.length + more;
  return (
    <main id="main" className="mx-auto w-full max-w-[90rem] flex-1 px-6 pt-5 pb-12 slim:px-3">
      <Crumb href="/sources" text="Sources" here="Names" />
      <h1 className="font-semibold text-answer tracking-[-0.018em]">
        {count === 0
          ? "No two names look like one table."
          : `${countOf(count, { one: "pair of names", many: "pairs of names" })} may mean one table.`}
      </h1>
      <p className="mt-1 max-w-[44rem] text-ink2">
        Rules join what is certain. What only looks alike stays apart until a person says that it is
        one, and every decision can be taken back.
      </p>
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)] gap-5">
        <Panel id="suggestions" title="To decide" note={`${count}`}>
          {suggestions.length === 0 ? (
            <PanelEmpty>Nothing that was read has a name and columns like another’s.</PanelEmpty>
          ) : (
            <ul className="list-none divide-y divide-line">
              {suggestions.map((suggestion) => (
                <SuggestionItem
                  key={`${suggestion.a.id} ${suggestion.b.id}`}
                  suggestion={suggestion}
                />
              ))}
            </ul>
          )}
          {more > 0 ? (
            <p className="border-line border-t px-4 py-2 text-ink2">
              And {sayNumber(more)} less sure ones.
            </p>
          ) : null}
        </Panel>
        {decisions.length === 0 ? null : (
          <Panel id="decisions" title="Decided" note={`${decisions.length}`}>
            <ul className="list-none divide-y divide-line">
              {decisions.map((decision) => (
                <DecisionItem
                  key={`${decision.a.namespace} ${decision.a.name} ${decision.b.namespace} ${decision.b.name}`}
                  decision={decision}
                />
              ))}
            </ul>
          </Panel>
        )}
        {ambiguous.count === 0 && tooCommon.length === 0 ? null : (
          <Panel id="ambiguous" title="Kept apart" note={`${ambiguous.count}`}>
            <ul className="list-none divide-y divide-line">
              {ambiguous.examples.map((example) => (
                <li key={example} className="px-4 py-2 wrap-anywhere">
                  {example}
                </li>
              ))}
              {tooCommon.map(({ name, assets }) => (
                <li key={name} className="px-4 py-2 text-ink2 wrap-anywhere">
                  {sayNumber(assets)} are called{" "}
                  <span className="font-mono text-small">{name}</span>: too many for the name to say
                  anything.
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </main>
  );
}

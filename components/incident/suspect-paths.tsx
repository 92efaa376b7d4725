import type { ChangeInput } from "#lib/impact/change.ts";
import type { Suspect } from "#lib/incidents/suspect.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { pathHref } from "#lib/view/view-url.ts";
import { PageLink } from "../ui/page-link.tsx";

const SHOWN = 8;

/** The way from the picked suspect to each symptom that it explains, drawn on the blast screen. */
export function SuspectPaths({
  suspect: { explains },
  change,
}: {
  readonly suspect: Suspect;
  readonly change: ChangeInput;
}) {
  const ways = explains.filter(({ hops }) => hops > 0);
  if (ways.length === 0) return null;
  return (
    <div className="mt-1.5 flex flex-wrap items-baseline gap-x-3 gap-y-1 text-small">
      <span className="text-ink2">The way to</span>
      <ul className="contents list-none">
        {ways.slice(0, SHOWN).map(({ ref, asset, hops }) => (
          <li key={ref}>
            <PageLink
              href={pathHref([change], asset.id)}
              title={`${countOf(hops, { one: "step", many: "steps" })} away`}
              className="text-accent wrap-anywhere hover:underline"
            >
              {asset.shortName}
            </PageLink>
          </li>
        ))}
        {ways.length > SHOWN ? <li className="text-ink2">and {ways.length - SHOWN} more</li> : null}
      </ul>
    </div>
  );
}

import type { Story } from "#lib/view/page-answers.ts";
import { VERDICT_ORDER, verdictOfMany } from "#lib/view/verdict-words.ts";
import { PageLink } from "../ui/page-link.tsx";
import { VERDICT_TEXT, VerdictMark } from "../verdict/verdict-mark.tsx";

function StoryCounts({ counts }: { readonly counts: Story["counts"] }) {
  return (
    <span className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1">
      {VERDICT_ORDER.filter((verdict) => counts[verdict] > 0).map((verdict) => (
        <span key={verdict} className="inline-flex items-center gap-1.5">
          <VerdictMark verdict={verdict} />
          <span>
            <b className="font-semibold tabular-nums">{counts[verdict]}</b>{" "}
            <span className={VERDICT_TEXT[verdict]}>{verdictOfMany(verdict, counts[verdict])}</span>
          </span>
        </span>
      ))}
    </span>
  );
}

/** The incidents that the demo company is known for; each opens where it was seen first. */
export function StoryList({ stories }: { readonly stories: readonly Story[] }) {
  return (
    <ul className="list-none divide-y divide-line">
      {stories.map((story) => (
        <li key={story.id}>
          <PageLink href={story.href} className="block px-4 py-3 hover:bg-canvas">
            <b className="font-semibold">{story.title}</b>
            <span className="mt-0.5 block text-pretty text-ink2">{story.summary}</span>
            <StoryCounts counts={story.counts} />
          </PageLink>
        </li>
      ))}
    </ul>
  );
}

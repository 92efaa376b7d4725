import { PageLink } from "../ui/page-link.tsx";

export interface Candidate {
  readonly name: string;
  readonly href: string;
}

/** Names that may have been meant, each a click away. */
export function CandidateList({ candidates }: { readonly candidates: readonly Candidate[] }) {
  if (candidates.length === 0) return null;
  return (
    <>
      <h2 className="mt-6 mb-2 font-semibold text-section">Was one of these meant?</h2>
      <ul className="list-none divide-y divide-line rounded-card border border-line bg-surface">
        {candidates.map((candidate) => (
          <li key={candidate.name}>
            <PageLink
              href={candidate.href}
              className="block break-all px-4 py-2 font-mono text-small hover:bg-canvas"
            >
              {candidate.name}
            </PageLink>
          </li>
        ))}
      </ul>
    </>
  );
}

import { saySentence } from "#lib/view/say-sentence.ts";
import { buttonClass } from "../ui/button.tsx";
import { PageLink } from "../ui/page-link.tsx";
import { type Candidate, CandidateList } from "./candidate-list.tsx";
import { ReloadButton } from "./reload-button.tsx";

/** A page that could not be made: what is wrong and what to do next. */
export function FailedPage({
  code,
  message,
  next,
  isGone = false,
  list,
  meant = [],
}: {
  readonly code: string;
  readonly message: string;
  readonly next?: string | undefined;
  /** Nothing will ever be here: loading it again does not help. */
  readonly isGone?: boolean;
  /** Where all of its kind are listed. */
  readonly list?: { readonly href: string; readonly label: string };
  /** What may have been meant. */
  readonly meant?: readonly Candidate[];
}) {
  return (
    <main
      id="main"
      className="mx-auto w-full max-w-[46rem] flex-1 px-6 pt-16 pb-8 slim:px-3 slim:pt-8"
    >
      <div role="alert">
        <h1 className="break-words font-semibold text-answer tracking-[-0.018em]">
          {saySentence(message)}
        </h1>
        {next === undefined ? null : (
          <p className="mt-2 text-ink2 text-section">{saySentence(next)}</p>
        )}
        <CandidateList candidates={meant} />
        <p className="mt-5 flex flex-wrap gap-2">
          {isGone ? null : <ReloadButton />}
          {list === undefined ? null : (
            <PageLink href={list.href} className={buttonClass()}>
              {list.label}
            </PageLink>
          )}
          <PageLink href="/" className={buttonClass()}>
            Go to the home page
          </PageLink>
        </p>
        <p className="mt-6 font-mono text-ink3 text-tiny">{code}</p>
      </div>
    </main>
  );
}

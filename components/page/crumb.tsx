import { PageLink } from "../ui/page-link.tsx";

export interface CrumbProps {
  /** The screen that this page belongs to. */
  readonly href: string;
  readonly text: string;
  /** What this page is called there. */
  readonly here: string;
}

/** Above a page's heading: the screen that it belongs to, as the way back. */
export function Crumb({ href, text, here }: CrumbProps) {
  return (
    <p className="text-ink3 text-small">
      <PageLink href={href} className="hover:underline">
        {text}
      </PageLink>{" "}
      / {here}
    </p>
  );
}

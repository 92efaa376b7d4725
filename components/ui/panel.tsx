import type { ReactNode } from "react";

export interface PanelProps {
  readonly title: string;
  readonly id: string;
  /** Beside the title: what it counts. */
  readonly note?: ReactNode;
  /** At the right: a link to more. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A card with a heading: the block that pages are made of. */
export function Panel({ title, id, note, aside, children }: PanelProps) {
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-card border border-line bg-surface">
      <header className="flex flex-wrap items-baseline gap-x-2 gap-y-1 border-line border-b px-4 py-3">
        <h2 id={id} className="scroll-mt-16 font-semibold text-section">
          {title}
        </h2>
        {note === undefined ? null : <span className="text-ink3 text-small">{note}</span>}
        <span className="ml-auto text-small">{aside}</span>
      </header>
      {children}
    </section>
  );
}

/** What stands in a panel that has nothing to show, and what would fill it. */
export function PanelEmpty({ children }: { readonly children: ReactNode }) {
  return <p className="px-4 py-4 text-ink2 wrap-anywhere">{children}</p>;
}

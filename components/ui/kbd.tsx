import type { ReactNode } from "react";

export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="rounded-tag border border-line2 bg-surface px-1.5 py-0.5 font-medium font-sans text-ink2 text-tiny leading-none">
      {children}
    </kbd>
  );
}

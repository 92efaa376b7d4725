import type { Verdict } from "#lib/impact/assessment.ts";
import { type ShapePart, VERDICT_SHAPES } from "#lib/view/verdict-shapes.ts";

export const VERDICT_TEXT: Readonly<Record<Verdict, string>> = {
  breaks_loudly: "text-loud",
  breaks_silently: "text-silent",
  degraded: "text-degraded",
  unaffected: "text-unaffected",
  unknown: "text-unknown",
};

function Part({ part }: { readonly part: ShapePart }) {
  if (part.paint === "fill") return <path d={part.d} fill="currentColor" />;
  return (
    <path
      d={part.d}
      fill="none"
      stroke={part.paint === "cut" ? "var(--mark-cut, var(--surface))" : "currentColor"}
      strokeWidth={part.width ?? 1.4}
      strokeLinecap="round"
      strokeDasharray={part.paint === "dash" ? "2.4 1.9" : undefined}
    />
  );
}

/** The shape of a verdict; always beside its word. */
export function VerdictMark({
  verdict,
  className = "size-[0.9375rem]",
}: {
  readonly verdict: Verdict;
  readonly className?: string;
}) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`flex-none ${VERDICT_TEXT[verdict]} ${className}`}
      aria-hidden="true"
    >
      {VERDICT_SHAPES[verdict].map((part) => (
        <Part key={part.d} part={part} />
      ))}
    </svg>
  );
}

/** The triangle of what changes. */
export function ChangeMark({ className = "size-[0.9375rem]" }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`flex-none text-ink ${className}`} aria-hidden="true">
      <rect x="1" y="1" width="14" height="14" rx="3" fill="currentColor" />
      <path d="M8 4.3l4 7H4z" fill="var(--surface)" />
    </svg>
  );
}

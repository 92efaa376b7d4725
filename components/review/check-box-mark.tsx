/** A box that is ticked or empty; what it says is in the words beside it. */
export function CheckBoxMark({ checked }: { readonly checked: boolean }) {
  return (
    <svg viewBox="0 0 16 16" className="mt-0.5 size-3.5 flex-none text-ink" aria-hidden="true">
      <rect
        x="0.7"
        y="0.7"
        width="14.6"
        height="14.6"
        rx="3"
        fill={checked ? "currentColor" : "none"}
        stroke="currentColor"
        strokeWidth="1.3"
      />
      {checked ? (
        <path d="M4.4 8.3l2.4 2.4 4.8-5.2" fill="none" stroke="var(--surface)" strokeWidth="1.7" />
      ) : null}
    </svg>
  );
}

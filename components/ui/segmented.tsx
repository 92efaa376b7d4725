"use client";

export interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few, all in view. */
export function Segmented<T extends string>({
  label,
  options,
  value,
  onChange,
}: SegmentedProps<T>) {
  return (
    <fieldset className="no-print inline-flex max-w-full flex-none overflow-x-auto rounded-control border border-line2 bg-surface p-0">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className="min-h-6 border-line2 border-l px-2 py-[0.1875rem] font-medium text-ink2 text-small first:rounded-l-[0.3rem] first:border-l-0 last:rounded-r-[0.3rem] hover:text-ink aria-pressed:bg-ink aria-pressed:text-surface"
        >
          {option.text}
        </button>
      ))}
    </fieldset>
  );
}

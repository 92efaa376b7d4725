import { cutName } from "#lib/kit/cut-name.ts";

/**
 * A name on one line that loses its middle where there is no room, never its end: the end is what tells
 * `stg_orders_daily` from `stg_orders_hourly`.
 */
export function EndKept({
  text,
  name = text,
  tail = 10,
  className = "",
}: {
  readonly text: string;
  /** The whole name, where `text` already is a shorter way to write it. */
  readonly name?: string;
  readonly tail?: number;
  readonly className?: string;
}) {
  const letters = [...text];
  if (letters.length <= tail + 4) {
    return (
      <span className={`block truncate ${className}`} title={name}>
        {text}
      </span>
    );
  }
  const { begin, end } = cutName(text, tail);
  return (
    <span className={`flex min-w-0 ${className}`} title={name}>
      <span className="sr-only">{name}</span>
      <span aria-hidden="true" className="overflow-hidden text-ellipsis whitespace-pre">
        {begin}
      </span>
      <span aria-hidden="true" className="flex-none whitespace-pre">
        {end}
      </span>
    </span>
  );
}

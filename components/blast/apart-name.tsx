import type { ApartName as Parts } from "#lib/view/tell-apart.ts";

/**
 * A name on one line beside names that are nearly the same: what tells it from them stays whole, then comes the room for
 * its beginning, and what all end with is lost first.
 */
export function ApartName({
  parts,
  className = "",
}: {
  readonly parts: Parts;
  readonly className?: string;
}) {
  const { begin, apart, end } = parts;
  const name = `${begin}${apart}${end}`;
  return (
    <span className={`flex min-w-0 ${className}`} title={name}>
      <span className="sr-only">{name}</span>
      <span
        aria-hidden="true"
        className="shrink-[99] truncate whitespace-pre"
        style={{ minWidth: `${Math.min(6, [...begin].length) / 2}em` }}
      >
        {begin}
      </span>
      <span aria-hidden="true" className="min-w-0 truncate whitespace-pre">
        {apart}
      </span>
      <span
        aria-hidden="true"
        className="shrink-[9999] truncate whitespace-pre"
        style={{ minWidth: end === "" ? 0 : "1em" }}
      >
        {end}
      </span>
    </span>
  );
}

/** A share drawn to scale, with its number beside it. */
export function ShareBar({
  share,
  label,
}: {
  readonly share: number | undefined;
  readonly label: string;
}) {
  if (share === undefined) return <span className="text-ink3">–</span>;
  const percent = Math.floor(share * 100);
  return (
    <span className="inline-flex items-center gap-2" title={`${percent}% ${label}`}>
      <span className="h-1.5 w-16 flex-none bg-sunken" aria-hidden="true">
        <span className="block h-full bg-ink2" style={{ width: `${percent}%` }} />
      </span>
      <span className="tabular-nums">{percent}%</span>
    </span>
  );
}

/** A name with the parts that were searched for set off, each where it stands last. */
export function MarkedName({ name, query }: { readonly name: string; readonly query: string }) {
  const folded = name.toLowerCase();
  const marks = query
    .toLowerCase()
    .split(/[\s.#]+/)
    .filter((part) => part !== "")
    .map((part) => ({ start: folded.lastIndexOf(part), length: part.length }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start - b.start);
  const pieces: { text: string; isHit: boolean; start: number }[] = [];
  let at = 0;
  for (const { start, length } of marks) {
    if (start < at) continue;
    if (start > at) pieces.push({ text: name.slice(at, start), isHit: false, start: at });
    pieces.push({ text: name.slice(start, start + length), isHit: true, start });
    at = start + length;
  }
  if (at < name.length) pieces.push({ text: name.slice(at), isHit: false, start: at });
  return pieces.map(({ text, isHit, start }) =>
    isHit ? (
      <mark key={start} className="bg-transparent font-semibold text-accent">
        {text}
      </mark>
    ) : (
      <span key={start}>{text}</span>
    ),
  );
}

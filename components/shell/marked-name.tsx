/** A name with the part that was searched for set off. */
export function MarkedName({ name, query }: { readonly name: string; readonly query: string }) {
  const needle = query.trim().toLowerCase();
  const at = needle === "" ? -1 : name.toLowerCase().lastIndexOf(needle);
  if (at < 0) return name;
  return (
    <>
      {name.slice(0, at)}
      <mark className="bg-transparent font-semibold text-accent">
        {name.slice(at, at + needle.length)}
      </mark>
      {name.slice(at + needle.length)}
    </>
  );
}

const ROWS = ["w-40", "w-32", "w-44", "w-36", "w-28", "w-40", "w-32"] as const;

/** The shape of the screen while the change is judged: the list first, as it will be read first. */
export function BlastSkeleton() {
  return (
    <main id="main" aria-busy="true" className="flex h-[calc(100dvh-2.75rem)] min-h-0 flex-col">
      <div className="border-line border-b bg-surface px-4 py-4">
        <h1 className="font-semibold text-[1.25rem] text-ink2 leading-tight tracking-[-0.018em] wide:text-answer">
          Following the change…
        </h1>
        <div className="mt-3 h-4 w-80 rounded-tag bg-sunken" />
      </div>
      <div className="grid min-h-0 flex-1 grid-cols-[17.25rem_minmax(0,1fr)_19rem] wide:grid-cols-[22.5rem_minmax(0,1fr)_25rem] slim:block">
        <ul aria-hidden="true" className="list-none border-line border-r bg-surface pt-11">
          {ROWS.map((width, at) => (
            <li key={at} className="border-line border-b px-4 py-3">
              <div className={`h-3.5 rounded-tag bg-sunken ${width}`} />
              <div className="mt-2 h-3 w-24 rounded-tag bg-sunken" />
            </li>
          ))}
        </ul>
        <div className="bg-canvas" />
        <div className="border-line border-l bg-surface" />
      </div>
    </main>
  );
}

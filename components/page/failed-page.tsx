/** A page that could not be made: what is wrong and what to do next. */
export function FailedPage({
  code,
  message,
  next,
}: {
  readonly code: string;
  readonly message: string;
  readonly next?: string | undefined;
}) {
  return (
    <main id="main" className="mx-auto w-full max-w-[46rem] flex-1 px-6 pt-16 pb-8">
      <div role="alert">
        <h1 className="break-words font-semibold text-answer tracking-[-0.018em]">{message}</h1>
        {next === undefined ? null : <p className="mt-2 text-ink2 text-section">{next}</p>}
        <p className="mt-6 font-mono text-ink3 text-tiny">{code}</p>
      </div>
    </main>
  );
}

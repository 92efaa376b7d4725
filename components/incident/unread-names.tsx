import { FirstFew } from "../ui/first-few.tsx";
import type { TriageFailure } from "./use-triage.ts";

/** So many are read at a glance; further ones are a click away. */
const SHOWN = 3;

/** Names that nothing answers to: the suspects are ranked without them, and that must be seen. */
export function UnreadNames({ errors }: { readonly errors: readonly TriageFailure[] }) {
  if (errors.length === 0) return null;
  return (
    <div role="status" className="border-line border-b bg-sunken px-4 py-2.5">
      <p className="font-medium">
        {errors.length === 1 ? "1 name was" : `${errors.length} names were`} left out, nothing here
        answers to {errors.length === 1 ? "it" : "them"}:
      </p>
      <FirstFew items={errors} shown={SHOWN} rest={(count) => `${count} more`} inText>
        {(some) => <Messages errors={some} />}
      </FirstFew>
    </div>
  );
}

function Messages({ errors }: { readonly errors: readonly TriageFailure[] }) {
  return (
    <ul className="mt-1 list-none text-ink2 text-small">
      {errors.map(({ ref, message, candidates = [] }) => (
        <li key={ref} className="wrap-anywhere">
          {message}
          {candidates.length === 0 ? "" : `. Meant perhaps: ${candidates.slice(0, 3).join(", ")}`}
        </li>
      ))}
    </ul>
  );
}

import { FirstFew } from "../ui/first-few.tsx";
import type { TriageFailure } from "./use-triage.ts";

/** So many are read at a glance; further ones are a click away. */
const SHOWN = 3;

/** Names that were not taken as they stand: the suspects are ranked without them, and that must be seen. */
export function UnreadNames({ errors }: { readonly errors: readonly TriageFailure[] }) {
  const isTwice = ({ code }: TriageFailure): boolean => code === "bad-usage";
  const [leftOut, twice] = [errors.filter((one) => !isTwice(one)), errors.filter(isTwice)];
  return (
    <>
      <Named
        errors={leftOut}
        words={`not taken as ${leftOut.length === 1 ? "it stands" : "they stand"}:`}
      />
      <Named errors={twice} words="told both ways:" />
    </>
  );
}

function Named({
  errors,
  words,
}: {
  readonly errors: readonly TriageFailure[];
  readonly words: string;
}) {
  if (errors.length === 0) return null;
  return (
    <div role="status" className="border-line border-b bg-sunken px-4 py-2.5">
      <p className="font-medium">
        {errors.length === 1 ? "1 name was" : `${errors.length} names were`} {words}
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

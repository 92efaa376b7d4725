"use client";

import type { IdentityDecision } from "#lib/view/identity-page.ts";
import { sayTime } from "#lib/view/stamp-words.ts";
import { Button } from "../ui/button.tsx";
import { useIdentity } from "./use-identity.ts";

/** What somebody decided of two names, and the way back. */
export function DecisionItem({ decision }: { readonly decision: IdentityDecision }) {
  const { a, b, decision: said, by, at } = decision;
  const { isBusy, failed, decide } = useIdentity();
  const full = ({ namespace, name }: IdentityDecision["a"]): string => `${namespace}/${name}`;
  return (
    <li className="flex flex-wrap items-baseline gap-x-6 gap-y-1 px-4 py-2">
      <span className="w-12 flex-none font-semibold">{said === "same" ? "one" : "two"}</span>
      <span className="min-w-0 flex-1 basis-96">
        <Name {...a} />
        <Name {...b} />
        <span className="block text-ink3 text-small">
          {by}, {sayTime(at)}
        </span>
        {failed === undefined ? null : (
          <span role="alert" className="block font-semibold wrap-anywhere">
            Not taken back: {failed}.
          </span>
        )}
      </span>
      <Button
        look="ghost"
        disabled={isBusy}
        onClick={() => void decide({ action: "undo", a: full(a), b: full(b) })}
        aria-label={`Undo the decision of ${a.name} and ${b.name}`}
      >
        Undo
      </Button>
    </li>
  );
}

function Name({ namespace, name }: IdentityDecision["a"]) {
  return (
    <span className="block wrap-anywhere">
      <span className="font-mono text-small">{name}</span>{" "}
      <span className="text-ink3 text-small">{namespace}</span>
    </span>
  );
}

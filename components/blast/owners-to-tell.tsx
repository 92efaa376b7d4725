"use client";

import type { Assessment } from "#lib/impact/assessment.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { CopyButton } from "../ui/copy-button.tsx";

/** Each owner once, with what of theirs is hit; as a text to paste into a message. */
export function OwnersToTell({ notify }: { readonly notify: Assessment["notify"] }) {
  if (notify.length === 0) return null;
  const text = notify.map(({ owner, assets }) => `${owner}: ${assets.join(", ")}`).join("\n");
  return (
    <footer className="flex flex-none items-center gap-2 border-line border-t px-3 py-2 wide:px-4">
      <span className="flex-1" title={text}>
        <b className="font-semibold">{countOf(notify.length, { one: "owner", many: "owners" })}</b>{" "}
        <span className="text-ink2">to tell</span>
      </span>
      <CopyButton text={text} className="h-[1.625rem] text-small">
        Copy list
      </CopyButton>
    </footer>
  );
}

"use client";

import { useState } from "react";
import type { Assessment } from "#lib/impact/assessment.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { Button } from "../ui/button.tsx";

/** Each owner once, with what of theirs is hit; as a text to paste into a message. */
export function OwnersToTell({ notify }: { readonly notify: Assessment["notify"] }) {
  const [copied, setCopied] = useState(false);
  if (notify.length === 0) return null;
  const text = notify.map(({ owner, assets }) => `${owner}: ${assets.join(", ")}`).join("\n");
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <footer className="flex flex-none items-center gap-2 border-line border-t px-3 py-2 wide:px-4">
      <span className="flex-1" title={text}>
        <b className="font-semibold">{countOf(notify.length, { one: "owner", many: "owners" })}</b>{" "}
        <span className="text-ink2">to tell</span>
      </span>
      <span role="status" className="text-ink2 text-small">
        {copied ? "Copied" : ""}
      </span>
      <Button onClick={copy} className="h-[1.625rem] text-small">
        Copy list
      </Button>
    </footer>
  );
}

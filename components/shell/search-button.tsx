"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { assetHref } from "#lib/view/asset-href.ts";
import { hitHref } from "#lib/view/hit-href.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { isTyping } from "./is-typing.ts";

/** Fetched when the search is opened. */
const HitPicker = dynamic(() => import("./hit-picker.tsx").then((module) => module.HitPicker), {
  ssr: false,
});

/** The search that is there on every screen: ⌘K, Ctrl K or a slash. A hit opens its blast radius. */
export function SearchButton() {
  const [open, setOpen] = useState(false);
  const router = useRouter();

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const asked = event.key === "k" && (event.metaKey || event.ctrlKey);
      const slash =
        event.key === "/" && !isTyping(event.target) && !event.metaKey && !event.ctrlKey;
      if (!asked && !slash) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const go = (href: string) => {
    setOpen(false);
    router.push(href);
  };

  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
        className="flex h-7 w-44 items-center gap-2 rounded-control border border-ink3 bg-surface px-2 text-ink3 wide:w-60 slim:w-auto slim:flex-none"
      >
        <svg
          viewBox="0 0 14 14"
          className="size-3.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          aria-hidden="true"
        >
          <circle cx="6" cy="6" r="4" />
          <path d="M9 9l3.5 3.5" strokeLinecap="round" />
        </svg>
        <span className="slim:sr-only">Column or asset</span>
        <span className="ml-auto slim:hidden">
          <Kbd>⌘K</Kbd>
        </span>
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} label="Search columns and assets">
        <HitPicker
          onPick={(hit, all) => go(hitHref(hit, all))}
          onOpen={(hit) => go(assetHref(hit.asset))}
          hint="opens what breaks without it"
        />
      </Dialog>
    </>
  );
}

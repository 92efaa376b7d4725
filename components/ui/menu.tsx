"use client";

import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { buttonClass } from "./button.tsx";

export interface MenuItem {
  readonly text: string;
  readonly hint?: string;
  readonly act: () => void;
}

const nextIndex = (key: string, at: number, count: number): number | undefined => {
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
};

export function Menu({
  text,
  items,
}: {
  readonly text: string;
  readonly items: readonly MenuItem[];
}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const closeOutside = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", closeOutside);
    return () => document.removeEventListener("pointerdown", closeOutside);
  }, [open]);

  const close = () => {
    setOpen(false);
    root.current?.querySelector<HTMLElement>("button")?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
      return;
    }
    const entries = [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const next = nextIndex(
      event.key,
      entries.indexOf(document.activeElement as HTMLElement),
      entries.length,
    );
    if (next === undefined) return;
    event.preventDefault();
    entries[next]?.focus();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only listens to what its button and items send up
    <div ref={root} className="relative" onKeyDown={onKeyDown}>
      <button
        type="button"
        className={buttonClass()}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {text}
      </button>
      {open ? (
        <div
          id={id}
          role="menu"
          aria-label={text}
          className="absolute top-full right-0 z-30 mt-1 w-64 rounded-control border border-line2 bg-surface py-1 shadow-lift"
        >
          {items.map((item) => (
            <button
              key={item.text}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className="flex w-full items-baseline justify-between gap-3 px-3 py-1.5 text-left hover:bg-sunken focus:bg-accent-bg focus-visible:outline-offset-[-2px]"
              onClick={() => {
                item.act();
                close();
              }}
            >
              <span>{item.text}</span>
              {item.hint === undefined ? null : (
                <span className="text-ink3 text-small">{item.hint}</span>
              )}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

"use client";

import { type ReactNode, useEffect, useRef } from "react";

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly label: string;
  readonly children: ReactNode;
  /** Width as a class. */
  readonly width?: string;
}

/** A modal on the browser's own dialog: it traps the focus, closes on Escape and gives the focus back. */
export function Dialog({ open, onClose, label, children, width = "w-[46rem]" }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the box closes it; Escape does the same with keys
    <dialog
      ref={ref}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={`mx-auto mt-[12vh] max-h-[76vh] max-w-[calc(100vw-2rem)] overflow-visible rounded-card border border-line2 bg-surface p-0 shadow-lift ${width}`}
    >
      {open ? children : null}
    </dialog>
  );
}

"use client";

import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";

/** Copies a text, and says whether the browser let it. */
export function CopyButton({
  text,
  children,
  className = "",
}: {
  readonly text: string;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  const [said, setSaid] = useState("");
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid("Copied"),
      () => setSaid("The browser does not allow copying"),
    );
  };
  return (
    <>
      <span role="status" className="text-ink2 text-small empty:hidden">
        {said}
      </span>
      <Button onClick={copy} className={`no-print ${className}`}>
        {children}
      </Button>
    </>
  );
}

"use client";

import { useState } from "react";
import { Button } from "../ui/button.tsx";

/** Who has a role; a click asks which team takes it. */
export function RoleHolder({
  label,
  who,
  onTake,
}: {
  readonly label: string;
  readonly who: string | undefined;
  readonly onTake: (who: string) => void;
}) {
  const [isAsked, setAsked] = useState(false);
  const [name, setName] = useState("");
  if (isAsked)
    return (
      <form
        className="flex items-center gap-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") onTake(name.trim());
          setAsked(false);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") setAsked(false);
        }}
      >
        <input
          // biome-ignore lint/a11y/noAutofocus: the box is opened to type into it
          autoFocus
          aria-label={`${label}: which team`}
          placeholder="team"
          value={name}
          onChange={(event) => setName(event.target.value)}
          className="h-6 w-32 rounded-control border border-ink3 bg-surface px-1.5"
        />
        <Button type="submit">Set</Button>
      </form>
    );
  return (
    <span className="min-w-0">
      {label}{" "}
      <button
        type="button"
        aria-label={`${label}: ${who ?? "nobody yet"}. Change it`}
        onClick={() => setAsked(true)}
        className={`text-left wrap-anywhere hover:underline ${who === undefined ? "text-accent" : "font-semibold"}`}
      >
        {who ?? "nobody yet"}
      </button>
    </span>
  );
}

"use client";

import { type FormEvent, useId, useState } from "react";
import { countOf } from "#lib/view/verdict-words.ts";
import { Button } from "../ui/button.tsx";
import type { Edit, SaveState } from "./use-ownership.ts";

export interface EditFormProps {
  readonly chosen: number;
  readonly domains: readonly string[];
  readonly owners: readonly string[];
  readonly save: SaveState;
  readonly onApply: (edit: Edit) => void;
}

const TIERS = ["1", "2", "3", "4"] as const;
const FIELD = "h-[1.875rem] rounded-control border border-ink3 bg-surface px-2";

function saySaved(save: SaveState): string {
  if (save.state === "saving") return "Saving …";
  if (save.state === "saved")
    return `Saved for ${countOf(save.count, { one: "asset", many: "assets" })}.`;
  return save.state === "failed" ? `Not saved: ${save.message}.` : "";
}

/** Why the button cannot be pressed. */
function sayWhyNot(given: {
  readonly chosen: number;
  readonly nothingSaid: boolean;
}): string | undefined {
  if (given.chosen === 0) return "Choose assets below, then say what they are.";
  return given.nothingSaid ? "Say a domain, an owner or a tier." : undefined;
}

/** Says domain, owner or tier of all chosen assets; a field that is left empty changes nothing. */
export function EditForm({ chosen, domains, owners, save, onApply }: EditFormProps) {
  const id = useId();
  const [domain, setDomain] = useState("");
  const [owner, setOwner] = useState("");
  const [tier, setTier] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onApply({
      ...(domain.trim() === "" ? {} : { domain: domain.trim() }),
      ...(owner.trim() === "" ? {} : { owner: owner.trim() }),
      ...(tier === "" ? {} : { tier: Number(tier) as 1 | 2 | 3 | 4 }),
    });
  };
  const nothingSaid = domain.trim() === "" && owner.trim() === "" && tier === "";
  return (
    <form
      onSubmit={submit}
      className="flex flex-wrap items-end gap-3 border-line border-b px-4 py-3"
    >
      <label className="grid gap-1 text-ink2 text-small">
        Domain
        <input
          list={`${id}-domains`}
          value={domain}
          onChange={(e) => setDomain(e.target.value)}
          className={FIELD}
        />
      </label>
      <datalist id={`${id}-domains`}>
        {domains.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label className="grid gap-1 text-ink2 text-small">
        Owner
        <input
          list={`${id}-owners`}
          value={owner}
          onChange={(e) => setOwner(e.target.value)}
          className={FIELD}
        />
      </label>
      <datalist id={`${id}-owners`}>
        {owners.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label className="grid gap-1 text-ink2 text-small">
        Tier
        <select value={tier} onChange={(e) => setTier(e.target.value)} className={FIELD}>
          <option value="">as it is</option>
          {TIERS.map((value) => (
            <option key={value}>{value}</option>
          ))}
        </select>
      </label>
      <Button
        type="submit"
        look="primary"
        disabled={chosen === 0 || nothingSaid || save.state === "saving"}
      >
        Set for {countOf(chosen, { one: "asset", many: "assets" })}
      </Button>
      <span className="text-ink2" role="status">
        {sayWhyNot({ chosen, nothingSaid }) ?? saySaved(save)}
      </span>
    </form>
  );
}

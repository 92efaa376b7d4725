"use client";

import { type FormEvent, useId } from "react";
import type { Tier } from "#lib/model/asset.ts";
import { type OwnershipEdit, previewEdit, sayRule } from "#lib/view/ownership-rows.ts";
import type { OwnershipRow } from "#lib/view/page-answers.ts";
import { countOf } from "#lib/view/verdict-words.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import type { SaveState } from "./use-ownership.ts";

export interface EditFormProps {
  readonly chosen: readonly OwnershipRow[];
  /** Chosen assets that the filter does not list. */
  readonly outOfSight: number;
  /** The filter, where it is a pattern that a rule can have. */
  readonly pattern: string | undefined;
  readonly domains: readonly string[];
  readonly owners: readonly string[];
  readonly edit: OwnershipEdit;
  readonly onEdit: (edit: OwnershipEdit) => void;
  readonly save: SaveState;
  readonly onApply: () => void;
}

const ASSETS = { one: "asset", many: "assets" } as const;
const TIERS: readonly Tier[] = [1, 2, 3, 4];
const FIELD = "h-[1.875rem] rounded-control border border-ink3 bg-surface px-2";

function saySaved(save: SaveState): string {
  if (save.state === "saving") return "Saving …";
  if (save.state === "saved") return `Saved for ${countOf(save.count, ASSETS)}.`;
  return save.state === "failed" ? `Not saved: ${save.message}.` : "";
}

/** What pressing the button would do, or why it cannot be pressed. */
function sayWhatNext({ chosen, outOfSight, edit, save }: EditFormProps): string {
  const saidNothing = Object.keys(edit).length === 0;
  if (chosen.length === 0 && saidNothing && save.state !== "idle") return saySaved(save);
  if (save.state === "saving" || save.state === "failed") return saySaved(save);
  if (chosen.length === 0) return "Choose assets below, then say what they are.";
  if (saidNothing) return "Say a domain, an owner or a tier.";
  const { changed, overruled } = previewEdit(chosen, edit);
  const parts = [
    changed === 0 ? "Nothing would change" : `Changes ${countOf(changed, ASSETS)}`,
    overruled === 0 ? undefined : `${overruled} of them against what a source says`,
    outOfSight === 0 ? undefined : `${countOf(outOfSight, ASSETS)} not in the list`,
  ];
  return `${parts.filter((part) => part !== undefined).join("; ")}.`;
}

/** Says domain, owner or tier of all chosen assets; a field that is left empty changes nothing. */
export function EditForm(props: EditFormProps) {
  const { chosen, pattern, domains, owners, edit, onEdit, save, onApply } = props;
  const saidNothing = Object.keys(edit).length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onApply();
  };
  const say = (key: "domain" | "owner", text: string) => {
    const { [key]: _before, ...rest } = edit;
    onEdit(text.trim() === "" ? rest : { ...rest, [key]: text.trim() });
  };
  const sayTier = (tier: Tier | undefined) => {
    const { tier: _before, ...rest } = edit;
    onEdit(tier === undefined ? rest : { ...rest, tier });
  };
  return (
    <form onSubmit={submit} className="border-line border-b px-4 py-3">
      <div className="flex flex-wrap items-end gap-3">
        <NameField
          label="Domain"
          names={domains}
          value={edit.domain}
          onSay={(t) => say("domain", t)}
        />
        <NameField label="Owner" names={owners} value={edit.owner} onSay={(t) => say("owner", t)} />
        <label className="grid gap-1 text-ink2 text-small">
          Tier
          <select
            value={edit.tier ?? ""}
            onChange={(event) => sayTier(TIERS.find((tier) => `${tier}` === event.target.value))}
            className={FIELD}
          >
            <option value="">as it is</option>
            {TIERS.map((value) => (
              <option key={value}>{value}</option>
            ))}
          </select>
        </label>
        <Button
          type="submit"
          look="primary"
          disabled={chosen.length === 0 || saidNothing || save.state === "saving"}
        >
          Set for {countOf(chosen.length, ASSETS)}
        </Button>
        <span className="flex min-h-[1.875rem] items-center text-ink2" role="status">
          {sayWhatNext(props)}
        </span>
      </div>
      {pattern === undefined || saidNothing ? null : <RulePreview pattern={pattern} edit={edit} />}
    </form>
  );
}

function NameField({
  label,
  names,
  value,
  onSay,
}: {
  readonly label: string;
  readonly names: readonly string[];
  readonly value: string | undefined;
  readonly onSay: (text: string) => void;
}) {
  const id = useId();
  return (
    <label className="grid gap-1 text-ink2 text-small">
      {label}
      <input
        list={id}
        value={value ?? ""}
        onChange={(event) => onSay(event.target.value)}
        className={`${FIELD} w-44`}
      />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

/** The same as a rule, to be kept beside the sources. */
function RulePreview({
  pattern,
  edit,
}: {
  readonly pattern: string;
  readonly edit: OwnershipEdit;
}) {
  const rule = sayRule(pattern, edit);
  return (
    <div className="mt-3 flex flex-wrap items-start gap-x-4 gap-y-2">
      <p className="max-w-[22rem] text-pretty text-ink2">
        As a rule of <code className="font-mono text-small">faultline.yaml</code> it also holds for
        assets that come later. A rule says only what no source says, unless it has{" "}
        <code className="font-mono text-small">override: true</code>.
      </p>
      <pre className="overflow-x-auto rounded-control bg-sunken px-3 py-2 font-mono text-small">
        {rule}
      </pre>
      <CopyButton text={rule}>Copy rule</CopyButton>
    </div>
  );
}

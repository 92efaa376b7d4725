"use client";

import type { ChangeInput } from "#lib/impact/change.ts";
import { CHANGE_WORDS, type ChangeField } from "#lib/view/change-kinds.ts";

interface DetailsProps {
  readonly change: ChangeInput;
  readonly onChange: (change: ChangeInput) => void;
}

/** The fields of one kind of change. All are optional but the name of a new column: less said, less certain. */
export function ChangeDetails({ change, onChange }: DetailsProps) {
  const { fields, target } = CHANGE_WORDS[change.kind];
  return (
    <div className="flex flex-col gap-3 overflow-auto border-line border-l bg-canvas p-4">
      {target === "new column" ? (
        <TextField
          label="Name of the new column"
          value={change.column ?? ""}
          onText={(column) => onChange({ ...change, column })}
        />
      ) : null}
      {fields.map((field) => (
        <Field
          key={`${change.kind} ${field.key}`}
          field={field}
          change={change}
          onChange={onChange}
        />
      ))}
      {fields.length === 0 && target !== "new column" ? (
        <p className="text-ink2">Nothing more to say about this kind of change.</p>
      ) : null}
      {fields.some((field) => field.input === "text") ? (
        <p className="text-ink3 text-small">
          What you leave empty stays open, and verdicts are then less certain.
        </p>
      ) : null}
    </div>
  );
}

interface FieldProps extends DetailsProps {
  readonly field: ChangeField;
}

function Field({ field, change, onChange }: FieldProps) {
  const value = change[field.key];
  if (field.input === "flag") {
    return (
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="accent-accent"
          checked={typeof value === "boolean" ? value : (field.byDefault ?? false)}
          onChange={(event) => onChange({ ...change, [field.key]: event.target.checked })}
        />
        {field.label}
      </label>
    );
  }
  if (field.input === "share")
    return <ShareField field={field} change={change} onChange={onChange} />;
  if (field.input === "list") {
    const items = Array.isArray(value) ? value.join(", ") : "";
    return (
      <TextField
        label={field.label}
        value={items}
        onText={(text) => onChange({ ...change, [field.key]: splitList(text) })}
      />
    );
  }
  return (
    <TextField
      label={field.label}
      hint={field.hint}
      value={typeof value === "string" ? value : ""}
      onText={(text) => onChange({ ...change, [field.key]: text })}
    />
  );
}

const splitList = (text: string): readonly string[] | undefined =>
  text.trim() === "" ? undefined : text.split(",").map((item) => item.trimStart());

/** People say percent, the engine takes 0 to 1. */
function ShareField({ field, change, onChange }: FieldProps) {
  const value = change[field.key];
  return (
    <TextField
      label={field.label}
      hint={field.hint}
      type="number"
      value={typeof value === "number" ? String(Math.round(value * 1e4) / 100) : ""}
      onText={(text) => {
        const percent = Number(text);
        const share =
          text === "" || !Number.isFinite(percent)
            ? undefined
            : Math.min(100, Math.max(0, percent)) / 100;
        onChange({ ...change, [field.key]: share } as ChangeInput);
      }}
    />
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly hint?: string | undefined;
  readonly type?: "text" | "number";
}

function TextField({ label, value, onText, hint, type = "text" }: TextFieldProps) {
  return (
    <label className="flex flex-col gap-1">
      <span className="text-ink2 text-small">{label}</span>
      <input
        type={type}
        value={value}
        placeholder={hint}
        step="any"
        spellCheck={false}
        onChange={(event) => onText(event.target.value)}
        className="h-[1.875rem] rounded-control border border-ink3 bg-surface px-2 font-mono text-small placeholder:text-ink3"
      />
    </label>
  );
}

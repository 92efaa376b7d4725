import type { ReactNode } from "react";
import { saySentence } from "#lib/view/say-sentence.ts";
import { Button } from "../ui/button.tsx";

/** What stands in a dialog that asks for something: its fields, why it was refused, and the way out beside what it does. */
export function DialogForm({
  problem,
  actions,
  onSubmit,
  onCancel,
  children,
}: {
  readonly problem: string | undefined;
  /** Buttons after Cancel; the one that submits is the last. */
  readonly actions: ReactNode;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}) {
  return (
    <form
      className="grid gap-3 px-5 py-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      {problem === undefined ? null : (
        <p role="alert" className="font-medium wrap-anywhere">
          {saySentence(problem)}
        </p>
      )}
      <p className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        {actions}
      </p>
    </form>
  );
}

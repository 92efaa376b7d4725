"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import type { ChangeInput } from "#lib/impact/change.ts";
import { saySentence } from "#lib/view/say-sentence.ts";
import { Button } from "../ui/button.tsx";

/** Makes a review and goes there. */
export function ProposeButton({
  body,
  look,
  children,
}: {
  readonly body: { readonly detected: string } | { readonly changes: readonly ChangeInput[] };
  readonly look?: "primary" | "ghost";
  readonly children: ReactNode;
}) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isSending, setSending] = useState(false);
  const propose = async () => {
    setSending(true);
    const made = await ask(body);
    if (typeof made === "string") {
      setProblem(made);
      setSending(false);
    } else router.push(`/changes/${made.id}`);
  };
  return (
    <>
      {problem === undefined ? null : (
        <span role="alert" className="max-w-[24rem] text-small wrap-anywhere">
          {saySentence(problem)}
        </span>
      )}
      <Button
        {...(look === undefined ? {} : { look })}
        disabled={isSending}
        onClick={() => void propose()}
      >
        {children}
      </Button>
    </>
  );
}

async function ask(body: unknown): Promise<{ readonly id: string } | string> {
  try {
    const response = await fetch("/api/v1/reviews", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as {
      readonly review?: { readonly id: string };
      readonly detail?: string;
    };
    return answer.review ?? answer.detail ?? `The server answered ${response.status}.`;
  } catch {
    return "The server does not answer.";
  }
}

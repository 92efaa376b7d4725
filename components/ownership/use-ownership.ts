"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { AssetId } from "#lib/model/asset-id.ts";
import type { OwnershipEdit } from "#lib/view/ownership-rows.ts";

export type SaveState =
  | { readonly state: "idle" }
  | { readonly state: "saving" }
  | { readonly state: "saved"; readonly count: number }
  | { readonly state: "failed"; readonly message: string };

/** Sends one edit for many assets and reads the page again; gives whether it was saved. */
export function useOwnership(): {
  readonly save: SaveState;
  readonly apply: (assets: readonly AssetId[], edit: OwnershipEdit) => Promise<boolean>;
} {
  const [save, setSave] = useState<SaveState>({ state: "idle" });
  const [, startTransition] = useTransition();
  const router = useRouter();
  const apply = async (assets: readonly AssetId[], edit: OwnershipEdit): Promise<boolean> => {
    setSave({ state: "saving" });
    const outcome = await send(assets, edit);
    setSave(outcome);
    startTransition(() => router.refresh());
    return outcome.state === "saved";
  };
  return { save, apply };
}

async function send(assets: readonly AssetId[], edit: OwnershipEdit): Promise<SaveState> {
  try {
    const response = await fetch("/api/v1/assets/attributes", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ selection: { assets }, edit }),
    });
    if (response.ok) return { state: "saved", count: assets.length };
    const problem = (await response.json().catch(() => ({}))) as {
      detail?: string;
      title?: string;
    };
    return {
      state: "failed",
      message: problem.detail ?? problem.title ?? `the server said ${response.status}`,
    };
  } catch {
    return { state: "failed", message: "the server does not answer" };
  }
}

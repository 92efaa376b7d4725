"use client";

import { useRouter } from "next/navigation";
import { blastHref } from "#lib/view/view-url.ts";
import { worstChangeOf } from "#lib/view/worst-change.ts";
import { HitPicker } from "../shell/hit-picker.tsx";

/** The box that has the focus when Faultline opens. */
export function HomeSearch() {
  const router = useRouter();
  return (
    <div className="mx-auto w-full max-w-[46rem] rounded-card border border-line2 bg-surface shadow-lift focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/30">
      <HitPicker
        hint="opens what breaks when it is dropped"
        onPick={(hit, all) => router.push(blastHref([worstChangeOf(hit, all)]))}
      />
    </div>
  );
}

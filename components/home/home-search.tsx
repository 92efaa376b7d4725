"use client";

import { useRouter } from "next/navigation";
import { assetHref } from "#lib/view/asset-href.ts";
import { hitHref } from "#lib/view/hit-href.ts";
import { HitPicker } from "../shell/hit-picker.tsx";

/** The box that has the focus when Faultline opens. */
export function HomeSearch() {
  const router = useRouter();
  return (
    // What is found lies over the page, which stays where it is.
    <div className="relative z-20 mx-auto h-[8.0625rem] w-full max-w-[46rem]">
      <div className="absolute inset-x-0 top-0 rounded-card border border-line2 bg-surface shadow-lift focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/30">
        <HitPicker
          hint="opens what breaks without it"
          onPick={(hit, all) => router.push(hitHref(hit, all))}
          onOpen={(hit) => router.push(assetHref(hit.asset))}
        />
      </div>
    </div>
  );
}

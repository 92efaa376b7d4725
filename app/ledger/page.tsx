import type { Metadata } from "next";
import { Suspense } from "react";
import { LedgerScreen } from "../../components/ledger/ledger-screen.tsx";

export const metadata: Metadata = { title: "Causes and pain" };

export default function Page() {
  return (
    <Suspense>
      <LedgerScreen />
    </Suspense>
  );
}

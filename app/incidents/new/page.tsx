import type { Metadata } from "next";
import { Suspense } from "react";
import { TriageScreen } from "../../../components/incident/triage-screen.tsx";

export const metadata: Metadata = { title: "What is broken?" };

export default function Page() {
  return (
    <Suspense>
      <TriageScreen />
    </Suspense>
  );
}

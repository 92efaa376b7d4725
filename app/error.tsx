"use client";

import { FailedPage } from "../components/page/failed-page.tsx";

export default function ErrorPage({
  error,
}: {
  readonly error: Error & { readonly digest?: string };
}) {
  return (
    <FailedPage
      code={error.digest ?? "internal"}
      message="Faultline itself failed here"
      next="Reload the page. If it stays, the server's log says more under the code below."
    />
  );
}

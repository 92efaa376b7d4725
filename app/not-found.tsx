import { FailedPage } from "../components/page/failed-page.tsx";

export default function NotFound() {
  return (
    <FailedPage
      code="not-found"
      isGone
      message="There is nothing at this address"
      next="Search for the column or asset with ⌘K, or begin at the home page."
    />
  );
}

import type { AssetKind } from "#lib/model/asset.ts";
import { KIND_WORDS } from "#lib/view/verdict-words.ts";

const PATHS: Readonly<Record<AssetKind, string>> = {
  table: "M2 3h12v10H2zM2 6.5h12M6.5 6.5V13",
  view: "M2 3h12v10H2zM2 6.5h12M5 9.8h6",
  file: "M4 2h5.5L12.5 5v9H4zM9.5 2v3h3",
  topic: "M2 5h9M2 8h12M2 11h7M11 3l2 2-2 2",
  job: "M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM8 2v2M8 12v2M2 8h2M12 8h2M3.8 3.8l1.4 1.4M10.8 10.8l1.4 1.4M3.8 12.2l1.4-1.4M10.8 5.2l1.4-1.4",
  dashboard: "M2.5 13.5V8.5M6 13.5v-9M9.5 13.5v-6M13 13.5v-11",
  chart: "M2.5 2.5v11h11M5 10.5l3-3.5 2 2 3.5-4.5",
  report: "M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2.5",
  ml_job:
    "M3.5 4.7a1.7 1.7 0 1 0 0-.1zM3.5 11.4a1.7 1.7 0 1 0 0-.1zM9.5 8a1.7 1.7 0 1 0 0-.1zM6.7 5.2l3 2M6.7 11l3-2.2",
  ml_model: "M8 2l5.5 3v6L8 14l-5.5-3V5zM8 8l5.5-3M8 8v6M8 8L2.5 5",
  feature_view: "M8 2l6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3",
  metric: "M2.5 11a5.5 5.5 0 1 1 11 0M8 11l2.5-4",
  application: "M2 3h12v10H2zM2 5.8h12M4 4.4h.01M5.8 4.4h.01",
};

export function KindMark({
  kind,
  className = "size-3.5",
}: {
  readonly kind: AssetKind;
  readonly className?: string;
}) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`flex-none text-ink3 ${className}`}
      role="img"
      aria-label={KIND_WORDS[kind].one}
    >
      <title>{KIND_WORDS[kind].one}</title>
      <path
        d={PATHS[kind]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

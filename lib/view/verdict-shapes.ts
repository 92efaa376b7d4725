import type { Verdict } from "#lib/impact/assessment.ts";

/** A stroke or area of a sign, in a square of 16. `cut` is drawn in the colour behind it. */
export interface ShapePart {
  readonly d: string;
  readonly paint: "fill" | "line" | "dash" | "cut";
  readonly width?: number;
}

/** A verdict is a word, a shape and a colour. The shapes differ in outline, so they read without colour and at 12 px. */
export const VERDICT_SHAPES: Readonly<Record<Verdict, readonly ShapePart[]>> = {
  breaks_loudly: [
    { d: "M5 1h6l4 4v6l-4 4H5l-4-4V5z", paint: "fill" },
    { d: "M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8", paint: "cut", width: 1.8 },
  ],
  breaks_silently: [
    { d: "M8 .3 15.7 8 8 15.7.3 8z", paint: "fill" },
    { d: "M5 6.6h6M5 9.4h6M9.6 4.8l-3.2 6.4", paint: "cut", width: 1.3 },
  ],
  degraded: [
    { d: "M3 1.4h10M3 14.6h10", paint: "line", width: 1.8 },
    {
      d: "M4.4 1.6c0 4 3.6 4.2 3.6 6.4s-3.6 2.4-3.6 6.4M11.6 1.6c0 4-3.6 4.2-3.6 6.4s3.6 2.4 3.6 6.4",
      paint: "line",
      width: 1.3,
    },
    { d: "M5.2 14c.3-2 1.7-2.6 2.8-3.6 1.1 1 2.5 1.6 2.8 3.6z", paint: "fill" },
  ],
  unaffected: [
    {
      d: "M14.3 8a6.3 6.3 0 1 1-12.6 0 6.3 6.3 0 0 1 12.6 0z",
      paint: "line",
      width: 1.3,
    },
    { d: "M5.2 8.2l2 2 3.6-4", paint: "line", width: 1.3 },
  ],
  unknown: [
    { d: "M2 2h12v12H2z", paint: "dash", width: 1.5 },
    {
      d: "M6.2 6.3c0-1 .8-1.7 1.8-1.7s1.8.7 1.8 1.6c0 1.3-1.8 1.4-1.8 2.6M8 11.2v.2",
      paint: "line",
      width: 1.5,
    },
  ],
};

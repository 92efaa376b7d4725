/** How long the camera travels, in milliseconds: not at all for those who asked for less motion. */
export function travelTime(): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200;
}

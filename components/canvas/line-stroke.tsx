import type { LineStyle } from "#lib/view/scene.ts";

interface StrokeProps {
  readonly style: LineStyle;
  readonly path: string;
  /** The bar at which an absorbed line ends. */
  readonly stop: string;
  /** More classes: lit, faded, big. */
  readonly look?: string;
  readonly label?: string;
}

/**
 * A line has its verdict's colour and its own stroke, so that it reads without colour too (see canvas.css). Most are one
 * path and nothing round it: a drawing has hundreds of them.
 */
export function LineStroke({ style, path, stop, look = "", label }: StrokeProps) {
  const classes = `fl-line fl-${style} ${look}`;
  return (
    <>
      <path
        className={`fl-a ${classes}`}
        d={path}
        role={label === undefined ? undefined : "img"}
        aria-label={label}
      />
      {style === "silent" ? <path className={`fl-b ${classes}`} d={path} /> : null}
      {style === "absorbed" ? <path className={`fl-stop ${classes}`} d={stop} /> : null}
    </>
  );
}

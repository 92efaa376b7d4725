import { LINE_STYLES, type LineStyle, type Scene } from "#lib/view/scene.ts";

const LINE_WORDS: Readonly<Record<LineStyle, string>> = {
  silent: "silently wrong",
  loud: "fails",
  degraded: "late, relabelled",
  unknown: "unknown",
  carries: "carries the change",
  absorbed: "stops here",
  idle: "not touched",
};

/** Only the lines that the drawing has. */
export function LineLegend({ scene }: { readonly scene: Scene }) {
  const used = LINE_STYLES.filter(
    (style) => style !== "idle" && scene.lines.some((line) => line.style === style),
  );
  return (
    <ul
      aria-label="Lines"
      className="flex min-w-0 flex-1 flex-wrap items-center justify-end gap-x-3.5 gap-y-0.5 overflow-hidden text-ink2 text-small max-h-10"
    >
      {used.map((style) => (
        <li key={style} className="flex items-center gap-1.5 whitespace-nowrap">
          <svg width="26" height="14" aria-hidden="true">
            <g className={`fl-line fl-${style}`}>
              <path className="fl-a" d={style === "absorbed" ? "M0,7H22" : "M0,7H26"} />
              {style === "silent" ? <path className="fl-b" d="M0,7H26" /> : null}
              {style === "absorbed" ? <path className="fl-stop" d="M23,1V13" /> : null}
            </g>
          </svg>
          {LINE_WORDS[style]}
        </li>
      ))}
    </ul>
  );
}

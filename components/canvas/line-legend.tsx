import { LINE_STYLES, type LineStyle, type Scene } from "#lib/view/scene.ts";
import { LineStroke } from "./line-stroke.tsx";

const LINE_WORDS: Readonly<Record<LineStyle, readonly [narrow: string, wide: string]>> = {
  silent: ["silent", "silently wrong"],
  loud: ["fails", "fails"],
  degraded: ["late", "late, relabelled"],
  unknown: ["unknown", "unknown"],
  carries: ["carries", "carries the change"],
  absorbed: ["stops", "stops here"],
  idle: ["not touched", "not touched"],
};

/** Only the lines that the drawing has. */
export function LineLegend({ scene }: { readonly scene: Scene }) {
  const used = LINE_STYLES.filter(
    (style) => style !== "idle" && scene.lines.some((line) => line.style === style),
  );
  return (
    <ul
      aria-label="Lines"
      className="flex min-w-0 flex-1 items-center justify-end gap-x-2.5 overflow-hidden text-ink2 text-tiny wide:gap-x-3.5 wide:text-small"
    >
      {used.map((style) => (
        <li key={style} className="flex items-center gap-1 whitespace-nowrap wide:gap-1.5">
          <svg width="22" height="14" aria-hidden="true">
            <LineStroke
              style={style}
              path={style === "absorbed" ? "M0,7H18" : "M0,7H22"}
              stop="M19,1V13"
            />
          </svg>
          {LINE_WORDS[style][0] === LINE_WORDS[style][1] ? (
            LINE_WORDS[style][0]
          ) : (
            <>
              <span className="wide:hidden">{LINE_WORDS[style][0]}</span>
              <span className="hidden wide:inline">{LINE_WORDS[style][1]}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

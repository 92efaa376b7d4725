import type { Verdict } from "#lib/impact/assessment.ts";
import type { BlastAnswer } from "./blast-answer.ts";
import { buildScene } from "./build-scene.ts";
import { CARD, portY } from "./card-geometry.ts";
import { sayCounts, sayWhetherComplete } from "./collapse.ts";
import { countVerdicts } from "./counts.ts";
import { boundsOf } from "./frame-drawing.ts";
import { sayHeadline } from "./headline.ts";
import { type Layout, layOut } from "./layout.ts";
import { foldHeight, placeLines } from "./line-geometry.ts";
import type { Point } from "./line-path.ts";
import type { LineStyle, Scene, SceneCard, SceneFold } from "./scene.ts";
import { toLayoutRequest } from "./scene-layout.ts";
import { sayNumber, VERDICT_ORDER, VERDICT_WORDS } from "./verdict-words.ts";
import type { Level, ViewState } from "./view-state.ts";

/** Light, whatever the screen is: the picture goes into documents and on paper. */
const INK = "#14161b";
const SECOND = "#43474f";
const COLORS: Readonly<Record<Verdict, string>> = {
  breaks_loudly: "#b23a10",
  breaks_silently: "#651f9e",
  degraded: "#005b6b",
  unaffected: "#646b78",
  unknown: INK,
};
const STROKES: Readonly<Record<LineStyle, string>> = {
  silent: 'stroke="#651f9e" stroke-width="4.6"',
  loud: 'stroke="#b23a10" stroke-width="2.4"',
  degraded: 'stroke="#005b6b" stroke-width="2" stroke-dasharray="7 4"',
  unknown: `stroke="${INK}" stroke-width="2.2" stroke-dasharray="0.1 5" stroke-linecap="round"`,
  carries: `stroke="${INK}" stroke-width="1.3"`,
  absorbed: `stroke="${INK}" stroke-width="1.3"`,
  idle: 'stroke="#c4c8cf" stroke-width="1"',
};
/** The shapes of the verdicts, on a field of 14 pixels. */
const SHAPES: Readonly<Record<Verdict, string>> = {
  breaks_loudly: "M4 0h6l4 4v6l-4 4H4l-4-4V4z",
  breaks_silently: "M7 0l7 7-7 7-7-7z",
  degraded: "M1 0h12L8 7l5 7H1l5-7z",
  unaffected: "M7 1a6 6 0 1 0 .01 0zM4 7l2 2 4-4",
  unknown: "M1 1h12v12H1z",
};
const WIDTH = CARD.widths[1];
const MARGIN = 24;
const HEAD = 84;
/** Pixels of one letter of the name's type, on average. */
const LETTER = 6.9;

const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const shorten = (text: string, width: number): string => {
  const most = Math.floor(width / LETTER);
  if (text.length <= most) return text;
  const tail = Math.min(8, Math.floor(most / 2));
  return `${text.slice(0, most - tail - 1)}…${text.slice(-tail)}`;
};

interface TextAt {
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly weight?: number;
  readonly color?: string;
}

const write = (text: string, { x, y, size = 12.5, weight = 400, color = INK }: TextAt): string =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${color}">${escapeXml(text)}</text>`;

function drawMark(verdict: Verdict | undefined, { x, y }: Point): string {
  const at = `transform="translate(${x} ${y})"`;
  if (verdict === undefined) return `<path ${at} d="M7 1l7 12H0z" fill="${INK}"/>`;
  const color = COLORS[verdict];
  const open = verdict === "unaffected" || verdict === "unknown";
  const look = open
    ? `fill="none" stroke="${color}" stroke-width="1.5"${verdict === "unknown" ? ' stroke-dasharray="2.5 2"' : ""}`
    : `fill="${color}"`;
  return `<path ${at} d="${SHAPES[verdict]}" ${look}/>`;
}

function drawCard(card: SceneCard, { x, y }: Point): string {
  const verdict = card.node.changed ? undefined : card.verdict?.verdict;
  const color = verdict === undefined ? INK : COLORS[verdict];
  const room = WIDTH.width - 38;
  const words = card.note === "" ? card.words : `${card.words}, ${card.note}`;
  const parts: string[] = [
    `<rect x="${x}" y="${y}" width="${WIDTH.width}" height="${card.height}" rx="6" fill="#fff" stroke="${color}"${verdict === "unknown" ? ' stroke-dasharray="4 3"' : ""}/>`,
    drawMark(verdict, { x: x + 8, y: y + 8 }),
    write(shorten(card.title, room), { x: x + 29, y: y + 19, size: 13, weight: 600 }),
    write(shorten(words, room), {
      x: x + 29,
      y: y + 35,
      color: verdict === undefined ? SECOND : color,
    }),
  ];
  card.rows.forEach((row, at) => {
    const middle = y + portY(card, at);
    const text = row.useWord === "" ? row.column : `${row.column}, ${row.useWord}`;
    parts.push(write(shorten(text, WIDTH.width - 16), { x: x + 8, y: middle + 4, size: 11.5 }));
    if (row.after !== undefined)
      parts.push(
        write(shorten(row.after, WIDTH.width), {
          x: x + 8,
          y: middle + 19,
          size: 11,
          color: SECOND,
        }),
      );
  });
  if (card.more !== "")
    parts.push(
      write(card.more, { x: x + 8, y: y + portY(card, -1) + 4, size: 11.5, color: SECOND }),
    );
  return parts.join("");
}

function drawFold(fold: SceneFold, { x, y }: Point): string {
  const height = foldHeight(fold);
  const names = fold.names;
  const pill = names === undefined;
  const box = `<rect x="${x}" y="${y}" width="${WIDTH.width}" height="${height}" rx="${pill ? 15 : 6}" fill="#fff" stroke="${pill ? "#c4c8cf" : COLORS[fold.verdict]}"${pill ? "" : ' stroke-dasharray="4 3"'}/>`;
  const mark = drawMark(fold.verdict, { x: x + 8, y: y + 8 });
  const text = write(shorten(fold.text, WIDTH.width - 38), {
    x: x + 29,
    y: y + 19,
    weight: 600,
    color: SECOND,
  });
  if (names === undefined) return box + mark + text;
  return `${box}${mark}${text}${write(shorten(names, WIDTH.width - 38), { x: x + 29, y: y + 35, color: SECOND })}`;
}

function drawLines(scene: Scene, layout: Layout): string {
  return placeLines(scene, { layout, width: WIDTH.width })
    .map(({ line, path, end }) => {
      const core =
        line.style === "silent" ? `<path d="${path}" stroke="#f6f7f8" stroke-width="1.8"/>` : "";
      const bar =
        line.style === "absorbed"
          ? `<path d="M${end.x},${end.y - 7}V${end.y + 7}" stroke="${INK}" stroke-width="2.8"/>`
          : "";
      return `<path d="${path}" ${STROKES[line.style]}/>${core}${bar}`;
    })
    .join("");
}

type PictureView = Pick<
  ViewState,
  "find" | "verdicts" | "opened" | "pathOnly" | "selected" | "level"
>;

/** Domains as marks are a map for the screen; a picture shows cards. */
const levelOf = (level: Level | undefined): Level =>
  level === undefined || level === "domains" ? "datasets" : level;

/** The graph of an answer as one SVG: sentence, cards, lines and counts; text stays text. Pure. */
export function renderSvg(answer: BlastAnswer, view: PictureView): string {
  const scene = buildScene(answer, { ...view, level: levelOf(view.level) });
  const layout = layOut(toLayoutRequest(scene, { width: WIDTH }));
  const all = boundsOf(layout);
  const { lead, stress = "" } = sayHeadline(answer.assessment);
  const width = Math.ceil(Math.max(all.width, 700) + 2 * MARGIN);
  const height = Math.ceil(all.height + HEAD + 2 * MARGIN + 20);
  const at = (id: string): Point => layout.positions[id] ?? { x: 0, y: 0 };
  const lanes = layout.lanes
    .filter((lane) => lane.lane !== "")
    .map(
      (lane) =>
        `<rect x="${lane.x}" y="${lane.y}" width="${lane.width}" height="${lane.height}" rx="10" fill="#eeeff1"/>${write(lane.lane, { x: lane.x + 9, y: lane.y + 15, size: 12, weight: 500, color: SECOND })}`,
    );
  const title = `${lead} ${stress}`.trim();
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Geist, Helvetica, Arial, sans-serif">`,
    `<title>${escapeXml(title)}</title><rect width="100%" height="100%" fill="#f6f7f8"/>`,
    write(title, { x: MARGIN, y: 44, size: 20, weight: 600 }),
    write(badges(answer), { x: MARGIN, y: 68, color: SECOND }),
    `<g transform="translate(${MARGIN - all.x} ${HEAD - all.y})">${lanes.join("")}<g fill="none">${drawLines(scene, layout)}</g>`,
    ...scene.cards.map((card) => drawCard(card, at(card.id))),
    ...scene.folds.map((fold) => drawFold(fold, at(fold.id))),
    `</g>${write(`${sayWhetherComplete(answer.assessment.complete)} ${sayCounts(scene.counts)}`, { x: MARGIN, y: height - MARGIN, color: SECOND })}</svg>`,
  ].join("\n");
}

function badges({ assessment }: BlastAnswer): string {
  const { consumers } = countVerdicts(assessment);
  const counts = VERDICT_ORDER.map(
    (verdict) => `${sayNumber(consumers[verdict])} ${VERDICT_WORDS[verdict]}`,
  );
  return `Consumers: ${counts.join(", ")}`;
}

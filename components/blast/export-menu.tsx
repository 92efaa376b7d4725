"use client";

import { useState } from "react";
import type { BlastAnswer } from "#lib/view/blast-answer.ts";
import { renderCsv } from "#lib/view/render-csv.ts";
import { renderHtml } from "#lib/view/render-html.ts";
import { renderMarkdown } from "#lib/view/render-markdown.ts";
import type { ViewAction, ViewState } from "#lib/view/view-state.ts";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { saveFile, savePicture } from "./save-file.ts";

interface ExportProps {
  readonly answer: BlastAnswer;
  readonly view: ViewState;
  readonly dispatch: (action: ViewAction) => void;
}

/** The same answer as a file. Every format is rendered from the one assessment that the screen shows. */
export function ExportMenu({ answer, view, dispatch }: ExportProps) {
  const { assessment } = answer;
  const [said, setSaid] = useState("");
  const copyLink = () => {
    navigator.clipboard.writeText(window.location.href).then(
      () => setSaid("Link copied"),
      () => setSaid("The browser does not allow copying"),
    );
  };
  // The renderer is fetched when it is asked for.
  const draw = async () => (await import("#lib/view/render-svg.ts")).renderSvg(answer, view);
  const items = [
    { text: "Copy link", hint: "to exactly this view", act: copyLink },
    {
      text: "CSV",
      hint: "a line for each asset",
      act: () => saveFile("blast-radius.csv", "text/csv", renderCsv(assessment)),
    },
    {
      text: "JSON",
      hint: "the whole answer",
      act: () =>
        saveFile("blast-radius.json", "application/json", JSON.stringify(assessment, null, 2)),
    },
    {
      text: "Markdown",
      hint: "for a pull request",
      act: () => saveFile("blast-radius.md", "text/markdown", renderMarkdown(assessment)),
    },
    {
      text: "HTML",
      hint: "one file, to keep or print",
      act: () => saveFile("blast-radius.html", "text/html", renderHtml(assessment)),
    },
    {
      text: "SVG",
      hint: "the graph, sharp at any size",
      act: () => void draw().then((svg) => saveFile("blast-radius.svg", "image/svg+xml", svg)),
    },
    {
      text: "PNG",
      hint: "the graph, for a slide",
      act: () =>
        void draw()
          .then((svg) => savePicture("blast-radius.png", svg))
          .then((saved) => setSaid(saved ? "" : "The browser could not draw the picture")),
    },
  ];
  return (
    <div className="no-print flex flex-none items-center gap-1">
      <span role="status" className="text-ink2 text-small">
        {said}
      </span>
      <Button
        look="ghost"
        aria-pressed={view.present}
        onClick={() => dispatch({ do: "toggle-present" })}
        className={view.present ? "" : "max-wide:hidden"}
      >
        {view.present ? "End presenting" : "Present"}
      </Button>
      <Button look="ghost" onClick={copyLink} className="max-wide:hidden">
        Copy link
      </Button>
      <Menu text="Export" items={items} />
    </div>
  );
}

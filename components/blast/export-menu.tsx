"use client";

import { useState } from "react";
import type { ChangeInput } from "#lib/impact/change.ts";
import type { BlastAnswer } from "#lib/view/blast-answer.ts";
import { ownersAsked } from "#lib/view/owners-asked.ts";
import type { ViewAction, ViewState } from "#lib/view/view-state.ts";
import { ProposeButton } from "../review/propose-button.tsx";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { saveFile, savePicture } from "./save-file.ts";

interface ExportProps {
  readonly answer: BlastAnswer;
  readonly view: ViewState;
  readonly dispatch: (action: ViewAction) => void;
}

/** What was asked, without what the answer says about it. */
const toInput = ({
  classifiedAs: _,
  note: _note,
  ...change
}: BlastAnswer["assessment"]["changes"][number]): ChangeInput => change;

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
  // Each renderer is fetched when it is asked for.
  const draw = async () => (await import("#lib/view/render-svg.ts")).renderSvg(answer, view);
  const save = (file: string, type: string, render: () => Promise<string>) => () => {
    render().then(
      (text) => saveFile(file, type, text),
      () => setSaid("The server does not answer"),
    );
  };
  const items = [
    {
      text: view.present ? "End presenting" : "Present",
      hint: "bigger type, for a projector",
      act: () => dispatch({ do: "toggle-present" }),
    },
    { text: "Copy link", hint: "to exactly this view", act: copyLink },
    {
      text: "CSV",
      hint: "a line for each asset",
      act: save("blast-radius.csv", "text/csv", async () =>
        (await import("#lib/view/render-csv.ts")).renderCsv(assessment),
      ),
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
      act: save("blast-radius.md", "text/markdown", async () =>
        (await import("#lib/view/render-markdown.ts")).renderMarkdown(assessment),
      ),
    },
    {
      text: "HTML",
      hint: "one file, to keep or print",
      act: save("blast-radius.html", "text/html", async () =>
        (await import("#lib/view/render-html.ts")).renderHtml(assessment),
      ),
    },
    {
      text: "SVG",
      hint: "the graph, sharp at any size",
      act: save("blast-radius.svg", "image/svg+xml", draw),
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
      <ProposeButton
        body={{ changes: assessment.changes.map(toInput) }}
        asked={ownersAsked(assessment)}
      >
        Propose for review
      </ProposeButton>
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

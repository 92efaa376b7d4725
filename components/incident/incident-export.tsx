"use client";

import { useState } from "react";
import { saveFile } from "../blast/save-file.ts";
import { Menu } from "../ui/menu.tsx";

const FORMATS = {
  markdown: { ending: "md", type: "text/markdown" },
  json: { ending: "json", type: "application/json" },
} as const;

/** The whole record as a file. */
export function IncidentExport({ id }: { readonly id: string }) {
  const [said, setSaid] = useState("");
  const save = (format: keyof typeof FORMATS) => () => {
    const { ending, type } = FORMATS[format];
    setSaid("");
    fetch(`/api/v1/incidents/${encodeURIComponent(id)}/export?format=${format}`)
      .then(async (response) => {
        if (response.ok) saveFile(`${id}.${ending}`, type, await response.text());
        else setSaid(`The server answered ${response.status}`);
      })
      .catch(() => setSaid("The server does not answer"));
  };
  return (
    <>
      <span role="status" className="self-center text-ink2 text-small empty:hidden">
        {said}
      </span>
      <Menu
        text="Export"
        items={[
          { text: "Markdown", hint: "for a ticket or a review", act: save("markdown") },
          { text: "JSON", hint: "the whole record", act: save("json") },
        ]}
      />
    </>
  );
}

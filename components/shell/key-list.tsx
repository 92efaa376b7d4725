"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { isTyping } from "./is-typing.ts";

/** Fetched when somebody asks for it. */
const KeyTable = dynamic(() => import("./key-table.tsx").then((module) => module.KeyTable), {
  ssr: false,
});

/** All keys, behind `?`. */
export function KeyList() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "?" || isTyping(event.target)) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <Dialog open={open} onClose={() => setOpen(false)} label="Keys" width="w-[30rem]">
      <KeyTable onClose={() => setOpen(false)} />
    </Dialog>
  );
}

"use client";

import { useEffect, useState } from "react";
import type { SearchAnswer } from "#lib/view/page-answers.ts";

export type SearchState =
  | { readonly state: "idle" }
  | { readonly state: "searching"; readonly last: SearchAnswer | undefined }
  | { readonly state: "found"; readonly answer: SearchAnswer }
  | { readonly state: "failed"; readonly message: string };

const WAIT_MS = 90;
/** A whole log may be pasted; an address holds no more, and an error says what it is near its beginning or its end. */
const MOST_OF_EACH_END = 1_000;

const shorten = (query: string): string =>
  query.length <= 2 * MOST_OF_EACH_END
    ? query
    : `${query.slice(0, MOST_OF_EACH_END)} ${query.slice(-MOST_OF_EACH_END)}`;

async function ask(query: string, signal: AbortSignal): Promise<SearchState> {
  const response = await fetch(`/api/v1/search?q=${encodeURIComponent(shorten(query))}`, {
    signal,
  });
  if (!response.ok) return { state: "failed", message: `The server answered ${response.status}.` };
  return { state: "found", answer: (await response.json()) as SearchAnswer };
}

/** What the server finds for a text, a moment after the last key; answers to older texts are thrown away. */
export function useSearch(query: string): SearchState {
  const [found, setFound] = useState<SearchState>({ state: "idle" });
  useEffect(() => {
    if (query.trim() === "") {
      setFound({ state: "idle" });
      return;
    }
    const stop = new AbortController();
    setFound((before) => ({
      state: "searching",
      last: before.state === "found" ? before.answer : undefined,
    }));
    const timer = setTimeout(() => {
      ask(query, stop.signal).then(setFound, () => {
        if (!stop.signal.aborted)
          setFound({ state: "failed", message: "The server does not answer." });
      });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  return found;
}

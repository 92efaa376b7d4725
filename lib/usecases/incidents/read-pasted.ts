import type { MergedGraph } from "#lib/graph/merged-graph.ts";
import { findInChat } from "./find-in-chat.ts";
import { findInErrorText, type ReadText } from "./find-in-error-text.ts";

export interface PastedText extends ReadText {
  /** It tells of an error, whatever of it led to what was found. */
  readonly isError: boolean;
}

/**
 * What a pasted text is about: the error that it tells, and where that leads nowhere, what it names as a line of chat does.
 * Undefined: it is no error and names nothing.
 */
export function readPasted(graph: MergedGraph, text: string): PastedText | undefined {
  const error = findInErrorText(graph, text);
  const isError = error !== undefined;
  if (isError && error.found.length > 0) return { ...error, isError };
  const chat = findInChat(graph, text);
  const read = chat !== undefined && chat.found.length > 0 ? chat : (error ?? chat);
  return read === undefined ? undefined : { ...read, isError };
}

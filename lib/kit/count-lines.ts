/** How many lines begin in a text behind its first one. */
export const countLines = (text: string): number => text.split("\n").length - 1;

/** Names come from other people's systems: what Markdown would read as markup is escaped. */
export const escapeMarkdown = (text: string): string =>
  text.replace(/[\r\n]+/g, " ").replace(/[\\`*_{}[\]<>|#~]/g, (letter) => `\\${letter}`);

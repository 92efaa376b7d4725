/** A name that somebody sent may have 200,000 characters: as much of it as a person would read. */
export function shortText(text: string, most = 200): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}

/** A value as JSON writes it, shortened. */
export const shortJson = (value: unknown): string => shortText(JSON.stringify(value) ?? "nothing");

const CREATES =
  /^\s*create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:materialized\s+)?(?:table|view)\s+(?:if\s+not\s+exists\s+)?[^\s(]+\s+as\s+(?=[\s(]*(?:select|with)\b)/i;
const INSERTS = /^\s*insert\s+into\s+[^\s(]+\s*(?:\([^()]*\)\s*)?(?=(?:select|with)\b)/i;

/** The query of a statement that fills a table; any other text as it is. Without the sign of its end. */
export const queryIn = (sql: string): string =>
  sql
    .replace(CREATES, "")
    .replace(INSERTS, "")
    .replace(/[\s;]+$/, "");

const TYPED =
  /^\s*(?:[-+]?[\d.].*|t|f|y|n|true|false|yes|no|on|off|[-+]?(?:inf|infinity|nan)|epoch|now|today|tomorrow|yesterday)\s*$/i;

/** Whether a text may stand for a number, a truth value or a moment, so that a column of such a type can hold it. */
export const mayBeTyped = (text: string): boolean => TYPED.test(text);

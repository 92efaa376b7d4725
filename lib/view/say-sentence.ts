/** A message as a sentence of its own: messages begin small, because they also stand after a colon. */
export function saySentence(message: string): string {
  return message.slice(0, 1).toUpperCase() + message.slice(1);
}

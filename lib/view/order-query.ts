const isQuestion = ([key]: readonly [string, string]): boolean => key === "change";

/** The query with what it asks about first, then how it is looked at, in the order in which that stood. */
export const orderQuery = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams(
    [...query].sort((one, other) => Number(isQuestion(other)) - Number(isQuestion(one))),
  );

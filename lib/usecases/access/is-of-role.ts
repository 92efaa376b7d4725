import type { Actor } from "./authenticate-request.ts";

/**
 * Whether somebody may decide as one of a named role: whoever uses their own machine, members of the team of that name, and
 * administrators. A token names no team, so that one of a domain never decides over another.
 */
export const isOfRole = ({ kind, teams, scopes }: Actor, role: string): boolean =>
  kind === "local" || teams.includes(role) || scopes.includes("admin");

import type { Coupling, DomainCouplings } from "./coupling.ts";

/** So many of a coupling's columns and readers are listed; the others are counted. */
const LISTED = 8;

/** How much the domain `by` reads of the domain `of`. */
export interface CouplingCount extends Pick<Coupling, "of" | "by" | "underContract" | "tierOne"> {
  readonly columns: number;
  readonly readers: number;
}

/** What is listed of one coupling. */
export interface CouplingReads extends Pick<Coupling, "of" | "by" | "readers"> {
  /** The most read ones that no contract names. */
  readonly open: Coupling["columns"];
}

/** All couplings are counted and one is listed: with forty domains there are a thousand, and lists of all are megabytes. */
export interface DomainsPage extends Omit<DomainCouplings, "couplings"> {
  readonly couplings: readonly CouplingCount[];
  /** Absent: nobody reads from another domain. */
  readonly chosen?: CouplingReads;
}

/** `wish` names the coupling that is listed; where there is no such one, it is the one with most columns. */
export function showDomains(
  { couplings, ...page }: DomainCouplings,
  wish: { readonly of?: string | undefined; readonly by?: string | undefined },
): DomainsPage {
  const chosen =
    couplings.find(({ of, by }) => of === wish.of && by === wish.by) ??
    [...couplings].sort((a, b) => b.columns.length - a.columns.length)[0];
  return {
    ...page,
    couplings: couplings.map(countReads),
    ...(chosen === undefined ? {} : { chosen: listReads(chosen) }),
  };
}

const countReads = ({ of, by, underContract, tierOne, columns, readers }: Coupling) => ({
  of,
  by,
  underContract,
  tierOne,
  columns: columns.length,
  readers: readers.length,
});

const listReads = ({ of, by, columns, readers }: Coupling): CouplingReads => ({
  of,
  by,
  open: columns.filter(({ underContract }) => !underContract).slice(0, LISTED),
  readers: readers.slice(0, LISTED),
});

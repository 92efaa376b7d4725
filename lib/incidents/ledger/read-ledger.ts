import { hoursSinceEpoch } from "#lib/impact/iso-hours.ts";
import { type CausePainCell, tallyCausePain } from "../cause-pain.ts";
import type { CauseDispute, Incident } from "../incident.ts";
import { timesOf } from "../incident-times.ts";
import { type Spread, spreadOf } from "./spread.ts";

/** Below this a figure would tell of single nights and of who was on call in them. */
const LEAST_INCIDENTS = 3;
const REPEATS_WITHIN_HOURS = 90 * 24;

export interface LedgerInput {
  readonly incidents: readonly Incident[];
  /** ISO 8601. */
  readonly now: string;
  /** The domains whose rows and columns may be shown; "all" where sharing was decided. */
  readonly visible: ReadonlySet<string> | "all";
  /** Changes that each domain made in the same time, where that is known. */
  readonly changes: ReadonlyMap<string, number>;
  /** Of what one domain reads of another, the share under contract, 0 to 1; undefined: it reads nothing of it. */
  readonly underContract: (cause: string, suffers: string) => number | undefined;
  /** Columns and tables that each domain took away, where that is known. */
  readonly removals?: ReadonlyMap<string, Removals>;
  /** Owners that agreed to the change behind an incident before it was deployed. */
  readonly agreed?: (incident: Incident) => ReadonlySet<string>;
}

/** Of what was taken away, how much had a date that was agreed and had come. */
export interface Removals {
  readonly all: number;
  readonly inTime: number;
}

/** One pair of domains as it may be shown. */
export interface LedgerCell {
  readonly cause: string;
  readonly suffers: string;
  /** `<3`: too few to be told apart from single people, so nothing else is shown either. */
  readonly incidents: number | "<3";
  readonly assetHours?: number;
  readonly pages?: number;
  /** Pages, each by the tier of what was wrong. */
  readonly pageWeight?: number;
  readonly underContract?: number;
}

/** Sums over all cells of a row; absent where one of them is too small to be shown. */
export interface LedgerTotal {
  readonly assetHours: number;
  readonly pages: number;
  readonly pageWeight: number;
}

/** What one domain caused, of the cells that are shown. */
export interface LedgerRow {
  readonly domain: string;
  /** Where a contract pays most comes first. */
  readonly cells: readonly LedgerCell[];
  /** What others caused and it suffered, the most hours first. */
  readonly suffered: readonly LedgerCell[];
  readonly incidents: number | "<3";
  readonly per100Changes?: number;
  readonly total?: LedgerTotal;
  readonly totalPer100Changes?: LedgerTotal;
  /** Shares from 0 to 1, of all its incidents; absent below three of them. */
  readonly exported?: number;
  readonly imported?: number;
  readonly toldBefore?: number;
  readonly reviewed?: number;
  /** Of the owners that were affected, those that had agreed to the change before it was deployed. */
  readonly signedOff?: number;
  readonly repeated?: number;
  /** Of what it took away, the share that went after an agreed date; absent below three removals. */
  readonly windowsKept?: number;
  readonly silent?: number;
  readonly times?: Readonly<
    Partial<Record<"toDetect" | "toAcknowledge" | "toMitigate" | "toRepair", Spread>>
  >;
}

export interface OpenDispute extends Pick<CauseDispute, "at" | "domain" | "reason"> {
  readonly incident: string;
  readonly cause: string;
}

export interface Ledger {
  readonly rows: readonly LedgerRow[];
  /** Disputes that nobody has decided, the oldest first. */
  readonly disputes: readonly OpenDispute[];
  /** Decided by a named role, not by both sides. */
  readonly decided: readonly {
    readonly incident: string;
    readonly role: string;
    readonly stands: boolean;
  }[];
  /** Incidents whose cause both sides have not agreed on: they count for nobody. */
  readonly notAgreed: number;
}

/** Who caused, who suffered, as far as somebody may see it. A disputed cause counts when it is decided. */
export function readLedger(input: LedgerInput): Ledger {
  const { visible } = input;
  const sees = (domain: string | undefined): boolean =>
    domain !== undefined && (visible === "all" || visible.has(domain));
  const counted = input.incidents.filter(({ cause }) => !isOpenDispute(cause?.dispute));
  const { cells, exported, imported, notAgreed } = tallyCausePain(counted, input.now);
  const domains = new Set(cells.flatMap(({ cause, suffers }) => [cause, suffers]));
  const rows = [...domains].filter(sees).map((domain) =>
    rowOf(input, {
      domain,
      own: cells.filter(({ cause }) => cause === domain),
      suffered: cells.filter(({ cause, suffers }) => suffers === domain && cause !== domain),
      caused: counted.filter((incident) => isAgreedCause(incident, domain)),
      exported: exported[domain],
      imported: imported[domain],
    }),
  );
  const disputed = input.incidents.filter(({ cause }) => isOpenDispute(cause?.dispute));
  return {
    rows: rows.sort((a, b) => hoursOf(b) - hoursOf(a) || (a.domain < b.domain ? -1 : 1)),
    disputes: disputed
      .filter(({ cause }) => sees(cause?.domain) || sees(cause?.dispute?.domain))
      .flatMap(({ id, cause }) =>
        cause?.dispute === undefined
          ? []
          : [
              {
                incident: id,
                cause: cause.domain ?? cause.asset,
                at: cause.dispute.at,
                domain: cause.dispute.domain,
                reason: cause.dispute.reason,
              },
            ],
      )
      .sort((a, b) => (a.at < b.at ? -1 : 1)),
    decided: input.incidents.flatMap(({ id, cause }) =>
      cause?.dispute?.decided === undefined || !sees(cause.domain)
        ? []
        : [
            {
              incident: id,
              role: cause.dispute.decided.role,
              stands: cause.dispute.decided.stands,
            },
          ],
    ),
    notAgreed: notAgreed + disputed.length,
  };
}

const isOpenDispute = (dispute: CauseDispute | undefined): boolean =>
  dispute !== undefined && dispute.decided === undefined;

const isAgreedCause = ({ cause, state }: Incident, domain: string): boolean =>
  state !== "closed" &&
  cause?.domain === domain &&
  cause.confirmedByLead &&
  cause.confirmedByCauseSide;

const hoursOf = ({ cells }: LedgerRow): number =>
  cells.reduce((sum, { assetHours = 0 }) => sum + assetHours, 0);

interface RowInput {
  readonly domain: string;
  readonly own: readonly CausePainCell[];
  readonly suffered: readonly CausePainCell[];
  readonly caused: readonly Incident[];
  readonly exported: number | undefined;
  readonly imported: number | undefined;
}

function rowOf(
  input: LedgerInput,
  { domain, own, suffered, caused, exported, imported }: RowInput,
): LedgerRow {
  const show = (cell: CausePainCell): LedgerCell => shownCell(input, cell);
  const row = {
    domain,
    cells: own.map(show).sort((a, b) => placeOf(a) - placeOf(b) || pays(b) - pays(a)),
    suffered: suffered.map(show).sort((a, b) => (b.assetHours ?? 0) - (a.assetHours ?? 0)),
    ...windowsOf(input.removals?.get(domain)),
  };
  if (caused.length < LEAST_INCIDENTS) return { ...row, incidents: caused.length === 0 ? 0 : "<3" };
  const changes = input.changes.get(domain) ?? 0;
  // A sum, or a share of all hours, would tell what a hidden cell holds.
  const tellsAll = own.every(({ incidents }) => incidents >= LEAST_INCIDENTS);
  const total = tellsAll ? totalOf(own) : undefined;
  return {
    ...row,
    incidents: caused.length,
    ...(changes === 0 ? {} : { per100Changes: (100 * caused.length) / changes }),
    ...(total === undefined ? {} : { total }),
    ...(total === undefined || changes === 0
      ? {}
      : { totalPer100Changes: scaled(total, 100 / changes) }),
    ...(tellsAll && exported !== undefined ? { exported } : {}),
    ...(tellsAll && imported !== undefined ? { imported } : {}),
    ...sharesOf(caused),
    ...signedOffOf(input, caused),
    times: timesOfAll(caused),
  };
}

const totalOf = (cells: readonly CausePainCell[]): LedgerTotal => {
  const sum = (figure: (cell: CausePainCell) => number): number =>
    cells.reduce((all, cell) => all + figure(cell), 0);
  return {
    assetHours: sum(({ assetHours }) => assetHours),
    pages: sum(({ pages }) => pages),
    pageWeight: sum(({ pageWeight }) => pageWeight),
  };
};

const scaled = ({ assetHours, pages, pageWeight }: LedgerTotal, by: number): LedgerTotal => ({
  assetHours: assetHours * by,
  pages: pages * by,
  pageWeight: pageWeight * by,
});

const windowsOf = (removals: Removals | undefined): Partial<LedgerRow> =>
  removals === undefined || removals.all < LEAST_INCIDENTS
    ? {}
    : { windowsKept: removals.inTime / removals.all };

function signedOffOf(
  { agreed }: LedgerInput,
  caused: readonly Incident[],
): Pick<LedgerRow, "signedOff"> {
  if (agreed === undefined) return {};
  const owners = caused.flatMap((incident) => {
    const signed = agreed(incident);
    return ownersOf(incident).map((owner) => signed.has(owner));
  });
  return owners.length === 0 ? {} : { signedOff: shareOf(owners) };
}

const ownersOf = ({ affected }: Incident): readonly string[] => [
  ...new Set(affected.flatMap(({ owner }) => owner ?? [])),
];

const shareOf = (list: readonly boolean[]): number =>
  list.filter((one) => one).length / Math.max(1, list.length);

function shownCell(
  { underContract }: LedgerInput,
  { cause, suffers, incidents, assetHours, pages, pageWeight }: CausePainCell,
): LedgerCell {
  const share = cause === suffers ? undefined : underContract(cause, suffers);
  const contract = share === undefined ? {} : { underContract: share };
  return incidents < LEAST_INCIDENTS
    ? { cause, suffers, incidents: "<3", ...contract }
    : { cause, suffers, incidents, assetHours, pages, pageWeight, ...contract };
}

/** Other domains first, then itself, then the cells that are too small to be shown. */
const placeOf = ({ assetHours, cause, suffers }: LedgerCell): number =>
  assetHours === undefined ? 2 : cause === suffers ? 1 : 0;

/** Asset-hours that no contract stands against. */
const pays = ({ assetHours = 0, underContract = 0, cause, suffers }: LedgerCell): number =>
  cause === suffers ? 0 : assetHours * (1 - underContract);

function sharesOf(caused: readonly Incident[]): Partial<LedgerRow> {
  const owners = caused.flatMap((incident) => {
    const { told, stamps } = incident;
    return ownersOf(incident).map(
      (owner) => stamps.deployed !== undefined && (told[owner] ?? "9999") < stamps.deployed,
    );
  });
  return {
    ...(owners.length === 0 ? {} : { toldBefore: shareOf(owners) }),
    reviewed: shareOf(caused.map(({ links }) => links.some(({ to }) => to === "review"))),
    repeated: shareOf(caused.map((incident) => isRepeat(incident, caused))),
    silent: shareOf(caused.map(({ symptoms }) => symptoms.every(({ shows }) => shows === "wrong"))),
  };
}

/** The same kind of change of the same domain, within a quarter before. */
function isRepeat(incident: Incident, caused: readonly Incident[]): boolean {
  const kind = incident.cause?.change?.change?.kind;
  const at = hoursSinceEpoch(incident.openedAt) ?? 0;
  return caused.some((other) => {
    const before = at - (hoursSinceEpoch(other.openedAt) ?? 0);
    return (
      other !== incident &&
      kind !== undefined &&
      other.cause?.change?.change?.kind === kind &&
      before > 0 &&
      before <= REPEATS_WITHIN_HOURS
    );
  });
}

function timesOfAll(caused: readonly Incident[]): NonNullable<LedgerRow["times"]> {
  const all = caused.map(timesOf);
  const entries = [
    ["toDetect", all.flatMap(({ toDetect }) => toDetect ?? [])],
    ["toAcknowledge", all.flatMap(({ toAcknowledge }) => Object.values(toAcknowledge))],
    ["toMitigate", all.flatMap(({ toMitigate }) => toMitigate ?? [])],
    ["toRepair", all.flatMap(({ toRepair }) => toRepair ?? [])],
  ] as const;
  return Object.fromEntries(
    entries.flatMap(([name, values]) => {
      const spread = spreadOf(values);
      return spread === undefined ? [] : [[name, spread]];
    }),
  );
}

import type { AssetClaim, LineageBatch, SourceInfo, StoredClaim } from "#lib/model/claim.ts";
import type { ApplyOutcome, AsOf, ClaimFeed, StoreVersion } from "./lineage-store.ts";

interface Body {
  readonly source: string;
  readonly claim: AssetClaim;
  readonly from: number;
  to: number | undefined;
  readonly firstSeen: string;
  lastSeen: string;
}

interface Mark {
  readonly body: Body;
  readonly from: number;
  to: number | undefined;
  readonly since: string;
}

interface Span {
  readonly from: number;
  readonly to: number | undefined;
}

/** What a store must answer, in plain lists that are searched from end to end: the judge of the fast ones. */
export class TwinStore {
  readonly #sources = new Map<string, { info: SourceInfo; version: number }>();
  readonly #versions: StoreVersion[] = [];
  readonly #bodies: Body[] = [];
  readonly #marks: Mark[] = [];

  apply(batch: LineageBatch): ApplyOutcome {
    const version = this.#versions.length + 1;
    const tally = { written: 0, unchanged: 0, madeStale: 0 };
    const said = new Map(batch.claims.map((claim) => [claim.asset as string, claim]));
    for (const claim of said.values()) this.#say({ claim, batch, version, tally });
    if (batch.complete) {
      for (const body of this.#present(batch.source.id)) {
        if (said.has(body.claim.asset) || this.#markOf(body) !== undefined) continue;
        this.#marks.push({ body, from: version, to: undefined, since: batch.at });
        tally.madeStale++;
      }
    }
    if (batch.seenAgain) this.#seeAll(batch, tally);
    const isRenamed =
      JSON.stringify(this.#sources.get(batch.source.id)?.info) !== JSON.stringify(batch.source);
    if (isRenamed) this.#sources.set(batch.source.id, { info: batch.source, version });
    const written = tally.written + tally.madeStale;
    if (written > 0 || isRenamed) {
      this.#versions.push({ version, at: batch.at, source: batch.source.id, written });
    }
    return { version: this.#versions.length, ...tally };
  }

  versions(): readonly StoreVersion[] {
    return this.#versions;
  }

  claims(at: AsOf = { version: this.#versions.length }): readonly StoredClaim[] {
    const holds = (span: Span): boolean =>
      "version" in at
        ? span.from <= at.version && (span.to === undefined || span.to > at.version)
        : this.#begunBy(span.from, at.time) &&
          (span.to === undefined || !this.#begunBy(span.to, at.time));
    const newest = new Map<string, Body>();
    for (const body of this.#bodies) {
      if (holds(body)) newest.set(JSON.stringify([body.claim.asset, body.source]), body);
    }
    return [...newest.values()]
      .map((body) =>
        this.#toStored(
          body,
          this.#marks.findLast((mark) => mark.body === body && holds(mark)),
        ),
      )
      .sort(compareStored);
  }

  claimsSince(version: number): ClaimFeed {
    const after = (span: Span): boolean => span.from > version || (span.to ?? 0) > version;
    const changed = this.#bodies
      .filter((body) => body.to === undefined)
      .filter(
        (body) =>
          body.from > version ||
          this.#marks.some((mark) => mark.body === body && after(mark)) ||
          (this.#sources.get(body.source)?.version ?? 0) > version,
      )
      .map((body) => this.#toStored(body, this.#markOf(body)))
      .sort(compareStored);
    return { version: this.#versions.length, changed };
  }

  #say(saying: {
    claim: AssetClaim;
    batch: LineageBatch;
    version: number;
    tally: { written: number; unchanged: number };
  }): void {
    const { claim, batch, version, tally } = saying;
    const before = this.#present(batch.source.id).find((body) => body.claim.asset === claim.asset);
    const mark = before && this.#markOf(before);
    if (before !== undefined && JSON.stringify(before.claim) === JSON.stringify(claim)) {
      if (mark !== undefined) mark.to = version;
      if (Date.parse(before.lastSeen) < Date.parse(batch.at)) before.lastSeen = batch.at;
      tally[mark === undefined ? "unchanged" : "written"]++;
      return;
    }
    const isLater = before !== undefined && Date.parse(before.firstSeen) <= Date.parse(batch.at);
    if (before !== undefined) before.to = version;
    if (mark !== undefined) mark.to = version;
    const firstSeen = isLater ? before.firstSeen : batch.at;
    this.#bodies.push({
      source: batch.source.id,
      claim,
      from: version,
      to: undefined,
      firstSeen,
      lastSeen: batch.at,
    });
    tally.written++;
  }

  #seeAll({ source, at }: LineageBatch, tally: { unchanged: number }): void {
    for (const body of this.#present(source.id)) {
      if (this.#markOf(body) !== undefined) continue;
      if (Date.parse(body.lastSeen) < Date.parse(at)) body.lastSeen = at;
      tally.unchanged++;
    }
  }

  #begunBy(version: number, time: string): boolean {
    return Date.parse(this.#versions[version - 1]?.at ?? "") <= Date.parse(time);
  }

  #present(source: string): readonly Body[] {
    return this.#bodies.filter((body) => body.source === source && body.to === undefined);
  }

  #markOf(body: Body): Mark | undefined {
    return this.#marks.find((mark) => mark.body === body && mark.to === undefined);
  }

  #toStored(body: Body, mark: Mark | undefined): StoredClaim {
    const info = this.#sources.get(body.source)?.info;
    if (info === undefined) throw new Error(`no source ${body.source}`);
    return {
      source: info,
      claim: body.claim,
      version: body.from,
      firstSeen: body.firstSeen,
      lastSeen: body.lastSeen,
      ...(mark === undefined ? {} : { staleSince: mark.since }),
    };
  }
}

const keyOf = (stored: StoredClaim): readonly [string, string] => [
  stored.claim.asset,
  stored.source.id,
];

function compareStored(a: StoredClaim, b: StoredClaim): number {
  const [assetA, sourceA] = keyOf(a);
  const [assetB, sourceB] = keyOf(b);
  if (assetA !== assetB) return assetA < assetB ? -1 : 1;
  return sourceA < sourceB ? -1 : sourceA > sourceB ? 1 : 0;
}

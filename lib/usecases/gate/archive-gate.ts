export interface ArchiveLimits {
  readonly entryBytes: number;
  readonly totalBytes: number;
  readonly entries: number;
}

export interface ArchiveProblem {
  readonly message: string;
  readonly large: boolean;
}

export interface UnpackedArchive {
  readonly entries: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly problems: readonly ArchiveProblem[];
}

/** JSON and YAML of real tools shrink 10 to 40 times; an archive that grows much more than that is made to fill a disk. */
const BOMB_RATIO = 200;
const BOMB_BYTES = 10_000_000;
/** Of one archive, unpacked: an export of a whole BI server is some tens of megabytes. */
const ARCHIVE_BYTES = 500_000_000;
const SHOWN_PROBLEMS = 20;

/** Decides for each entry of an archive, by its path and its stated size, whether it is unpacked; keeps why not. */
export class ArchiveGate {
  private readonly limits: ArchiveLimits;
  private readonly refused: ArchiveProblem[] = [];
  private total = 0;
  private count = 0;

  constructor(limits: ArchiveLimits) {
    this.limits = limits;
  }

  get problems(): readonly ArchiveProblem[] {
    return this.refused.slice(0, SHOWN_PROBLEMS);
  }

  admits({
    path,
    bytes,
    packedBytes = bytes,
  }: {
    readonly path: string;
    /** Unpacked. */
    readonly bytes: number;
    readonly packedBytes?: number;
  }): boolean {
    if (path.endsWith("/") || path.startsWith("__MACOSX/")) return false;
    if (climbsOut(path))
      return this.refuse(`the path ${JSON.stringify(path)} leads out of the archive`);
    this.count += 1;
    this.total += bytes;
    const growth = Math.floor(bytes / Math.max(1, packedBytes));
    if (bytes > BOMB_BYTES && growth >= BOMB_RATIO)
      return this.refuse(`${path} grows ${growth} times unpacked`, { large: true });
    if (bytes > this.limits.entryBytes)
      return this.refuse(`${path} has ${bytes} bytes unpacked`, { large: true });
    if (this.total > Math.min(this.limits.totalBytes, ARCHIVE_BYTES))
      return this.refuse(`${path}: the archive has too many bytes unpacked`, { large: true });
    if (this.count > this.limits.entries)
      return this.refuse(`${path}: the archive has too many files`, { large: true });
    return true;
  }

  private refuse(message: string, { large } = { large: false }): false {
    this.refused.push({ message, large });
    return false;
  }
}

const climbsOut = (path: string): boolean =>
  /^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes("..") || path.includes("\u0000");

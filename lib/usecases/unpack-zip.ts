import { unzipSync } from "fflate";

export interface ZipLimits {
  readonly entryBytes: number;
  readonly totalBytes: number;
  readonly entries: number;
}

export interface UnpackedZip {
  readonly entries: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly problems: readonly { readonly message: string; readonly large: boolean }[];
}

/** JSON and YAML of real tools shrink 10 to 40 times; an archive that grows much more than that is made to fill a disk. */
const BOMB_RATIO = 200;
const BOMB_BYTES = 10_000_000;
/** Of one archive, unpacked: an export of a whole BI server is some tens of megabytes. */
const ARCHIVE_BYTES = 500_000_000;

/**
 * The files of a zip archive, by path. Entries whose path climbs out of the archive are refused, and so is what is over a
 * limit, judged before it is unpacked by the size that the archive states (fflate never writes more than that).
 */
export function unpackZip(bytes: Uint8Array, limits: ZipLimits): UnpackedZip {
  const problems: { message: string; large: boolean }[] = [];
  let total = 0;
  let count = 0;
  const refuse = (message: string, large: boolean): false => {
    problems.push({ message, large });
    return false;
  };
  try {
    const unpacked = unzipSync(bytes, {
      filter: ({ name, originalSize, size }) => {
        if (name.endsWith("/") || name.startsWith("__MACOSX/")) return false;
        if (climbsOut(name))
          return refuse(`the path ${JSON.stringify(name)} leads out of the archive`, false);
        count += 1;
        total += originalSize;
        if (originalSize > BOMB_BYTES && originalSize > BOMB_RATIO * size)
          return refuse(`${name} grows ${Math.floor(originalSize / Math.max(1, size))} times unpacked`, true);
        if (originalSize > limits.entryBytes)
          return refuse(`${name} has ${originalSize} bytes unpacked`, true);
        if (total > Math.min(limits.totalBytes, ARCHIVE_BYTES))
          return refuse(`${name}: the archive has too many bytes unpacked`, true);
        if (count > limits.entries) return refuse(`${name}: the archive has too many files`, true);
        return true;
      },
    });
    const entries = Object.entries(unpacked)
      .map(([path, content]) => ({ path, bytes: content }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    return { entries, problems: problems.slice(0, 20) };
  } catch (error) {
    const message = error instanceof Error ? error.message : "unreadable";
    return {
      entries: [],
      problems: [{ message: `not a whole zip archive: ${message}`, large: false }],
    };
  }
}

const climbsOut = (name: string): boolean =>
  /^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes("..") || name.includes("\u0000");

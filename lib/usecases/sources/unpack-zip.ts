import { unzipSync } from "fflate";
import type { ArchiveLimits, UnpackedArchive } from "../gate/archive-gate.ts";
import { ArchiveGate } from "../gate/archive-gate.ts";

/**
 * The files of a zip archive, by path. Entries whose path climbs out of the archive are refused, and so is what is over a
 * limit, judged before it is unpacked by the size that the archive states (fflate never writes more than that).
 */
export function unpackZip(bytes: Uint8Array, limits: ArchiveLimits): UnpackedArchive {
  const gate = new ArchiveGate(limits);
  try {
    const unpacked = unzipSync(bytes, {
      filter: ({ name, originalSize, size }) =>
        gate.admits({ path: name, bytes: originalSize, packedBytes: size }),
    });
    const entries = Object.entries(unpacked)
      .map(([path, content]) => ({ path, bytes: content }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    return { entries, problems: gate.problems };
  } catch (error) {
    const message = error instanceof Error ? error.message : "unreadable";
    return {
      entries: [],
      problems: [{ message: `not a whole zip archive: ${message}`, large: false }],
    };
  }
}

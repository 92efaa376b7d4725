import type { MergedAsset } from "#lib/graph/merged-graph.ts";

/** Whether an asset may be called so: by the tail of its name or of an alias, or the other way round. */
export function answersTo(
  asset: Pick<MergedAsset, "name" | "aliases"> | undefined,
  written: string,
): boolean {
  const wanted = plain(written);
  return [asset?.name, ...(asset?.aliases ?? [])].some((name) => {
    const lower = plain(name ?? "");
    return lower === wanted || lower.endsWith(`.${wanted}`) || wanted.endsWith(`.${lower}`);
  });
}

const plain = (name: string): string => name.toLowerCase().replaceAll('"', "");

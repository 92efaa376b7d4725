import type { AssetAttributes } from "#lib/model/asset.ts";

type RunEnd = NonNullable<AssetAttributes["lastRun"]>;

/** An end that keeps when a run last came through, its own or that of another one: data is as old as that. */
export function withLastGood(end: RunEnd, other: RunEnd | undefined): RunEnd {
  if (end.state === "ok") return end;
  const [a, b] = [goodAt(end), other === undefined ? undefined : goodAt(other)];
  const okAt = a !== undefined && (b === undefined || a > b) ? a : b;
  return okAt === undefined || okAt === end.okAt ? end : { ...end, okAt };
}

const goodAt = ({ state, at, okAt }: RunEnd): string | undefined => (state === "ok" ? at : okAt);

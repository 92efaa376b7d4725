import type { FaultlineConfig } from "../config/faultline-config.ts";
import { parseLiveAddress } from "../live-sources/live-address.ts";

export type ConfiguredSource = FaultlineConfig["sources"][number];

/** How a source is called where nobody named it: by its place, without secrets. */
export const nameOfSource = ({ name, path }: ConfiguredSource): string =>
  name ?? parseLiveAddress(path)?.shown ?? path;

/** How its schedule is written. */
export const scheduleOfSource = ({ every, cron }: ConfiguredSource): string | undefined =>
  every === undefined ? cron : `every ${every}`;

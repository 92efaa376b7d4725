import type { Result } from "#lib/kit/result.ts";
import type { StoreError } from "./store-error.ts";

export function unwrap<T>(result: Result<T, StoreError>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

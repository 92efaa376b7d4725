"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** Where this server is reached, as the browser knows it. */
export function ThisAddress() {
  return useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "http://127.0.0.1:3000",
  );
}

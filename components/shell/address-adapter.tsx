"use client";

import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { orderQuery } from "#lib/view/order-query.ts";

/** Addresses that screens write: the question stands first in them, so a link that is sent says what it asks. */
export const AddressAdapter = ({ children }: { readonly children: ReactNode }) => (
  <NuqsAdapter processUrlSearchParams={orderQuery}>{children}</NuqsAdapter>
);

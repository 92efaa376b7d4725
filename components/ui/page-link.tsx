"use client";

import Link, { useLinkStatus } from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * A link to one of our pages. The page is fetched ahead when somebody reaches for the link, not as soon as it is in view:
 * a header full of links would cost the first picture of every page its time, and the server two requests a link.
 */
export function PageLink({ children, ...props }: Omit<ComponentProps<typeof Link>, "prefetch">) {
  const [isNear, setNear] = useState(false);
  const reach = () => setNear(true);
  return (
    <Link {...props} prefetch={isNear ? null : false} onPointerEnter={reach} onFocus={reach}>
      {children}
      <OnItsWay />
    </Link>
  );
}

/** A click that was heard: a line at the top of the page, until what it asked for is there. */
function OnItsWay() {
  const { pending } = useLinkStatus();
  return pending ? (
    <span role="status" className="on-its-way">
      <span className="sr-only">Opening…</span>
    </span>
  ) : null;
}

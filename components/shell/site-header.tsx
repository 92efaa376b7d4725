"use client";

import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { PageLink } from "../ui/page-link.tsx";
import { BrandMark } from "./brand-mark.tsx";
import { SearchButton } from "./search-button.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

const SCREENS = [
  { href: "/", text: "Home", holds: [] },
  { href: "/blast", text: "Blast radius", holds: [] },
  { href: "/changes", text: "Changes", holds: [] },
  { href: "/incidents", text: "Incidents", holds: ["/ledger"] },
  { href: "/domains", text: "Domains", holds: [] },
  { href: "/sources", text: "Sources", holds: ["/identity"] },
  { href: "/owners", text: "Owners", holds: [] },
] as const;

const isHere = (href: string, path: string): boolean =>
  href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);

/** A page that another screen holds marks that screen, which is not the page itself. */
function whereAmI(
  { href, holds }: (typeof SCREENS)[number],
  path: string,
): "page" | "true" | undefined {
  if (isHere(href, path)) return "page";
  return holds.some((held) => isHere(held, path)) ? "true" : undefined;
}

/** On a phone the bar scrolls: the screen that one is on is never out of view. */
function bringIntoView(nav: HTMLElement | null): void {
  const here = nav?.querySelector<HTMLElement>("[aria-current]");
  if (nav === null || !here) return;
  const { left, right } = here.getBoundingClientRect();
  const frame = nav.getBoundingClientRect();
  if (left < frame.left || right > frame.right)
    nav.scrollLeft += left - frame.left - (frame.width - here.offsetWidth) / 2;
}

export function SiteHeader() {
  const path = usePathname();
  const nav = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path is another screen to bring into view
  useEffect(() => bringIntoView(nav.current), [path]);
  return (
    <header className="no-print sticky top-0 z-40 flex h-11 flex-none items-center gap-4 border-line border-b bg-surface px-4 whitespace-nowrap slim:gap-1 slim:px-1.5 slim:text-small">
      <PageLink
        href="/"
        aria-label="Faultline, home"
        className="flex items-center gap-2 font-semibold text-ink slim:p-1.5 text-section tracking-[-0.015em]"
      >
        <BrandMark />
        <span className="slim:sr-only">Faultline</span>
      </PageLink>
      <nav
        ref={nav}
        aria-label="Main"
        className="ml-1 flex min-w-0 gap-0.5 overflow-x-auto slim:ml-0 slim:gap-0 slim:pr-10 slim:pl-3 slim:[mask-image:linear-gradient(to_right,transparent,black_0.75rem,black_calc(100%-2.75rem),transparent)]"
      >
        {SCREENS.map((screen) => (
          <PageLink
            key={screen.href}
            href={screen.href}
            aria-current={whereAmI(screen, path)}
            className="rounded-control px-2.5 py-[0.3125rem] slim:first:hidden font-medium text-ink2 hover:bg-sunken aria-[current]:bg-sunken aria-[current]:text-ink slim:px-2"
          >
            {screen.text}
          </PageLink>
        ))}
      </nav>
      <span className="flex-1" />
      <ThemeSwitch />
      <SearchButton />
    </header>
  );
}

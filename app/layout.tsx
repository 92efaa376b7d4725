import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata } from "next";
import { ThemeProvider } from "next-themes";
import { type ReactNode, Suspense } from "react";
import { AddressAdapter } from "../components/shell/address-adapter.tsx";
import { KeyList } from "../components/shell/key-list.tsx";
import { SiteHeader } from "../components/shell/site-header.tsx";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Faultline", template: "%s · Faultline" },
  description: "Which dashboards, ML jobs and reports break when a column changes, how, and why.",
};

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html
      lang="en"
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      suppressHydrationWarning
    >
      <body className="flex min-h-dvh flex-col font-sans">
        <a
          href="#main"
          className="absolute top-2 left-2 z-50 -translate-y-16 rounded-control bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
        >
          Skip to the content
        </a>
        <ThemeProvider attribute="data-theme" defaultTheme="system" enableSystem>
          <AddressAdapter>
            <Suspense>
              <SiteHeader />
            </Suspense>
            {children}
            <KeyList />
          </AddressAdapter>
        </ThemeProvider>
      </body>
    </html>
  );
}

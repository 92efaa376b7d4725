import type { ButtonHTMLAttributes } from "react";

const LOOKS = {
  primary: "border-accent bg-accent text-on-accent hover:opacity-90",
  plain: "border-line2 bg-surface text-ink hover:border-ink3",
  ghost: "border-transparent bg-transparent text-ink2 hover:bg-sunken hover:text-ink",
} as const;

/** The look of a control, for links that act like buttons too. */
export function buttonClass(look: keyof typeof LOOKS = "plain"): string {
  return `inline-flex h-[1.875rem] flex-none items-center gap-1.5 rounded-control border px-2.5 font-medium whitespace-nowrap disabled:opacity-60 ${LOOKS[look]}`;
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof LOOKS;
}

export function Button({ look = "plain", className = "", type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={`${buttonClass(look)} ${className}`} {...rest} />;
}

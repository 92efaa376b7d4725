/** A run of the gate that found one thing, as a pipeline sends it. */
export const GATE_RUN = {
  base: "main",
  head: "pull",
  policy: "1",
  outcome: "would_block",
  seconds: 4,
  changes: 1,
  found: 1,
  counted: 1,
  findings: [
    {
      fingerprint: "aaaa",
      change: { kind: "drop_column", asset: "orders", column: "amount" },
      asset: "revenue",
      name: "revenue",
      verdict: "breaks_loudly",
      certainty: "certain",
      counts: true,
      waived: false,
    },
  ],
} as const;

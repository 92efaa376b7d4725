/** Two layers of ground, shifted along a fault. */
export function BrandMark() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <path
        d="M1 6h6.5l3 6.5H17"
        fill="none"
        stroke="var(--ink)"
        strokeWidth="2.2"
        strokeLinejoin="bevel"
      />
      <path d="M1 11h4.2M12.8 7.2H17" stroke="var(--ink3)" strokeWidth="1.6" />
    </svg>
  );
}

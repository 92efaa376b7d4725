/** Stands where the graph will be. The list beside it can be read already. */
export function GraphSkeleton() {
  return (
    <div className="relative min-h-0 bg-canvas p-4 text-ink3 text-small" role="status">
      Drawing the graph…
    </div>
  );
}

/** What hangs on an edited model, as dbt's `state:modified+` selects it. */
export interface ReachedCounts {
  /** Models below the edited ones, over all edits. */
  models: number;
  /** Of those, what the run left as it was. */
  unaffected: number;
  /** Of those in turn, what was shown as unaffected. */
  shownUnaffected: number;
  /** Shown as unaffected, and the run says otherwise. */
  contradicted: number;
}

interface ManifestNode {
  readonly resource_type?: unknown;
  readonly name?: unknown;
  readonly alias?: unknown;
  readonly depends_on?: { readonly nodes?: readonly string[] };
}

/** By the name of a model: the names of all models that hang on it, itself left out. */
export function reachedModels(manifest: string): (source: string) => ReadonlySet<string> {
  const { nodes } = JSON.parse(manifest) as { readonly nodes: Record<string, ManifestNode> };
  const nameOf = (node: ManifestNode): string => String(node.alias ?? node.name);
  const models = Object.entries(nodes).filter(([, node]) => node.resource_type === "model");
  return (source) => {
    const start = models.find(([, node]) => nameOf(node) === source)?.[0];
    const reached = new Set(start === undefined ? [] : [start]);
    const names = new Set<string>();
    // A set grows while it is gone through.
    for (const id of reached)
      for (const [child, node] of models)
        if (!reached.has(child) && node.depends_on?.nodes?.includes(id)) {
          reached.add(child);
          names.add(nameOf(node));
        }
    return names;
  };
}

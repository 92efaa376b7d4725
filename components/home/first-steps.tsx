const STEPS = [
  {
    command: "npx faultline init .",
    why: "looks about, writes faultline.yaml, reads what it finds, and says what to connect next",
  },
  {
    command: "npx faultline ingest target/ --domain checkout",
    why: "reads one dbt project, or any file or folder of lineage",
  },
  {
    command: "OPENLINEAGE_URL=http://127.0.0.1:3000",
    why: "lets Spark, Airflow and dbt-ol send what they do",
  },
] as const;

/** An empty store: the three ways to fill it. */
export function FirstSteps() {
  return (
    <section aria-labelledby="first" className="mx-auto mt-10 max-w-[46rem]">
      <h2 id="first" className="mb-2 font-semibold text-section">
        Nothing has been read yet
      </h2>
      <ul className="list-none divide-y divide-line rounded-card border border-line bg-surface">
        {STEPS.map((step) => (
          <li key={step.command} className="px-4 py-3">
            <code className="font-mono text-small">{step.command}</code>
            <span className="mt-0.5 block text-ink2">{step.why}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

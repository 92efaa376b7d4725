import { ThisAddress } from "./this-address.tsx";

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
    command: "npx faultline serve --demo",
    why: "fills an empty store with a made-up company, to look around in",
  },
] as const;

/** An empty store, said on every screen in the same words: the ways to fill it. */
export function FirstSteps() {
  return (
    <section aria-labelledby="first" className="mx-auto mt-10 max-w-[46rem]">
      <h2 id="first" className="font-semibold text-section">
        Nothing has been read yet
      </h2>
      <p className="mt-1 mb-3 text-ink2">
        Each of these fills the store. What arrives is on this page when you load it again.
      </p>
      <ul className="list-none divide-y divide-line rounded-card border border-line bg-surface">
        {STEPS.map((step) => (
          <li key={step.command} className="px-4 py-3">
            <code className="break-words font-mono text-small">{step.command}</code>
            <span className="mt-0.5 block text-ink2">{step.why}</span>
          </li>
        ))}
        <li className="px-4 py-3">
          <code className="break-words font-mono text-small">
            OPENLINEAGE_URL=
            <ThisAddress />
          </code>
          <span className="mt-0.5 block text-ink2">
            lets Spark, Airflow and dbt-ol send what they do
          </span>
        </li>
      </ul>
    </section>
  );
}

import { Kbd } from "../ui/kbd.tsx";

const KEYS = [
  {
    where: "Everywhere",
    keys: [
      [["⌘", "K"], "search columns and assets; Ctrl K on other keyboards"],
      [["/"], "the same"],
      [["?"], "this list"],
      [["Esc"], "close, or go back"],
    ],
  },
  {
    where: "List of who breaks",
    keys: [
      [["j", "k"], "next, previous; arrows too"],
      [["Enter"], "choose"],
    ],
  },
  {
    where: "Graph",
    keys: [
      [["←", "→"], "along a line"],
      [["↑", "↓"], "to the card above or below"],
      [["Enter"], "choose a card, open a fold"],
      [["+", "−"], "show or fold the charts of a dashboard"],
    ],
  },
  {
    where: "Meeting",
    keys: [
      [["←", "→"], "one change after another"],
      [["1", "9"], "to a change by its number"],
      [["a"], "agenda"],
    ],
  },
] as const;

/** What each key does, by where it does it. */
export function KeyTable({ onClose }: { readonly onClose: () => void }) {
  return (
    <div className="max-h-[76vh] overflow-auto px-5 py-4">
      <h2 className="font-semibold text-title">Keys</h2>
      {KEYS.map(({ where, keys }) => (
        <section key={where} aria-label={where}>
          <h3 className="mt-3 mb-1 font-semibold">{where}</h3>
          <dl className="grid grid-cols-[7rem_1fr] gap-y-1.5">
            {keys.map(([caps, meaning]) => (
              <div key={meaning} className="contents">
                <dt className="flex gap-1">
                  {caps.map((cap) => (
                    <Kbd key={cap}>{cap}</Kbd>
                  ))}
                </dt>
                <dd className="text-ink2">{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <button type="button" className="mt-4 text-accent hover:underline" onClick={onClose}>
        Close
      </button>
    </div>
  );
}

import { type Incident, listPublished } from "#lib/incidents/incident.ts";
import type { IncidentAction } from "#lib/incidents/incident-action.ts";
import { nameOfRef, TASK_WORDS } from "#lib/view/incident-words.ts";

function Task({
  name,
  what,
  owner,
  isDone,
  onDone,
}: {
  readonly name: string;
  readonly what: string;
  readonly owner: string | undefined;
  readonly isDone: boolean;
  readonly onDone: () => void;
}) {
  return (
    <li className="px-4 py-2">
      <label className="flex cursor-pointer items-start gap-2.5">
        <input
          type="checkbox"
          checked={isDone}
          disabled={isDone}
          onChange={onDone}
          className="mt-[0.2rem] size-3.5 flex-none accent-accent"
        />
        <span className={`min-w-0 flex-1 ${isDone ? "text-ink3 line-through" : ""}`}>
          <span className="block wrap-anywhere font-mono text-small">{name}</span>
          <span className="block text-ink2 text-small">
            {owner === undefined ? what : `${what} · ${owner}`}
          </span>
        </span>
      </label>
    </li>
  );
}

/** What has to be filled again, in the order in which it is read. */
export function RepairTasks({
  incident,
  onEnter,
}: {
  readonly incident: Incident;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  return (
    <ol className="list-none divide-y divide-line">
      {incident.repair.map(({ asset, name, owner, isDone }) => (
        <Task
          key={asset}
          name={name}
          what="fill again"
          owner={owner}
          isDone={isDone}
          onDone={() => onEnter({ kind: "finish_repair", asset })}
        />
      ))}
    </ol>
  );
}

/** What left the house while it was wrong. */
export function PublishedTasks({
  incident,
  onEnter,
}: {
  readonly incident: Incident;
  readonly onEnter: (action: IncidentAction) => void;
}) {
  return (
    <ul className="list-none divide-y divide-line">
      {listPublished(incident.published).map(({ item, asset, what, task, owner, isDone }) => (
        <Task
          key={item}
          name={nameOfRef(asset)}
          what={`${what}: ${TASK_WORDS[task]}`}
          owner={owner}
          isDone={isDone}
          onDone={() => onEnter({ kind: "finish_published", item })}
        />
      ))}
    </ul>
  );
}

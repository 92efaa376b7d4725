import { timesOf } from "#lib/incidents/incident-times.ts";
import { type IncidentDocument, renderIncident } from "#lib/view/render-incident.ts";
import type { IncidentRecord } from "./manage-incidents.ts";

export const INCIDENT_FORMATS = ["markdown", "json"] as const;
type IncidentFormat = (typeof INCIDENT_FORMATS)[number];

export const isIncidentFormat = (text: string): text is IncidentFormat =>
  (INCIDENT_FORMATS as readonly string[]).includes(text);

/** An incident as a file: Markdown as text, JSON as the value that the API answers with for one incident. */
export function exportIncident(
  record: IncidentRecord,
  format: IncidentFormat,
): string | IncidentDocument {
  const whole = { ...record, times: timesOf(record.incident) };
  return format === "markdown" ? renderIncident(whole) : whole;
}

/** What a change of a contract means for one who relies on it. */
export type ContractSeverity = "error" | "warning" | "info";

/** From whose side a contract is looked at: who reads the data, or who has to deliver it. */
export const PERSPECTIVES = ["consumer", "producer"] as const;
export type Perspective = (typeof PERSPECTIVES)[number];

/**
 * `tightens`: more is promised, which the producer has to keep; `loosens`: less is promised, which consumers relied on;
 * `both`: something else is promised; `unclear`: nobody can tell from the text; `notice`: consumers have to know, and
 * nothing in the data differs; `note`: for the record.
 */
export type ContractDirection = "tightens" | "loosens" | "both" | "unclear" | "notice" | "note";

/** What happens to the data when the contract becomes true, in the words of the impact engine. */
export interface ContractEffect {
  readonly kind:
    | "drop_column"
    | "rename_column"
    | "type_changed"
    | "nullable_to_required"
    | "required_to_nullable"
    | "uniqueness_lost"
    | "enum_value_added"
    | "enum_value_removed_or_renamed"
    | "add_nullable_column"
    | "add_required_column"
    | "unit_or_meaning_changed"
    | "late_freshness"
    | "table_dropped_or_renamed";
  /** Of the table that has it; absent: the table itself. */
  readonly column?: string;
  readonly to?: string;
  readonly value?: string;
  readonly fromType?: string;
  readonly toType?: string;
  readonly type?: string;
  readonly certainty?: "possible";
}

export interface ContractChange {
  /** `orders.email`, `orders.addr.zip`, `sla.freshness`, `status`. */
  readonly path: string;
  /** The schema object that it is in, by its name; absent: the whole contract. */
  readonly object?: string;
  /** `property-removed`, `required-removed`; stable, for people who script against it. */
  readonly rule: string;
  /** A sentence. */
  readonly what: string;
  readonly direction: ContractDirection;
  readonly consumer: ContractSeverity;
  readonly producer: ContractSeverity;
  readonly before?: string;
  readonly after?: string;
  readonly effect?: ContractEffect;
}

const SEVERITIES: Readonly<
  Record<
    ContractDirection,
    { readonly consumer: ContractSeverity; readonly producer: ContractSeverity }
  >
> = {
  tightens: { consumer: "info", producer: "error" },
  loosens: { consumer: "error", producer: "info" },
  both: { consumer: "error", producer: "error" },
  unclear: { consumer: "warning", producer: "warning" },
  notice: { consumer: "warning", producer: "info" },
  note: { consumer: "info", producer: "info" },
};

export const contractChange = (
  said: Omit<ContractChange, "consumer" | "producer">,
): ContractChange => ({ ...said, ...SEVERITIES[said.direction] });

/** How the inner parts of a column are told in its type: queries read them through the column. */
export interface NestedField {
  readonly name: string;
  readonly type?: string;
}

export const structType = (fields: readonly NestedField[]): string =>
  `STRUCT(${fields.map(({ name, type }) => (type === undefined ? name : `${name} ${type}`)).join(", ")})`;

export const arrayType = (item: string | undefined): string =>
  item === undefined ? "ARRAY" : `ARRAY<${item}>`;

export const mapType = (key: string, value: string | undefined): string =>
  value === undefined ? "MAP" : `MAP<${key}, ${value}>`;

import { expect, it } from "vitest";
import { findingOf } from "./finding.ts";

it.each([
  ["not_null_orders_amount", "nulls"],
  ["expect_column_values_to_not_be_null", "nulls"],
  ["expect_column_proportion_of_non_null_values_to_be_between", "nulls"],
  ["missing_percent(amount) < 5", "nulls"],
  ["NullCount check: null_count", "nulls"],
  ["unique_orders_id", "duplicates"],
  ["expect_compound_columns_to_be_unique", "duplicates"],
  ["expect_column_proportion_of_unique_values_to_be_between", "duplicates"],
  ["duplicate_count(id) = 0", "duplicates"],
  ["accepted_values_orders_status__placed__shipped", "values"],
  ["expect_column_values_to_be_in_set", "values"],
  ["expect_column_mean_to_be_between", "values"],
  ["relationships_orders_customer_id__id__ref_customers_", "orphans"],
  ["expect_table_row_count_to_be_between", "rows"],
  ["row_count > 0", "rows"],
  ["RowCount", "rows"],
  ["volume_anomalies", "rows"],
  ["row_counts_match_source", "rows"],
  ["null_percentage below 5", "nulls"],
  ["null_ratio", "nulls"],
  ["column_minimum", "values"],
  ["maximum_length_of_code", "values"],
  ["no_duplicated_orders", "duplicates"],
  ["distinct_counts_stable", "duplicates"],
  ["expect_column_values_to_be_null", undefined],
  ["not_null_trades_volume", "nulls"],
  ["unique_audit_row_count", "duplicates"],
  ["accepted_range_trades_volume", "values"],
  ["assert_consumers_are_known", undefined],
  ["information_of_admins", undefined],
  ["assert_total_payment_amount_is_positive", undefined],
  ["run", undefined],
])("%s looks for %s", (check, finding) => {
  expect(findingOf(check)).toBe(finding);
});

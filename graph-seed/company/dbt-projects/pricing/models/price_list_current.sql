select sku, market, list_price_cents
from {{ source('pricing_tool', 'price_list') }}
where valid_from <= date '2026-11-16' and (valid_to is null or valid_to >= date '2026-11-16')

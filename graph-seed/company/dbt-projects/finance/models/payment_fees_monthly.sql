{{ config(materialized='table') }}
select
    date_trunc('month', captured_on) as month,
    method,
    sum(fee_cents) / 100.0 as fees,
    sum(fee_cents) * 1.0 / sum(amount_cents) as fee_share
from {{ source('payments', 'fct_payments') }}
group by 1, 2

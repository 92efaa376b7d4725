{{ config(materialized='table') }}
select
    a.account_name,
    a.statement,
    date_trunc('month', g.booked_on) as month,
    sum(g.amount_cents) / 100.0 as balance
from {{ source('erp', 'gl_entries') }} g
join {{ ref('gl_accounts') }} a on a.account = cast(g.account as integer)
group by 1, 2, 3

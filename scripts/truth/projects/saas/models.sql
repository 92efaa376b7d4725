-- view stg_app__accounts
with source as (
    select * from raw.app_accounts
),
renamed as (
    select
        ----------  ids
        id as account_id,
        owner_rep_id,
        ---------- text
        coalesce(account_name, '(unnamed)') as account_name,
        plan as plan_name,
        ---------- booleans
        cast(is_test as boolean) as is_test_account,
        legacy_code,
        ---------- timestamps
        cast(created_at as date) as created_date
    from source
)
select * from renamed where not is_test_account
-- view stg_app__users
with source as (
    select * from raw.app_users
),
renamed as (
    select id as user_id, account_id, lower(email) as email, split_part(lower(email), '@', 2) as email_domain, role,
        created_at, deleted_at, deleted_at is not null as is_deleted
    from source
)
select * from renamed
-- view stg_billing__invoices
with source as (
    select * from raw.billing_invoices
),
renamed as (
    select
        invoice_id,
        cast(account_id as varchar) as account_id,
        (amount_cents / 100)::numeric(16, 2) as amount,
        (coalesce(tax_cents, 0) / 100)::numeric(16, 2) as tax_amount,
        currency,
        status as invoice_status,
        invoice_date,
        paid_date,
        date_diff('day', invoice_date, paid_date) as days_to_pay
    from source
)
select * from renamed
-- view stg_billing__refunds
select refund_id, invoice_id, (amount_cents / 100)::numeric(16, 2) as refund_amount, reason as refund_reason, cast(refunded_at as date) as refund_date from raw.billing_refunds
-- view stg_support__tickets
select ticket_id, requester_id as user_id, priority, opened_at, solved_at,
    date_diff('minute', opened_at, solved_at) as minutes_to_solve,
    case when solved_at is null then 'open' else 'solved' end as ticket_status, csat
from raw.support_tickets
-- table int_refunds_by_invoice
with refunds as (
    select * from main.stg_billing__refunds
)
select invoice_id, sum(refund_amount) as refund_amount, count(*) as number_of_refunds, max(refund_date) as last_refund_date
from refunds
group by 1
-- table int_invoices_converted
with invoices as (
    select * from main.stg_billing__invoices
),
refunds as (
    select * from main.int_refunds_by_invoice
),
fx as (
    select * from raw.seed_fx
),
joined as (
    select
        invoices.*,
        coalesce(refunds.refund_amount, 0) as refund_amount,
        invoices.amount - coalesce(refunds.refund_amount, 0) as net_amount,
        fx.to_usd
    from invoices
    left join refunds on invoices.invoice_id = refunds.invoice_id
    left join fx using (currency)
),
final as (
    select *, round(net_amount * to_usd, 2) as net_amount_usd from joined
)
select * from final
-- table int_account_users
select account_id, count(distinct user_id) as users, count(distinct case when not is_deleted then user_id end) as active_users,
    sum(case when role = 'admin' then 1 else 0 end) as admins, min(created_at) as first_user_at
from main.stg_app__users group by account_id
-- table fct_invoices
with invoices as (select * from main.int_invoices_converted),
accounts as (select * from main.stg_app__accounts)
select md5(cast(coalesce(cast(invoices.invoice_id as TEXT), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast(invoices.account_id as TEXT), '_dbt_utils_surrogate_key_null_') as TEXT)) as invoice_key,
    invoices.invoice_id, invoices.account_id, accounts.plan_name, invoices.invoice_status, invoices.invoice_date,
    date_trunc('month', invoices.invoice_date) as invoice_month,
    invoices.net_amount_usd, invoices.tax_amount, invoices.days_to_pay,
    row_number() over (partition by invoices.account_id order by invoices.invoice_date, invoices.invoice_id) as account_invoice_number
from invoices
inner join accounts on invoices.account_id = accounts.account_id
where invoices.invoice_status != 'void'
-- table int_account_billing
select account_id, sum(net_amount_usd) as lifetime_value, min(invoice_date) as first_invoice_date, max(invoice_date) as most_recent_invoice_date,
  count(*) as invoices, avg(days_to_pay) as avg_days_to_pay, sum(case when invoice_status = 'open' then net_amount_usd end) as outstanding
from main.fct_invoices group by 1
-- table int_account_support
with tickets as (select * from main.stg_support__tickets), users as (select * from main.stg_app__users)
select users.account_id, count(tickets.ticket_id) as tickets, avg(tickets.csat) as avg_csat,
  percentile_cont(0.5) within group (order by tickets.minutes_to_solve) as median_minutes
from tickets left join users on users.user_id = tickets.user_id
group by users.account_id
-- table dim_accounts
with accounts as (select * from main.stg_app__accounts),
users as (select * from main.int_account_users),
billing as (select * from main.int_account_billing),
support as (select * from main.int_account_support),
reps as (select * from raw.crm_reps),
final as (
  select accounts.account_id, accounts.account_name, accounts.plan_name, accounts.created_date, accounts.legacy_code,
    reps.rep_name, coalesce(reps.region, 'unassigned') as region, mgr.rep_name as manager_name,
    coalesce(users.active_users, 0) as active_users,
    billing.lifetime_value, billing.first_invoice_date, billing.outstanding, support.avg_csat, coalesce(support.tickets, 0) as tickets,
    case when billing.lifetime_value >= 500 then 'high' when billing.lifetime_value >= 100 then 'medium' else 'low' end as value_tier,
    case when coalesce(billing.invoices, 0) > 1 then 'returning' else 'new' end as customer_type
  from accounts
  left join users on accounts.account_id = users.account_id
  left join billing on accounts.account_id = billing.account_id
  left join support on accounts.account_id = support.account_id
  left join reps on accounts.owner_rep_id = reps.rep_id
  left join reps as mgr on reps.manager_id = mgr.rep_id
)
select * from final
-- table dim_beta_accounts
select a.*, f.flag from main.dim_accounts a inner join raw.feature_flags f on f.account_id = a.account_id
-- table mrr_by_month
with months as (select unnest(generate_series(date '2023-06-01', date '2024-05-01', interval 1 month)) as month),
inv as (select invoice_month, plan_name, sum(net_amount_usd) as revenue from main.fct_invoices group by 1, 2),
plans as (select distinct plan_name from main.stg_app__accounts)
select cast(months.month as date) as month, plans.plan_name, coalesce(inv.revenue, 0) as revenue,
  lag(coalesce(inv.revenue, 0)) over (partition by plans.plan_name order by months.month) as previous_revenue
from months cross join plans left join inv on inv.invoice_month = months.month and inv.plan_name = plans.plan_name
-- table region_scorecard
select region, count(*) as accounts, count(distinct plan_name) as plans, sum(lifetime_value) as ltv, avg(avg_csat) as csat,
  sum(active_users) as active_users, max(tickets) as most_tickets
from main.dim_accounts group by region having count(*) > 1

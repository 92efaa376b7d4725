-- table gl_union
with us as (select 'US' as entity, cast(je_id as varchar) as doc_no, acct as account_no, post_dt as posting_date, coalesce(dr, 0) - coalesce(cr, 0) as amount_lc, 'USD' as ccy, cost_center from raw.gl_us),
de as (select 'DE', cast(beleg_nr as varchar), konto, cast(buchungsdatum as date), case soll_haben when 'S' then betrag else -betrag end, 'EUR', coalesce(kostenstelle, 'CC?') from raw.gl_de),
uk as (select 'UK', cast(id as varchar), nominal, txn_date, amount, ccy, null from raw.gl_uk),
jp as (select 'JP', 'JP-' || id, acct, d, jpy, 'JPY', null from raw.gl_jp),
fr as (select 'FR', cast(id as varchar), compte, date_cpt, montant, 'EUR', null from raw.gl_fr),
mn as (select 'ADJ', ref, account, dt, amt, 'USD', null from raw.gl_manual where review = 'reviewed')
select * from us union all select * from de union all select * from uk union all select * from jp union all select * from fr union all select * from mn
-- table fx_spine
with spine as (select cast(d as date) as fx_date from generate_series(date '2024-01-01', date '2024-06-30', interval 1 day) g(d)),
c as (select distinct ccy from raw.fx)
select s.fx_date, c.ccy, last_value(f.rate ignore nulls) over (partition by c.ccy order by s.fx_date rows between unbounded preceding and current row) as rate
from spine s cross join c left join raw.fx f on f.eff_date = s.fx_date and f.ccy = c.ccy
-- table gl_usd
select g.*, round(g.amount_lc * case when g.ccy = 'USD' then 1 else x.rate end, 2) as amount_usd, last_day(g.posting_date) as period_end
from main.gl_union g left join main.fx_spine x on x.fx_date = g.posting_date and x.ccy = g.ccy
-- table trial_balance
select entity, account_no, period_end, sum(amount_usd) as movement, sum(sum(amount_usd)) over (partition by entity, account_no order by period_end rows unbounded preceding) as closing_balance, count(*) as lines
from main.gl_usd group by entity, account_no, period_end
-- table coa_tree
with recursive t(account_no, root, lvl, path) as (
 select account_no, account_no, 0, account_no from raw.coa where parent_no is null or parent_no = account_no
 union all
 select c.account_no, t.root, t.lvl + 1, t.path || '>' || c.account_no from raw.coa c join t on c.parent_no = t.account_no and c.account_no <> c.parent_no)
select t.account_no, t.root, t.lvl, t.path, c.category, coalesce(c.account_name, 'Account ' || c.account_no) as account_name, c.is_credit_normal from t join raw.coa c on c.account_no = t.account_no
-- table budget_long
unpivot (select acct as account_no, jan, feb, mar, apr from raw.budget) on jan, feb, mar, apr into name month_name value budget
-- table actuals_month
select account_no, lower(strftime(posting_date, '%b')) as month_name, sum(amount_usd) as actual from main.gl_usd group by all
-- table variance
select coalesce(b.account_no, a.account_no) as account_no, coalesce(b.month_name, a.month_name) as month_name, coalesce(b.budget, 0) as budget, coalesce(a.actual, 0) as actual, coalesce(a.actual, 0) - coalesce(b.budget, 0) as variance,
 case when b.budget is null then 'unbudgeted' when a.actual is null then 'no actuals' when abs(a.actual - b.budget) / nullif(b.budget, 0) > 0.1 then 'off' else 'ok' end as flag
from main.budget_long b full outer join main.actuals_month a on a.account_no = b.account_no and a.month_name = b.month_name
-- table pnl
select t.category, g.entity, sum(case when t.is_credit_normal then -g.amount_usd else g.amount_usd end) as amount, grouping(t.category, g.entity) as lvl
from main.gl_usd g join main.coa_tree t using (account_no) group by grouping sets ((t.category, g.entity), (t.category), ())
-- table pnl_wide
select category, sum(amount) filter (where entity = 'US') as us, sum(amount) filter (where entity = 'DE') as de, sum(case entity when 'UK' then amount else 0 end) as uk, max(case when entity is null then amount end) as total from main.pnl where category is not null group by category
-- table cost_centers
select cost_center, entity, sum(amount_usd) as spend, sum(amount_usd) * 100.0 / sum(sum(amount_usd)) over (partition by entity) as pct from main.gl_usd where cost_center is not null and cost_center <> 'CC?' group by 1, 2
-- table bank_match
select coalesce(b.line_id, -1) as line_id, g.doc_no, b.amt as bank_amount, g.amount_usd as book_amount, b.val_date, g.posting_date, case when b.line_id is null then 'book only' when g.doc_no is null then 'bank only' else 'matched' end as status
from raw.bank_lines b full join (select * from main.gl_usd where entity = 'US') g on b.reference = 'JE' || g.doc_no
-- table aging
with open_items as (select doc_no, book_amount, date_diff('day', posting_date, date '2024-06-30') as age from main.bank_match where status = 'book only')
select case when age <= 30 then '0-30' when age <= 60 then '31-60' when age <= 90 then '61-90' else '90+' end as bucket, count(*) as items, sum(book_amount) as amount, max(age) as oldest from open_items group by 1
-- table running_cash
select val_date, sum(amt) as net, sum(sum(amt)) over (order by val_date) as balance, avg(sum(amt)) over (order by val_date range between interval 29 days preceding and current row) as avg30 from raw.bank_lines group by val_date
-- table eliminations
select a.entity as from_entity, b.entity as to_entity, a.account_no, a.closing_balance + b.closing_balance as net from main.trial_balance a, main.trial_balance b where a.account_no = b.account_no and a.period_end = b.period_end and a.entity < b.entity and a.closing_balance * b.closing_balance < 0
-- table memo_search
select je_id, acct, upper(memo) as memo, length(memo) as memo_len, dr, cr from raw.gl_us where memo like 'memo %' and (dr > 50 or cr > 50)
-- view month_close
select period_end, entity, sum(movement) as movement, sum(lines) as lines from main.trial_balance group by 1, 2
-- table account_extremes
select account_no, max_by(doc_no, abs(amount_usd)) as biggest_doc, max(abs(amount_usd)) as biggest, min(posting_date) as first_post, string_agg(distinct entity, ',' order by entity) as entities, (select category from raw.coa c where c.account_no = g.account_no) as category from main.gl_usd g group by account_no

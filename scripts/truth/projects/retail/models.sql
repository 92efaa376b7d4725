-- table dim_date
SELECT CAST(strftime(d, '%Y%m%d') AS INTEGER) AS date_key, CAST(d AS DATE) AS full_date, year(d) AS yr, quarter(d) AS qtr, month(d) AS mth, dayname(d) AS day_nm, CASE WHEN dayofweek(d) IN (0,6) THEN 'Y' ELSE 'N' END AS weekend_flg FROM range(DATE '2022-01-01', DATE '2023-12-31', INTERVAL 1 DAY) AS r(d)
-- table dim_customer
WITH chg AS (
  SELECT cust_id, cust_nm, tier_cd, region_cd, chg_ts, op,
    md5(concat(coalesce(cust_nm, ''), '|', coalesce(tier_cd, ''), '|', coalesce(region_cd, ''))) AS row_hash
  FROM raw.erp_customer_hist
), dedup AS (
  SELECT *, lag(row_hash) OVER (PARTITION BY cust_id ORDER BY chg_ts) AS prev_hash FROM chg
), versions AS (
  SELECT * FROM dedup WHERE prev_hash IS NULL OR prev_hash <> row_hash
)
SELECT md5(concat_ws('||', CAST(cust_id AS VARCHAR), CAST(chg_ts AS VARCHAR))) AS customer_key,
  cust_id AS customer_id, COALESCE(cust_nm, 'Unknown') AS customer_name, tier_cd AS tier, region_cd AS region,
  chg_ts AS valid_from, COALESCE(lead(chg_ts) OVER (PARTITION BY cust_id ORDER BY chg_ts), TIMESTAMP '9999-12-31') AS valid_to,
  CASE WHEN lead(chg_ts) OVER (PARTITION BY cust_id ORDER BY chg_ts) IS NULL THEN 1 ELSE 0 END AS is_current,
  row_number() OVER (PARTITION BY cust_id ORDER BY chg_ts) AS version_no
FROM versions WHERE op <> 'D'
UNION ALL
SELECT '-1', -1, 'N/A', NULL, NULL, TIMESTAMP '1900-01-01', TIMESTAMP '9999-12-31', 1, 0
-- table dim_product
SELECT md5(p.sku) AS product_key, p.sku, p.descr AS product_name, COALESCE(p.cat_cd, 'UNK') AS category_code, COALESCE(x.dept, 'Other') AS department,
  p.std_cost, p.list_price, (p.list_price - p.std_cost) / NULLIF(p.list_price, 0) AS margin_pct,
  CASE WHEN p.disc_flg THEN 'Discontinued' ELSE 'Active' END AS status,
  CASE WHEN p.list_price < 30 THEN 'Low' WHEN p.list_price < 80 THEN 'Mid' WHEN p.list_price IS NULL THEN 'None' ELSE 'High' END AS price_band
FROM raw.erp_product p LEFT JOIN raw.xref_cat x ON x.cat_cd = p.cat_cd
-- table dim_store
SELECT row_number() OVER (ORDER BY store_no) AS store_key, store_no, store_nm AS store_name, district, opened AS open_date, closed AS close_date, closed IS NULL AS active, sqft FROM raw.stores
-- table dim_promo
SELECT md5(promo_cd) AS promo_key, promo_cd, promo_nm AS promo_name, pct_off / 100.0 AS discount FROM raw.promo
UNION ALL SELECT md5('none'), NULL, 'No promotion', 0
-- table fact_sales
SELECT s.txn_id, s.line_no, d.date_key, COALESCE(c.customer_key, '-1') AS customer_key, p.product_key, st.store_key, pr.promo_key,
  s.qty, s.ext_amt AS gross_amount, s.ext_amt * (1 - COALESCE(pr.discount, 0)) AS net_amount, s.qty * p.std_cost AS cost_amount,
  s.ext_amt * (1 - COALESCE(pr.discount, 0)) - s.qty * p.std_cost AS margin_amount
FROM raw.pos_sales s
JOIN main.dim_date d ON d.date_key = s.date_key_int
LEFT JOIN main.dim_customer c ON c.customer_id = s.cust_id AND d.full_date >= c.valid_from AND d.full_date < c.valid_to
JOIN main.dim_product p ON p.sku = s.sku
JOIN main.dim_store st ON st.store_no = s.store_no
LEFT JOIN main.dim_promo pr ON pr.promo_cd = s.promo_cd
-- table fact_returns
SELECT r.txn_id, f.product_key, f.store_key, f.date_key, r.qty_ret AS qty, r.rsn AS reason, -1 * r.qty_ret * (f.net_amount / NULLIF(f.qty, 0)) AS return_amount
FROM raw.returns r INNER JOIN main.fact_sales f ON f.txn_id = r.txn_id
-- table bridge_account_customer
SELECT acct_no AS account_no, cust_id AS customer_id, holder_role, 1.0 / count(*) OVER (PARTITION BY acct_no) AS weighting_factor FROM (SELECT DISTINCT acct_no, cust_id, holder_role FROM raw.acct_holder) q
-- table fact_account_snapshot
SELECT acct_no AS account_no, CAST(strftime(snap_dt, '%Y%m%d') AS INTEGER) AS date_key, bal AS balance, bal - lag(bal, 1, 0) OVER (PARTITION BY acct_no ORDER BY snap_dt) AS movement,
 avg(bal) OVER (PARTITION BY acct_no ORDER BY snap_dt ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS avg_3m FROM raw.acct_balance
-- table customer_wealth
SELECT c.customer_id, c.customer_name, c.tier, SUM(f.balance * b.weighting_factor) AS weighted_balance, COUNT(DISTINCT b.account_no) AS accounts
FROM main.fact_account_snapshot f JOIN main.bridge_account_customer b ON b.account_no = f.account_no
JOIN main.dim_customer c ON c.customer_id = b.customer_id AND c.is_current = 1
WHERE f.date_key = (SELECT MAX(date_key) FROM main.fact_account_snapshot)
GROUP BY c.customer_id, c.customer_name, c.tier
-- table agg_store_month
SELECT s.store_name, s.district, d.yr, d.mth, SUM(f.net_amount) AS sales, SUM(f.margin_amount) AS margin, COUNT(DISTINCT f.txn_id) AS baskets, SUM(f.net_amount) / NULLIF(COUNT(DISTINCT f.txn_id), 0) AS basket_value, SUM(f.net_amount) / MAX(s.sqft) AS sales_per_sqft,
 RANK() OVER (PARTITION BY d.yr, d.mth ORDER BY SUM(f.net_amount) DESC) AS store_rank
FROM main.fact_sales f JOIN main.dim_store s USING (store_key) JOIN main.dim_date d USING (date_key)
GROUP BY s.store_name, s.district, d.yr, d.mth
-- table sales_cube
SELECT COALESCE(p.department, 'ALL') AS department, COALESCE(s.district, 'ALL') AS district, SUM(f.net_amount) AS sales, SUM(f.qty) AS units
FROM main.fact_sales f JOIN main.dim_product p ON p.product_key = f.product_key JOIN main.dim_store s ON s.store_key = f.store_key
GROUP BY CUBE (p.department, s.district)
-- table net_sales
SELECT product_key, store_key, SUM(amount) AS amount, SUM(units) AS units FROM (
  SELECT product_key, store_key, net_amount AS amount, qty AS units FROM main.fact_sales
  UNION ALL
  SELECT product_key, store_key, return_amount, -qty FROM main.fact_returns) x GROUP BY product_key, store_key
-- table product_abc
WITH t AS (SELECT product_key, SUM(amount) AS amount FROM main.net_sales GROUP BY product_key),
c AS (SELECT product_key, amount, SUM(amount) OVER (ORDER BY amount DESC, product_key) / SUM(amount) OVER () AS cum FROM t)
SELECT p.sku, p.product_name, c.amount, CASE WHEN c.cum <= 0.7 THEN 'A' WHEN c.cum <= 0.9 THEN 'B' ELSE 'C' END AS abc_class FROM c JOIN main.dim_product p ON p.product_key = c.product_key
-- table unsold_products
SELECT p.sku, p.product_name, p.status FROM main.dim_product p WHERE NOT EXISTS (SELECT 1 FROM main.fact_sales f WHERE f.product_key = p.product_key AND f.qty > 2)
-- table late_arrivals
SELECT l.txn_id, l.note, f.net_amount FROM raw.late_facts l JOIN main.fact_sales f USING (txn_id)

select sku, warehouse_code, cast(moved_at as date) as day, sum(units) as units_lost
from kafka.stock_movements
where kind = 'stocktake'
group by sku, warehouse_code, cast(moved_at as date)

select s.sku, s.warehouse_code, s.on_hand, coalesce(l.lead_days, 21) as lead_days, l.supplier
from inventory.stock_levels s
left join lake_files.supplier_lead_times l on l.sku = s.sku
where s.on_hand < 420

select l.sku, m.title, m.department, max(l.on_hand) as on_hand
from inventory.stock_levels l
join catalog.product_master m on m.sku = l.sku
group by l.sku, m.title, m.department

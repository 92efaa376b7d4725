insert into catalog.brands
select i, ['Nordlicht', 'Harbour Basics', 'Fjell & Co', 'Casa Lume', 'Tidewater', 'Oak Lane', 'Marisol', 'Kiln'][i], i in (2, 5)
from range(1, 9) t(i);

insert into catalog.categories
select i, ['Sofas', 'Lighting', 'Rugs', 'Bedding', 'Tableware', 'Storage'][i], ['Living', 'Living', 'Living', 'Sleeping', 'Kitchen', 'Storage'][i]
from range(1, 7) t(i);

insert into catalog.skus
select 'SKU-' || lpad(cast(i as varchar), 4, '0'),
       ['Linen sofa', 'Pendant lamp', 'Wool rug', 'Percale sheet', 'Stoneware bowl', 'Oak shelf'][1 + (i - 1) % 6] || ' ' || i,
       1 + (i * 3) % 8, 1 + (i - 1) % 6,
       case when i % 11 = 0 then 'EXEMPT' when i % 5 = 0 then 'REDUCED' else 'STANDARD' end,
       case when i % 17 = 0 then null else 150 + (i * 733) % 24000 end,
       300 + (i * 613) % 9000,
       date '2024-03-01' + cast((i * 13) % 900 as integer),
       case when i % 20 = 0 then 'discontinued' else 'active' end
from range(1, 61) t(i);

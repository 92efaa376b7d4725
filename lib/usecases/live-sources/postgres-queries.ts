/**
 * What is asked of a PostgreSQL server, 11 and later. With `pg_catalog` as the whole search path every name in a definition is
 * written out. Temporary tables, the server's own schemas and what extensions brought along are left out.
 */
const LISTED = `
  select c.oid, n.nspname, c.relname, c.relkind, c.reltuples
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
    and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and not exists (
      select 1 from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

export const CATALOG_QUERIES = {
  server: `
    select current_database() as database, current_setting('server_version') as version,
      current_setting('default_statistics_target')::int as target`,

  relations: `
    select l.oid, l.nspname as schema, l.relname as name, l.relkind::text as kind,
      obj_description(l.oid, 'pg_class') as comment,
      case when l.relkind in ('v', 'm') then pg_get_viewdef(l.oid) end as definition,
      l.reltuples::float8 as tuples, s.n_live_tup::float8 as live, s.n_mod_since_analyze::float8 as modified,
      to_char(greatest(s.last_analyze, s.last_autoanalyze) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as analyzed,
      p.parent
    from (${LISTED}) l
    left join pg_stat_all_tables s on s.relid = l.oid
    left join lateral (
      select i.inhparent as parent from pg_inherits i
      where i.inhrelid = l.oid order by i.inhseqno limit 1) p on true
    order by l.nspname, l.relname`,

  columns: `
    select a.attrelid as relation, a.attrelid::text || '.' || a.attnum as id, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      not (a.attnotnull or (t.typtype = 'd' and t.typnotnull)) as nullable,
      col_description(a.attrelid, a.attnum) as comment,
      pg_get_expr(d.adbin, d.adrelid) as default,
      (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e
        where e.enumtypid = coalesce(nullif(t.typbasetype, 0), t.oid)) as labels,
      (select option_value from pg_options_to_table(a.attfdwoptions) where option_name = 'column_name') as remote
    from (${LISTED}) l
    join pg_attribute a on a.attrelid = l.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    order by a.attrelid, a.attnum`,

  keys: `
    select i.indrelid as relation, i.indexrelid::text as id, a.attname as column
    from (${LISTED}) l
    join pg_index i on i.indrelid = l.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
    cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, position)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.position <= i.indnkeyatts
    order by i.indrelid, i.indisprimary desc, i.indexrelid, k.position`,

  constraints: `
    select c.conrelid as relation, c.contype::text as type, pg_get_constraintdef(c.oid) as definition,
      (select json_agg(a.attname order by k.position) from unnest(c.conkey) with ordinality k(attnum, position)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
      (select json_agg(a.attname order by k.position) from unnest(c.confkey) with ordinality k(attnum, position)
        join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as key,
      n.nspname as schema, r.relname as name
    from (${LISTED}) l
    join pg_constraint c on c.conrelid = l.oid and c.contype in ('c', 'f') and (c.contype = 'f' or c.convalidated)
    left join pg_class r on r.oid = c.confrelid
    left join pg_namespace n on n.oid = r.relnamespace
    order by c.conrelid, c.conname`,

  reads: `
    select distinct w.ev_class as relation, n.nspname as schema, r.relname as name
    from (${LISTED}) l
    join pg_rewrite w on w.ev_class = l.oid and w.rulename = '_RETURN'
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
    join pg_class r on r.oid = d.refobjid and r.oid <> w.ev_class and r.relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_namespace n on n.oid = r.relnamespace
    order by 1, 2, 3`,

  bodies: `
    select distinct w.ev_class as relation, p.oid::text as function, p.prosrc as body, pg_get_functiondef(p.oid) as definition
    from (${LISTED}) l
    join pg_rewrite w on w.ev_class = l.oid and w.rulename = '_RETURN'
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_proc'::regclass
    join pg_proc p on p.oid = d.refobjid and p.prokind = 'f'
    join pg_namespace n on n.oid = p.pronamespace and n.nspname <> 'pg_catalog'
    join pg_language g on g.oid = p.prolang and g.lanname not in ('c', 'internal')
    order by 1, 2`,

  triggers: `
    select distinct t.tgrelid as relation, p.oid::text as function, p.prosrc as body, pg_get_functiondef(p.oid) as definition
    from (${LISTED}) l
    join pg_trigger t on t.tgrelid = l.oid and not t.tgisinternal and t.tgenabled <> 'D'
    join pg_proc p on p.oid = t.tgfoid
    join pg_language g on g.oid = p.prolang and g.lanname not in ('c', 'internal')
    union
    select w.ev_class, 'rule ' || w.oid, null, pg_get_ruledef(w.oid)
    from (${LISTED}) l
    join pg_rewrite w on w.ev_class = l.oid and w.rulename <> '_RETURN' and w.ev_enabled <> 'D'
    order by 1, 2`,

  functions: `
    select n.nspname as schema, p.proname as name, p.prosrc as body, pg_get_functiondef(p.oid) as definition,
      p.prorettype = 'trigger'::regtype as of_trigger
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    join pg_language g on g.oid = p.prolang and g.lanname not in ('c', 'internal')
    where p.prokind in ('f', 'p') and not exists (
      select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    order by p.oid`,

  foreign: `
    select f.ftrelid as relation, w.fdwname as wrapper, s.srvname as server,
      (select option_value from pg_options_to_table(s.srvoptions) where option_name = 'host') as host,
      (select option_value from pg_options_to_table(s.srvoptions) where option_name = 'port') as port,
      (select option_value from pg_options_to_table(s.srvoptions) where option_name in ('dbname', 'database') limit 1) as database,
      (select option_value from pg_options_to_table(f.ftoptions) where option_name in ('schema_name', 'dbname') limit 1) as schema,
      (select option_value from pg_options_to_table(f.ftoptions) where option_name in ('table_name', 'table') limit 1) as table,
      (select option_value from pg_options_to_table(f.ftoptions) where option_name = 'filename') as file
    from (${LISTED}) l
    join pg_foreign_table f on f.ftrelid = l.oid
    join pg_foreign_server s on s.oid = f.ftserver
    join pg_foreign_data_wrapper w on w.oid = s.srvfdw
    order by f.ftrelid`,

  statistics: `
    select l.oid as relation, s.attname as name, s.null_frac::float8 as nulls, s.n_distinct::float8 as distinct
    from (${LISTED}) l
    join pg_stats s on s.schemaname = l.nspname and s.tablename = l.relname
      and s.inherited = (l.relkind = 'p')
    order by l.oid, s.attname`,
} as const;

export type CatalogQuery = keyof typeof CATALOG_QUERIES;

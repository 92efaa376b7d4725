-- view vwemp
SELECT e.*, d.DeptName, e.FName || ' ' || e.LName AS FullName FROM raw.tblemp e LEFT OUTER JOIN raw.tbldept d ON e.DeptID = d.DeptID
-- view vwemp2
SELECT * EXCLUDE (ActiveFlag) REPLACE (upper(LName) AS LName, coalesce(Salary, 0) AS Salary) FROM main.vwemp WHERE ActiveFlag = '1'
-- view vwemp3
SELECT *, substr(HireDt, 1, 4)::int AS HireYr, CASE WHEN StatusCd = 'A' THEN CASE WHEN Salary > 60000 THEN 'Senior' ELSE CASE WHEN Salary > 45000 THEN 'Mid' ELSE 'Junior' END END WHEN StatusCd = 'L' THEN 'OnLeave' ELSE NULL END AS Grade FROM main.vwemp2
-- table empaboveavg
SELECT a.EmpID, a.FullName, a.Salary, a.DeptID FROM main.vwemp3 a WHERE a.Salary > (SELECT avg(b.Salary) FROM main.vwemp3 b WHERE b.DeptID = a.DeptID)
-- table orders_all
SELECT * FROM raw.tblorders UNION ALL SELECT * FROM raw.tblarchive
-- table orders_dated
SELECT o.OrdNo, o.EmpID, o.CustNo, strptime(o.OrdDate, '%m/%d/%Y')::date AS OrdDt, o.Amt, o.Stat, c.Descr AS StatDescr, o.ShipVia FROM main.orders_all o, raw.tblcodes c WHERE c.CodeType = 'STAT' AND c.Code = o.Stat
-- table custtotals
SELECT x.CustNo, x.CoName, x.tot, x.cnt, (SELECT max(OrdDt) FROM main.orders_dated z WHERE z.CustNo = x.CustNo) AS LastOrd, (SELECT count(*) FROM raw.tblpay p WHERE p.CustNo = x.CustNo AND p.PayStat = 'NSF') AS Bounced
FROM (SELECT c.CustNo, c.CoName, sum(o.Amt) tot, count(o.OrdNo) cnt FROM raw.tblcust c LEFT JOIN (SELECT * FROM main.orders_dated WHERE Stat <> 'X') o ON o.CustNo = c.CustNo GROUP BY c.CustNo, c.CoName) x
-- table custbal
SELECT t.CustNo, t.CoName, t.tot - ifnull(p.paid, 0) AS Bal, CASE WHEN t.tot - ifnull(p.paid, 0) > c.CreditLimit THEN 'OVER' WHEN t.tot IS NULL THEN 'NONE' ELSE 'OK' END AS CreditStat, CASE c.TypeCd WHEN 0 THEN 'Retail' WHEN 1 THEN 'Wholesale' END AS CustType
FROM main.custtotals t JOIN raw.tblcust c ON c.CustNo = t.CustNo LEFT JOIN (SELECT CustNo, sum(PayAmt) paid FROM raw.tblpay WHERE PayStat = 'OK' GROUP BY 1) p ON p.CustNo = t.CustNo
-- table noorders
SELECT CustNo, CoName FROM raw.tblcust WHERE CustNo NOT IN (SELECT CustNo FROM main.orders_dated WHERE CustNo IS NOT NULL)
-- table neverpaid
SELECT c.CustNo, c.Phone FROM raw.tblcust c WHERE EXISTS (SELECT * FROM main.orders_dated o WHERE o.CustNo = c.CustNo) AND NOT EXISTS (SELECT NULL FROM raw.tblpay p WHERE p.CustNo = c.CustNo AND p.PayAmt > 600)
-- table latestorder
SELECT DISTINCT ON (CustNo) CustNo, OrdNo, OrdDt, Amt FROM main.orders_dated ORDER BY CustNo, OrdDt DESC, OrdNo DESC
-- table salesbyemp
SELECT e.DeptName, e.FullName, count(*) AS n, sum(o.Amt) AS amt, sum(o.Amt) / count(DISTINCT o.CustNo) AS per_cust FROM main.orders_dated o JOIN main.vwemp3 e ON e.EmpID = o.EmpID WHERE o.Stat IN ('S', 'P') GROUP BY 1, 2 HAVING sum(o.Amt) > 0 ORDER BY 4 DESC
-- table deptrollup
SELECT d.DeptID, d.DeptName, coalesce(d.Bldg, 'TBD') Bldg, s.heads, s.payroll, d.Budget - s.payroll AS headroom, coalesce(q.amt, 0) sales FROM raw.tbldept d LEFT JOIN (SELECT DeptID, count(*) heads, sum(Salary) payroll FROM main.vwemp2 GROUP BY DeptID) s ON s.DeptID = d.DeptID LEFT JOIN (SELECT DeptName, sum(amt) amt FROM main.salesbyemp GROUP BY DeptName) q ON q.DeptName = d.DeptName
-- table shipmix
SELECT CASE ShipVia WHEN 0 THEN 'Ground' WHEN 1 THEN 'Air' WHEN 2 THEN 'Sea' ELSE 'Unknown' END AS via, count(*) c, min(OrdDt) f, max(OrdDt) l, sum(CASE WHEN Stat = 'S' THEN Amt ELSE 0 END) shipped FROM main.orders_dated GROUP BY CASE ShipVia WHEN 0 THEN 'Ground' WHEN 1 THEN 'Air' WHEN 2 THEN 'Sea' ELSE 'Unknown' END
-- table mgrchain
SELECT e.EmpID, e.FullName, m.FullName AS Mgr, mm.FullName AS MgrMgr FROM main.vwemp3 e LEFT JOIN main.vwemp3 m ON m.EmpID = e.MgrID LEFT JOIN main.vwemp3 mm ON mm.EmpID = m.MgrID
-- table toporders
SELECT * FROM (SELECT o.*, dense_rank() OVER (PARTITION BY EmpID ORDER BY Amt DESC) rk FROM main.orders_dated o) WHERE rk <= 2
-- table cancelrate
SELECT CoName, round(100.0 * sum(CASE WHEN Stat = 'X' THEN 1 ELSE 0 END) / count(*), 1) AS pct FROM main.orders_dated JOIN raw.tblcust USING (CustNo) GROUP BY CoName HAVING count(*) >= 5
-- table both
SELECT EmpID FROM main.toporders INTERSECT SELECT EmpID FROM main.empaboveavg
-- table anniv
SELECT EmpID, FullName, HireYr, 2024 - HireYr AS Yrs FROM main.vwemp3 WHERE HireYr BETWEEN 2005 AND 2015 AND LName LIKE 'LAST%'
-- table everycust
SELECT c.CoName, l.OrdNo, l.Amt, b.Bal, b.CreditStat, c.Taxable = 'Y' AS IsTaxable, if(c.Taxable = 'Y', l.Amt * 0.08, 0) AS Tax FROM raw.tblcust c NATURAL LEFT JOIN main.latestorder l LEFT JOIN main.custbal b ON b.CustNo = c.CustNo AND b.Bal > 0

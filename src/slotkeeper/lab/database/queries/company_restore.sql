-- company_restore: insert a snapshot's rows into a database that has no such company, $1.
-- PostgreSQL checks the foreign keys when the whole statement is done.
WITH company AS (
    INSERT INTO companies OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::companies, $2::jsonb -> 'companies') c
    WHERE c.id = $1
), branch AS (
    INSERT INTO branches OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::branches, $2::jsonb -> 'branches')
), calendar AS (
    INSERT INTO calendars OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::calendars, $2::jsonb -> 'calendars')
), person AS (
    INSERT INTO staff OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::staff, $2::jsonb -> 'staff')
), service AS (
    INSERT INTO services OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::services, $2::jsonb -> 'services')
), segment AS (
    INSERT INTO service_segments OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(
        NULL::service_segments, $2::jsonb -> 'service_segments')
), resource AS (
    INSERT INTO segment_resources OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(
        NULL::segment_resources, $2::jsonb -> 'segment_resources')
), ability AS (
    INSERT INTO staff_services OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::staff_services, $2::jsonb -> 'staff_services')
), need AS (
    INSERT INTO segment_needs OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::segment_needs, $2::jsonb -> 'segment_needs')
), combination AS (
    INSERT INTO combinations OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::combinations, $2::jsonb -> 'combinations')
), combined AS (
    INSERT INTO combination_services OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(
        NULL::combination_services, $2::jsonb -> 'combination_services')
), hours AS (
    INSERT INTO opening_hours OVERRIDING SYSTEM VALUE
    SELECT * FROM jsonb_populate_recordset(NULL::opening_hours, $2::jsonb -> 'opening_hours')
)
INSERT INTO closures OVERRIDING SYSTEM VALUE
SELECT * FROM jsonb_populate_recordset(NULL::closures, $2::jsonb -> 'closures') c
WHERE c.company_id = $1

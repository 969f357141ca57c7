-- update_company: what a file says of the company itself; $1 is its company_id.
UPDATE companies c
SET name = r.name, timezone = r.timezone, locale = r.locale, currency = r.currency,
    sandbox = r.sandbox, hold_ttl_s = r.hold_ttl_s, max_hold_age_s = r.max_hold_age_s,
    min_notice_min = r.min_notice_min, horizon_days = r.horizon_days,
    slot_step_min = r.slot_step_min, max_alternatives = r.max_alternatives,
    cancel_notice_min = r.cancel_notice_min, move_notice_min = r.move_notice_min,
    max_holds_per_caller_hour = r.max_holds_per_caller_hour,
    max_holds_withheld_hour = r.max_holds_withheld_hour,
    max_held_min_per_day = r.max_held_min_per_day
FROM jsonb_populate_record(NULL::companies, $2) r
WHERE c.id = $1

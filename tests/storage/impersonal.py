"""The columns that can hold nothing about a customer, by table.

A column is personal and then stands in the core's view ``personal_data``, or it stands here.
"""

IMPERSONAL = {
    "absences": "calendar_id company_id ends_at id starts_at",
    "appointment_reservations": """
        announced asked_at blocks buffer_after_min buffer_before_min calendar_id call_id
        caller_token cancel_notice_min catalogue_version channel company_id
        compound_parent_token converted_to_appointment_id created_at dropped_at end_reason
        end_time ended_at ended_xid expires_at id is_compound made_xid off_catalogue
        offer_id origin part_number party person price_cents replaced_by_token
        reservation_token reserved_at segment_number service_id staff_id start_time status
        took_over total_parts total_segments unproven updated_at wished_staff_id
    """,
    "appointments": """
        booked_at call_id cancel_reason cancelled_at channel company_id customer_id
        ends_at id party reservation_token service_id staff_id starts_at status
    """,
    "audit_log": "action actor company_id happened_at id subject",
    "branches": "active company_id id key name subdivision",
    "busy_times": "calendar_id company_id ends_at id starts_at",
    "calendars": "active branch_id company_id id key kind name",
    "call_topics": "call_id company_id kept_at",
    "callbacks": "call_id company_id done_at id requested_at",
    "calls": """
        analyzed_at call_id channel cohort company_id ended_at first_seen_at holds_made id
        started_at withheld
    """,
    "closures": "branch_id company_id first_day id last_day reason",
    "combination_services": "combination_id company_id id service_id",
    "combinations": "company_id extra_cents extra_min id is_done",
    "comparisons": "company_id counted since",
    "company_counters": "company_id kind last_id",
    "companies": """
        cancel_notice_min catalogue_version created_at currency hold_ttl_s horizon_days
        human_hours human_number id keep_ended_days keep_events_days keep_names_days
        keep_said_days keep_unbooked_days locale max_alternatives max_held_min_per_day
        max_hold_age_s max_holds_per_caller_hour max_holds_withheld_hour max_new_callers_hour
        max_requests_per_min min_notice_min move_notice_min name needed_to_book
        same_staff_in_visit sandbox slot_step_min slug
        timezone tokens_sealed_from updated_at which_branch
    """,
    "directory": """
        company_id created_at expires_at key_hash kind last_used_at prefix revoked_at scopes
    """,
    "faults": "announced channel company_id happened_at id kind",
    "idempotency_keys": "company_id created_at http_status id key_hash payload_hash",
    "installation": "is_the_one secret_fingerprint since",
    "new_callers": "company_id is_rival since",
    "opening_hours": "branch_id closes_local company_id id opens_local staff_id weekday",
    "outbox": "actor company_id created_at delivered_at id kind payload xid",
    "outbox_cursors": "company_id read_through reader taken_by taken_until",
    "platform_secrets": "added_at company_id fingerprint platform sealed verified_at",
    "refused_wishes": "call_id company_id",
    "retention_marks": "company_id done_through what",
    "request_levels": "bucket level_s process told_at used_s",
    "rollout_settings": "company_id id name set_at value",
    "said_numbers": "appointment_id company_id",
    "segment_needs": "calendar_id company_id id need_number segment_id wanted",
    "segment_resources": "calendar_id company_id id segment_id",
    "service_segments": """
        company_id duration_min gap_after_max_min gap_after_min gap_name id name
        same_staff segment_number service_id
    """,
    "services": """
        active add_on buffer_after_min buffer_before_min category company_id gap_policy
        horizon_days id key min_notice_min name price_cents slot_step_min synonyms
        visit_order
    """,
    "signing_secrets": "carried_over company_id created_at id platform secret",
    "slotkeeper_migrations": "applied_at checksum kind name",
    "staff": "active branch_id calendar_id company_id id key name position",
    "staff_services": "company_id durations_min id price_cents service_id staff_id",
    "tool_calls": """
        answered_at call_id channel cohort company_id compound id reason refused_staff_id
        refused_start service_id status told_free told_free_staff took_ms tool wish
    """,
    "visit_appointments": "appointment_id company_id visit_token",
}

"""Bugs to plant into the core: each a change of a line or two, and what must find it."""

from __future__ import annotations

from dataclasses import dataclass

from slotkeeper.lab.proof.causes import LEFT_AFTER_S
from slotkeeper.storage.migration_files import FUNCTIONS

NO_CONSTRAINT = (
    "ALTER TABLE appointment_reservations DROP CONSTRAINT reservations_never_overlap;"
    "CREATE UNIQUE INDEX lead_once ON appointment_reservations (reservation_token)"
)


def changed(file: str, before: str, after: str) -> str:
    """A function's file with a change."""
    text = (FUNCTIONS / file).read_text("utf-8")
    assert before in text, f"{file}: the core has changed"
    return text.replace(before, after)


NO_LOCK = changed("10_enter.sql", "PERFORM pg_advisory_xact_lock(", "PERFORM abs(")
UNSORTED = changed("20_claims.sql", "ORDER BY c.calendar_id, c.starts_at", "ORDER BY random()")
# The clock as it was when the transaction began, before it waited for anything.
CLOCK_BEFORE_THE_WAIT = changed("10_enter.sql", "RETURN clock_timestamp();", "RETURN now();")
LATE = "interval '30 seconds'"
DEAD_IN_THE_WAY = changed(
    "20_claims.sql",
    "AND r.expires_at <= v_now\n      AND r.caller_token = ANY (p_tokens);",
    f"AND r.expires_at <= v_now - {LATE}\n      AND r.caller_token = ANY (p_tokens);",
)
LATE_HOUSEKEEPING = changed(
    "60_expire.sql",
    "    v_now timestamptz := clock_timestamp();\n    v_locked",
    f"    v_now timestamptz := clock_timestamp() - {LATE};\n    v_locked",
)
# The database itself refuses to free the time of an appointment that stands.
NO_GUARD = "DROP TRIGGER reservations_keep_booked_time ON appointment_reservations;"
ALL_FREED = changed(
    "50_end.sql",
    "          AND r.person = v_appointment.party;\n        INSERT INTO outbox",
    "          ;\n        INSERT INTO outbox",
)


# So that a proof of seconds has takeovers.
SHORT_SILENCE_S = 1
TAKEOVER = changed(
    "35_takeover.sql", "interval '90 seconds'", f"interval '{SHORT_SILENCE_S} seconds'"
)


def changed_takeover(before: str, after: str) -> str:
    """The takeover's file with a change, and with a short silence."""
    assert before in TAKEOVER, "35_takeover.sql: the core has changed"
    return TAKEOVER.replace(before, after)


@dataclass(frozen=True)
class Bug:
    """``before`` becomes ``after`` in a function's file; or ``sql`` is run. ``found_as`` any of.

    ``silence_s`` is how long a call must be silent until a newer one takes over what it holds.
    """

    name: str
    found_as: tuple[str, ...]
    file: str = ""
    before: str = ""
    after: str = ""
    sql: str = ""
    operations: int = 900
    silence_s: float = LEFT_AFTER_S

    def patch(self) -> str:
        """The SQL that plants it."""
        if self.sql:
            return self.sql
        return changed(self.file, self.before, self.after)


BUGS = (
    Bug("the constraint dropped", ("I1",), sql=NO_CONSTRAINT),
    Bug(
        "a plain insert",
        ("I10",),
        "20_claims.sql",
        "    ON CONFLICT DO NOTHING;\n",
        "    ;\n",
    ),
    Bug(
        "no company's lock",
        ("I1", "I3", "I6", "I10"),
        "10_enter.sql",
        "    PERFORM pg_advisory_xact_lock(",
        "    PERFORM abs(",
        operations=3_000,
    ),
    Bug(
        "no lock, and claims in no order",
        ("I1", "I3", "I6", "I10"),
        sql=NO_LOCK + UNSORTED,
        operations=3_000,
    ),
    Bug(
        "a compound that is not whole is kept",
        ("I5",),
        "20_claims.sql",
        "WHERE NOT c.option_number = ANY (v_whole));",
        "WHERE false);",
    ),
    Bug(
        "only a visit's first person gets an appointment",
        ("I5",),
        "40_convert.sql",
        "      AND r.caller_token = p_token\n    GROUP BY r.person ORDER BY r.person;",
        "      AND r.caller_token = p_token AND r.person = 1\n"
        "    GROUP BY r.person ORDER BY r.person;",
    ),
    Bug("cancelling one person frees the whole visit", ("I9",), sql=NO_GUARD + ALL_FREED),
    Bug(
        "a dead hold is converted",
        ("I1", "I4"),
        "40_convert.sql",
        "IF v_row.status = 'active' AND v_row.expires_at <= v_now THEN",
        "IF false THEN",
        operations=3_000,
    ),
    Bug(
        "a release frees another's hold",
        ("I2", "I12"),
        "50_end.sql",
        "          AND (r.caller_token = p_token\n",
        "          AND (r.service_id = (SELECT x.service_id FROM appointment_reservations x\n"
        "                               WHERE x.caller_token = p_token LIMIT 1)\n",
    ),
    Bug(
        "identity is not looked for",
        ("I6",),
        "30_reserve.sql",
        "     AND is_with_wished(r.company_id, r.caller_token, p_claims, o.option_number)\n",
        "     AND false\n",
    ),
    Bug(
        "the answer is not from the row",
        ("I11",),
        "30_reserve.sql",
        "SELECT w.* INTO reservation FROM whole_reservations w",
        "SELECT w.company_id, w.token, w.offer_id, w.status, w.call_id, w.channel,\n"
        "    w.customer_name, w.customer_phone, w.reserved_at, w.expires_at, w.ended_at,\n"
        "    w.end_reason, w.appointment_id, w.replaced_by_token, w.first_id, w.service_id,\n"
        "    w.person, w.staff_id, w.segments, w.starts_at + interval '5 minutes', w.ends_at,\n"
        "    w.asked_at, w.cancel_notice_min\n"
        "INTO reservation FROM whole_reservations w",
    ),
    Bug(
        "absences are not looked at",
        ("I13",),
        "25_blocked.sql",
        "AND a.ends_at > c.starts_at AND a.starts_at < c.ends_at\n",
        "AND false\n",
        operations=1_500,
    ),
    Bug(
        "a metric counts twice",
        ("I7",),
        "90_metrics.sql",
        "SELECT m.company_id, count(*), count(*) FILTER (WHERE is_compound),",
        "SELECT m.company_id, 2 * count(*), count(*) FILTER (WHERE is_compound),",
    ),
    Bug(
        "others are told twice",
        ("I7",),
        "40_convert.sql",
        "    RETURN v_made;\nEND $$;",
        "    INSERT INTO outbox (company_id, kind, payload, created_at)\n"
        "    VALUES (p_company.id, 'appointment.booked', '{}', p_now);\n"
        "    RETURN v_made;\nEND $$;",
    ),
    Bug(
        "extending shortens",
        ("I12",),
        "50_end.sql",
        "expires_at = greatest(r.expires_at, least(\n            v_now +",
        "expires_at = least(r.expires_at, least(\n            v_now + 0.01 *",
    ),
    Bug(
        "housekeeping is early",
        ("I4", "I12"),
        "60_expire.sql",
        "    v_now timestamptz := clock_timestamp();\n    v_locked",
        "    v_now timestamptz := clock_timestamp() + interval '4 seconds';\n    v_locked",
        operations=3_000,
    ),
    Bug("the dead stay in the way", ("I10",), sql=DEAD_IN_THE_WAY + LATE_HOUSEKEEPING),
    Bug(
        "a converted hold converts to a new appointment",
        ("I3", "I7", "I10"),
        "40_convert.sql",
        "    ELSIF v_row.status = 'converted' THEN\n",
        "    ELSIF v_row.status = 'converted' AND p_reacquire THEN\n"
        "        UPDATE appointments SET reservation_token = gen_random_uuid()\n"
        "        WHERE company_id = p_company_id AND reservation_token = p_token;\n"
        "        PERFORM complete(v_company, p_token, p_customer_name, p_customer_phone, v_now);\n"
        "        RETURN QUERY SELECT 'converted', appointments_of_visit(p_company_id, p_token),\n"
        "            NULL, v_now;\n"
        "    ELSIF v_row.status = 'converted' THEN\n",
    ),
    Bug(
        "takes over from a call that speaks",
        ("I2",),
        "35_takeover.sql",
        "interval '90 seconds'",
        "interval '0 seconds'",
        operations=1_500,
    ),
    *(
        Bug(
            name,
            ("I12",),
            sql=changed_takeover(before, after),
            silence_s=SHORT_SILENCE_S,
            operations=operations,
        )
        for name, before, after, operations in (
            ("a slot goes from call to call", "AND r.took_over IS NULL ", "", 3_000),
            (
                "any caller takes over",
                "AND c.caller_hash = p_caller_hash\n",
                "\n",
                900,
            ),
            (
                "another slot is taken over",
                "AND visit_of_rows(p_request.company_id, v_token) = visit_of_claims(p_claims, 1)\n",
                "\n",
                900,
            ),
            ("a takeover is not told", "'taken_over', p_now", "'not_chosen', p_now", 900),
        )
    ),
)

-- book: reserve and convert one option at once.
SELECT b.outcome, b.appointments, b.blocked_by, b.blocked_until
FROM core.book(p_request => $1::core.reservation_request /* with the company_id */,
               p_claims => $2::core.claim[],
               p_now => core.by($actor, $3::timestamptz), p_known => $4) b

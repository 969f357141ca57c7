-- write_faults: what broke.
SELECT core.write_faults(p_company_id => core.by($actor, $1::bigint),
                         p_codes => $2, p_channels => $3, p_happened => $4)

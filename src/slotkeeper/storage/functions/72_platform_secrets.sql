-- secrets_of: the secrets that a platform may sign with, the newest first, and those that are still
-- in clear: of them the former release took the newest two.
CREATE OR REPLACE FUNCTION secrets_of(p_company_id bigint, p_platform text)
RETURNS TABLE (fingerprint text, sealed bytea, added_at timestamptz, verified_at timestamptz,
    clear_id bigint, clear text)
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    RETURN QUERY
    SELECT s.fingerprint, s.sealed, s.added_at, s.verified_at, NULL::bigint, NULL::text
    FROM platform_secrets s
    WHERE s.company_id = p_company_id AND s.platform = p_platform
    UNION ALL
    SELECT NULL, NULL, newest.created_at, NULL, newest.id, newest.secret
    FROM (SELECT c.id, c.secret, c.created_at, c.carried_over FROM signing_secrets c
          WHERE c.company_id = p_company_id AND c.platform = p_platform
          ORDER BY c.id DESC LIMIT 2) newest
    WHERE NOT newest.carried_over
    ORDER BY 3 DESC, 5 DESC;
END $$;

-- carry_secret_over: keep a secret sealed that stands in clear, unless it was revoked meanwhile.
-- Older ones than the former release took are deleted: a revocation must not make them valid.
CREATE OR REPLACE FUNCTION carry_secret_over(
    p_company_id bigint, p_clear_id bigint, p_fingerprint text, p_sealed bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
DECLARE
    v_clear signing_secrets;
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    UPDATE signing_secrets SET carried_over = true
    WHERE company_id = p_company_id AND id = p_clear_id RETURNING * INTO v_clear;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO platform_secrets (company_id, platform, fingerprint, sealed, added_at)
    VALUES (p_company_id, v_clear.platform, p_fingerprint, p_sealed, v_clear.created_at)
    ON CONFLICT DO NOTHING;
    DELETE FROM signing_secrets WHERE company_id = p_company_id AND id < (
        SELECT min(newest.id) FROM (SELECT c.id FROM signing_secrets c
            WHERE c.company_id = p_company_id AND c.platform = v_clear.platform
            ORDER BY c.id DESC LIMIT 2) newest) AND platform = v_clear.platform;
END $$;

-- keep_secret: store a secret, or make one that is there the newest; false where p_most others are
-- there already.
CREATE OR REPLACE FUNCTION keep_secret(
    p_company_id bigint, p_platform text, p_fingerprint text, p_sealed bytea, p_most integer)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    IF (SELECT count(*) FROM platform_secrets s WHERE s.company_id = p_company_id
            AND s.platform = p_platform AND s.fingerprint <> p_fingerprint) >= p_most THEN
        RETURN false;
    END IF;
    INSERT INTO platform_secrets (company_id, platform, fingerprint, sealed)
    VALUES (p_company_id, p_platform, p_fingerprint, p_sealed)
    ON CONFLICT (company_id, platform, fingerprint) DO UPDATE
    SET sealed = excluded.sealed, added_at = excluded.added_at;
    RETURN true;
END $$;

-- revoke_secret: forget a secret, also where the former release reads it; false where it is not
-- there.
CREATE OR REPLACE FUNCTION revoke_secret(
    p_company_id bigint, p_platform text, p_fingerprint text, p_clear text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('slotkeeper.companies', ARRAY[p_company_id]::text, true);
    DELETE FROM signing_secrets
    WHERE company_id = p_company_id AND platform = p_platform AND secret = p_clear;
    DELETE FROM platform_secrets
    WHERE company_id = p_company_id AND platform = p_platform AND fingerprint = p_fingerprint;
    RETURN FOUND;
END $$;

-- update_company: set the columns that the keys of p_columns name. The names come from the file's
-- declaration, so a company's rule that is added there is written without a change here.
CREATE OR REPLACE FUNCTION update_company(p_company_id bigint, p_columns jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE (
        SELECT format(
            'UPDATE companies c SET (%1$s) = ROW(%2$s) '
            'FROM jsonb_populate_record(NULL::companies, $2) r WHERE c.id = $1',
            string_agg(quote_ident(name), ', '), string_agg('r.' || quote_ident(name), ', '))
        FROM jsonb_object_keys(p_columns) AS name)
    USING p_company_id, p_columns;
END $$;

-- expire_due: expire a batch of holds that are past their expiry, over all companies.
SELECT core.expire_due($1) AS expired

-- expire_due: end a batch of what is due, over all companies.
SELECT core.expire_due($1) AS expired

-- reserve: hold the options of one offer. One round trip, one transaction.
SELECT * FROM reserve($1::wish, $2, $3, $4::claim[], $5) /* company_id stands in the wish */

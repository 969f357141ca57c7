-- book: reserve and convert one option at once.
SELECT * FROM book($1::wish, $2, $3::claim[], $4) /* company_id stands in the wish */

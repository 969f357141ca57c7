-- book: reserve and convert one option at once.
SELECT * FROM book(p_wish => $1::wish /* with the company_id */, p_staff_wished => $2,
                   p_claims => $3::claim[], p_now => $4)

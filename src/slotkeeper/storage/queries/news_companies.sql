-- news_companies: the company_ids of those that have something to be told.
SELECT core.companies_with_news($1) AS company_ids

-- remove_combinations: delete all of a company's combinations, before those of its file are written.
DELETE FROM combinations WHERE company_id = $1

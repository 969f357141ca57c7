-- remove_absence: the calendar is to be had again.
SELECT * FROM remove_absence(p_company_id => $1, p_absence_id => $2)

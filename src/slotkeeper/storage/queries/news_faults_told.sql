-- news_faults_told: what news_faults_due has locked was told.
UPDATE faults SET announced = true WHERE company_id = $1 AND id = ANY ($2)

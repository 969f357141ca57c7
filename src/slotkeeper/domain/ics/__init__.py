"""Calendar files from elsewhere (iCalendar, RFC 5545), read only for when somebody is busy."""

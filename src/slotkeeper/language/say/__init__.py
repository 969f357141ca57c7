"""Speaking to callers: sentences, dates, times, prices and lists in one language."""

"""What happened in a day, a week or a month: gathered, written as a page, kept and mailed."""

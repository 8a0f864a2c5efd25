"""Papers as other programs take them: BibTeX, RIS, CSL-JSON, CSV and Markdown. Pure."""

"""PDFs to text and passages, each read in a confined process of its own."""

"""Files of texts for translators: written from units, read back, sorted, stored as drafts."""

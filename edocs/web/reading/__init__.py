"""Pages for reading: files, the document, lists, search, the queue of one person."""

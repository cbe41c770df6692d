"""Pages for registering incoming documents: the queue of arrived files, the form beside the pages, what follows."""

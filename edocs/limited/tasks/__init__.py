"""What the child does. Each task takes the file's path and the child's own folder (files for the caller go into
its subfolder `out`) and returns what JSON can carry. Nothing here is imported by the office's own processes."""

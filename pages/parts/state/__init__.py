"""What outlives a script run: links, the current run, uploads, caches, long work."""

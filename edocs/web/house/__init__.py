"""The house itself, for those who keep it: jobs, health, and the page where somebody leaves."""

"""Taking files in and registering what they hold."""

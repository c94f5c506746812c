"""Whether the installation is well: probes, checks, request times, the status page."""

"""A version of TLS that is none."""

from apirun import ClientSettings

client = ClientSettings(min_tls_version="1.5")

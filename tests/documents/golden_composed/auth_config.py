"""Settings of a token as text."""

from apirun import AuthSettings

AuthSettings(type="basic", name="a", config='{"password": "hunter2"}')

"""What each key of a file means, in one line for an editor."""

from typing import Mapping

__all__ = ["description"]


def description(of: str, key: str) -> str:
    """
    Return what *key* means.

    Args:
        of: The kind of mapping in which it stands.
        key: The key.

    Example:
        >>> description("Request", "url")
        'A template.'
    """
    # A down in its short form has the keys of a request.
    return _KEYS[of].get(key) or _KEYS["Request"][key]


_KEYS: Mapping[str, Mapping[str, str]] = {
    "StagesDocument": {
        "stages": "The stages, in any order that their dependencies allow.",
        "global": "What holds for all stages.",
        "apiVersion": "Optional; the version of this form.",
        "kind": "Optional; what this file is.",
    },
    "Entry": {
        "name": "Name of the stage; unique in this file.",
        "config_path": "The stage's config.yaml, relative to this file.",
        "depends_on": "Names of the stages that must have finished before.",
        "env": "Variables that this stage and all that depend on it see.",
        "env_from_stages": "What the stage relies on its dependencies to provide.",
        "condition": "A template; the stage is skipped when it renders to false.",
        "timeout": "For the whole stage, such as 300s or 1m30s.",
        "on_failure": (
            "What becomes of the other stages when this one fails; stop by default."
        ),
    },
    "EnvFromStage": {
        "stage": "A direct or indirect dependency.",
        "vars": "Names of variables that it provides.",
    },
    "Globals": {
        "env": "Variables that all stages see.",
        "wait_between_stages": "Rest after each stage; none by default.",
        "rollback_on_failure": (
            "Whether a failed run rolls back what it applied; false by default."
        ),
        "max_concurrent_stages": (
            "How many stages run at a time; 8 by default, 0 means no limit."
        ),
    },
    "Config": {
        "migrate_dir": (
            "Where the migrations are, relative to this file; by default here."
        ),
        "env": "Variables that only this stage sees.",
        "auth": "Named tokens, acquired when they are first needed.",
        "store": "Where the history is kept; by default SQLite beside the migrations.",
        "wait": "What is polled before the first request of the stage.",
        "client": "How the stage talks HTTP.",
        "logging": "What the command line logs.",
        "render_body": (
            "Whether bodies are templates unless they say otherwise; true by default."
        ),
        "delay_between_migrations": "Rest after each version; none by default.",
    },
    "AuthSettings": {
        "type": "basic, oauth2, pocketbase, api_key, or a registered one.",
        "name": "The name by which requests ask for the token.",
        "config": "Settings of the type; the values are templates.",
    },
    "StoreSettings": {
        "disabled": "Whether no history is kept; false by default.",
        "type": "sqlite by default, postgres, or a registered one.",
        "save_response_body": (
            "Whether the answers' bodies are kept; false by default."
        ),
        "table_prefix": "Put before the names of all tables.",
        "table_schema_migrations": "Name of the table of applied versions.",
        "table_migration_runs": "Name of the table of what was sent.",
        "table_stored_env": "Name of the table of captured variables.",
        "sqlite": "Settings of the type sqlite.",
        "postgres": "Settings of the type postgres.",
        "postgresql": "Settings of the type postgres.",
    },
    "Sqlite": {
        "path": "The database's file, relative to this file.",
    },
    "Postgres": {
        "dsn": "The whole address, instead of its parts.",
        "host": "Name or address of the server.",
        "port": "Port of the server.",
        "user": "Who connects.",
        "password": "Better taken from a process variable: {valueFromEnv: NAME}.",
        "dbname": "Name of the database.",
        "sslmode": "As libpq takes it.",
    },
    "FromVariable": {
        "valueFromEnv": "The process variable that holds the text.",
    },
    "WaitSettings": {
        "url": "What is polled.",
        "method": "GET by default.",
        "status": "The status that ends the wait; 200 by default.",
        "timeout": "How long to wait; 60s by default.",
        "interval": "Between two tries; 2s by default.",
        "headers": "A mapping, or a list of name and value.",
    },
    "ClientSettings": {
        "insecure": "Whether certificates are not verified; false by default.",
        "min_tls_version": "The oldest TLS version that is spoken.",
        "max_tls_version": "The newest TLS version that is spoken.",
        "ca_file": "Certificates that are trusted, relative to this file.",
        "cert_file": "Certificate of the client, relative to this file.",
        "key_file": "Its private key, relative to this file.",
        "timeout": "For one request; 30s by default.",
        "max_response_bytes": "The longest answer that is read; 10MiB by default.",
        "proxy": "URL of a proxy.",
        "retry": "How often, and how patiently, a request is tried again.",
    },
    "RetryPolicy": {
        "attempts": "Tries in all; 1 means no retry.",
        "backoff": "The wait before the second try, at most.",
        "max_backoff": "The longest wait before any try.",
    },
    "LoggingSettings": {
        "level": "The least that is logged; info by default.",
        "format": "How lines are written; text by default.",
        "color": "Whether lines are coloured on a terminal.",
        "masking": "Whether secrets are hidden.",
    },
    "Masking": {
        "enabled": "True by default.",
    },
    "Parsed": {
        "up": "What brings the change about.",
        "down": "What undoes it; without it the version can't be rolled back.",
        "probe": "Asks whether it is there already; GET or HEAD only.",
    },
    "Action": {
        "name": "A title for people.",
        "env": "Variables of this migration alone; templates are allowed.",
        "request": "What is sent.",
        "response": "What answer is accepted, and what is captured from it.",
        "poll": "A GET that is repeated until it holds.",
    },
    "PollFrame": {
        "request": "What is asked.",
        "until": "A template over what is captured; the poll ends when it is true.",
        "fail_if": "A template over what is captured; the poll fails when it is true.",
        "response": "What answer is accepted, and what is captured from it.",
        "interval": "Between two tries; 1s by default.",
        "timeout": "How long to poll; 60s by default.",
    },
    "Request": {
        "auth_name": "The token that is sent as Authorization.",
        "method": "The HTTP method.",
        "url": "A template.",
        "headers": "A mapping, or a list of name and value.",
        "queries": "A mapping, or a list of name and value.",
        "body": "Text, or values that are sent as JSON.",
        "body_file": "Instead of body: a file inside the stage's directory.",
        "render_body": "Whether the body is a template.",
        "timeout": "For this request.",
        "retry": "How often, and how patiently, it is tried again.",
        "idempotency_key": "Whether a key is sent that makes a second try harmless.",
    },
    "Response": {
        "result_code": "Accepted status codes: 201, 2xx, or a template.",
        "env_missing": "What happens when a capture finds nothing; skip by default.",
        "env_from": "Variables by name, each with the path of its value.",
    },
    "Down": {
        "name": "A title for people.",
        "auth": "Short for request.auth_name.",
        "env": "Variables of this rollback alone; templates are allowed.",
        "find": "A request before it, whose captures it sees.",
        "request": "What is sent; instead of the short form.",
        "response": "What answer is accepted; 2xx by default.",
    },
    "Declared": {
        "name": "Name of the variable: letters, digits and '_'.",
        "value": "Its value, a template.",
        "valueFromEnv": "The process variable that holds its value.",
        "secret": "Whether it is shown as *** everywhere; false by default.",
    },
    "Pair": {
        "name": "Its name.",
        "value": "Its value, a template.",
    },
    "Capture": {
        "path": "Where the value is in the answer, such as vpc.id or header:Location.",
        "secret": "Whether it is shown as *** everywhere; false by default.",
    },
}

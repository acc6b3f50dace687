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
        "depends_on": "Stages that must have finished before; none by default.",
        "env": "Variables that this stage and all that depend on it see.",
        "env_from_stages": "What the stage relies on its dependencies to provide.",
        "condition": (
            "A template; the stage is skipped when it renders to false. Without one it "
            "runs."
        ),
        "timeout": "For the whole stage, such as 300s or 1m30s; none by default.",
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
        "type": "sqlite by default, postgres, memory, or a registered one.",
        "save_response_body": (
            "Whether the answers' bodies are kept; false by default."
        ),
        "table_prefix": (
            "Put before the names of all tables, with an underscore; none by default, "
            "but the stage's name where stages share a database."
        ),
        "table_schema_migrations": (
            "Name of the table of applied versions; schema_migrations by default."
        ),
        "table_migration_runs": (
            "Name of the table of what was sent; migration_runs by default."
        ),
        "table_stored_env": (
            "Name of the table of captured variables; stored_env by default."
        ),
        "sqlite": "Settings of the type sqlite.",
        "postgres": "Settings of the type postgres.",
        "postgresql": "Another name for postgres.",
    },
    "Sqlite": {
        "path": (
            "The database's file, relative to this file; by default apirun.db beside "
            "the migrations."
        ),
    },
    "Postgres": {
        "dsn": "The whole address, as a URL or as libpq's words, instead of its parts.",
        "host": "Name or address of the server; by default libpq's.",
        "port": "Port of the server; 5432 by default.",
        "user": "Who connects; by default libpq's.",
        "password": "Better taken from a process variable: {valueFromEnv: NAME}.",
        "dbname": "Name of the database; by default libpq's.",
        "sslmode": "As libpq takes it; prefer by default.",
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
        "headers": "A mapping, or a list of name and value; none by default.",
    },
    "ClientSettings": {
        "insecure": "Whether certificates are not verified; false by default.",
        "min_tls_version": "The oldest TLS version spoken; by default OpenSSL's.",
        "max_tls_version": "The newest TLS version spoken; by default OpenSSL's.",
        "ca_file": (
            "Certificates that are trusted, relative to this file; those of certifi by "
            "default."
        ),
        "cert_file": "The client's own, relative to this file; none by default.",
        "key_file": (
            "Its private key, relative to this file; by default in cert_file, too."
        ),
        "timeout": "For one request; 30s by default.",
        "max_response_bytes": "The longest answer that is read; 10MiB by default.",
        "proxy": "URL of a proxy; none by default, whatever the process has set.",
        "retry": "How often, and how patiently, a request is tried again.",
    },
    "RetryPolicy": {
        "attempts": "Tries in all, 3 by default; 1 means no retry.",
        "backoff": "The wait before the second try, at most; 0.5s by default.",
        "max_backoff": "The longest wait before any try; 30s by default.",
    },
    "LoggingSettings": {
        "level": "The least that is logged; info by default.",
        "format": "How lines are written; text by default.",
        "color": "Whether lines are coloured; by default where a person reads them.",
        "masking": "Whether secrets are hidden.",
    },
    "Masking": {
        "enabled": "Whether secrets are shown as ***; true by default.",
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
        "auth_name": "The token that is sent as Authorization; none by default.",
        "method": "The HTTP method; GET by default in a probe, a poll or a find.",
        "url": "A template.",
        "headers": "A mapping, or a list of name and value; none by default.",
        "queries": "A mapping, or a list of name and value; none by default.",
        "body": "Text, or values that are sent as JSON; none by default.",
        "body_file": "Instead of body: a file inside the stage's directory.",
        "render_body": (
            "Whether the body is a template; by default as config.yaml says, or true."
        ),
        "timeout": "For one try of this request; by default the client's.",
        "retry": (
            "How often, and how patiently, it is tried again; by default as the "
            "client's, and taken instead of that as a whole."
        ),
        "idempotency_key": (
            "Whether a key is sent that makes a second try harmless; false by default."
        ),
    },
    "Response": {
        "result_code": (
            "Accepted status codes: 201, 2xx, or a template; by default any below 400, "
            "in a down any 2xx."
        ),
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
        "secret": (
            "Whether it is shown as *** everywhere; by default only what comes from a "
            "process variable, under a name such as password or token."
        ),
    },
    "Pair": {
        "name": "Its name.",
        "value": "Its value, a template.",
    },
    "Capture": {
        "path": "Where the value is in the answer, such as vpc.id or header:Location.",
        "secret": (
            "Whether it is shown as *** everywhere; by default only under a name such "
            "as password or token."
        ),
    },
    "api_key": {
        "value": "The whole value of the header.",
        "header": "Name of the header; Authorization by default.",
    },
    "basic": {
        "username": "Who signs in.",
        "password": "The password that belongs to it.",
    },
    "oauth2": {
        "token_url": "The token endpoint of the server.",
        "client_id": "Name of the client.",
        "grant_type": "How the token is got; client_credentials by default.",
        "client_secret": "The client's secret; empty by default, for a public client.",
        "client_auth": (
            "Where the client's secret is sent: as HTTP Basic in the header (default), "
            "or in the body."
        ),
        "scopes": "What is asked for, in a list or between blanks; none by default.",
        "audience": "What the token is for, where a server asks; none by default.",
        "username": "Who signs in; for the grant password.",
        "password": "The password that belongs to it; for the grant password.",
        "refresh_token": "The refresh token; for the grant of this name.",
    },
    "pocketbase": {
        "base_url": "Where the server is, without /api.",
        "password": "The password of who signs in.",
        "email": "Who signs in, by email.",
        "username": "Who signs in, by name; instead of email.",
        "type": "A superuser (admin, default), or a user of a collection (user).",
        "collection": (
            "The collection that it is in; by default _superusers for admin, users for "
            "user."
        ),
    },
}

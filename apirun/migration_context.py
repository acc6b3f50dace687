"""What a migration that is a Python callable is called with."""

import re
from typing import TYPE_CHECKING, Callable, Dict, Mapping

from apirun.capture import as_text, without_surrogates
from apirun.masking import Masker, is_secret_name
from apirun.state import Direction, StoredValue

if TYPE_CHECKING:
    import requests

__all__ = ["MigrationContext"]

NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")


class MigrationContext:
    """
    What a migration's callable is given: variables, a session, a place for captures.

    apirun makes it, and it holds for one call. What is asked of it comes best
    before the first thing that is done: a missing variable then leaves the
    version pending.

    Attributes:
        stage: Name of the stage.
        version: Version of the migration.
        direction: Whether its ``up`` or its ``down`` is called.
        variables: Texts by name, all that a template would see. A missing one
            raises `RenderError` with the nearest names.
        captures: What was captured so far, by name.

    Example:
        >>> def create_vpc(context: MigrationContext) -> None:
        ...     url = context.render("{{.api_base}}/vpcs")
        ...     wanted = {"cidr": context.variables["cidr"]}
        ...     answer = context.session.post(url, json=wanted)
        ...     answer.raise_for_status()
        ...     context.capture("vpc_id", answer.json()["id"])
        >>> vpc = Migration(version=1, name="create_vpc", up=create_vpc)
        >>> shown = {"api_base": api_base, "cidr": "10.0.0.0/16"}
        >>> stage = Stage(name="a", migrations=[vpc], env=shown, store=MemoryStore())
        >>> Migrator(stage).up().env["vpc_id"]
        'vpcs-1'
    """

    def __init__(
        self,
        *,
        stage: str,
        version: int,
        direction: Direction,
        variables: Mapping[str, str],
        render: Callable[[str], str],
        token: Callable[[str], str],
        session: "Callable[[], requests.Session]",
        masker: Masker,
    ) -> None:
        self.stage = stage
        self.version = version
        self.direction = direction
        self.variables = variables
        self.captures: Dict[str, StoredValue] = {}
        self._render = render
        self._token = token
        self._session = session
        self._masker = masker

    @property
    def session(self) -> "requests.Session":
        """
        A session of `requests` with the settings of the stage's ``client``.

        TLS, proxy, timeout, size of answers and the end of the stage hold for
        each of its requests; nothing is taken from the process, and nothing is
        sent a second time. What it sends is what apirun sees of the callable:
        when the callable raises, the fate of its requests decides whether the
        version is failed or unsettled. One thread at a time is served.

        Example:
            >>> def ask(context: MigrationContext) -> None:
            ...     context.session.get("http://127.0.0.1:8000/vpcs")
        """
        return self._session()

    def __repr__(self) -> str:
        return f"<MigrationContext {self.stage}/{self.version} {self.direction.value}>"

    def render(self, text: str) -> str:
        """
        Return a template rendered as those of requests are.

        Args:
            text: A Go template, such as ``{{.api_base}}/users``.

        Raises:
            RenderError: If it is no template, or a variable is missing.
            TypeError: If it is no text.

        Example:
            >>> def url(context: MigrationContext) -> str:
            ...     return context.render("{{.api_base}}/users")
        """
        if not isinstance(text, str):
            raise TypeError(f"a template is text, not {type(text).__name__}")
        return self._render(text)

    def token(self, name: str) -> str:
        """
        Return the header value of one of the stage's tokens, as ``{{.auth.NAME}}``.

        Args:
            name: What the stage's ``auth`` calls it.

        Raises:
            RenderError: If the stage has none of that name.
            AuthError: If it can't be acquired.

        Example:
            >>> def headers(context: MigrationContext) -> dict:
            ...     return {"Authorization": context.token("admin")}
        """
        return self._token(name)

    def capture(self, name: str, value: object, *, secret: bool = False) -> None:
        """
        Keep a value as a variable of the versions and stages that come after.

        It is recorded together with the outcome, once the callable returns.

        Args:
            name: Letters, digits and ``_``, no digit first.
            value: Text, or a JSON value: numbers and truth values become text,
                None empty text, lists and mappings compact JSON.
            secret: Whether it is shown as ``***`` everywhere; also so if its
                name says it, or a secret stands in it.

        Raises:
            ValueError: If the name is none that a template reaches, or a number
                is none that JSON has, such as NaN.
            TypeError: If the value is none that JSON has.

        Example:
            >>> def keep(context: MigrationContext) -> None:
            ...     context.capture("replicas", 3)
        """
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} is not the name of a variable: templates reach only "
                "letters, digits and '_', and no digit first"
            )
        # Half of a surrogate pair is read as it is in answers: no store can write it.
        text = without_surrogates(as_text(value))
        secret = secret or is_secret_name(name)
        if secret and text:
            self._masker.add(text)
        elif self._masker.mask(text) != text:
            secret = True
        self.captures[name] = StoredValue(text, secret)

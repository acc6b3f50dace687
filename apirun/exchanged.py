"""What listeners are told of a request and its answer: both without secrets."""

from contextlib import contextmanager
from typing import Callable, Iterable, Iterator, List, Optional, Tuple, TypedDict

from attrs import frozen

from apirun.durations import Stopwatch
from apirun.events import Exchanged
from apirun.exceptions import ApirunError, ExchangeError
from apirun.excerpt import excerpt
from apirun.http.wire import WireRequest, WireResponse
from apirun.masking import Masker

__all__ = ["ExchangeTeller", "Keep"]

Pairs = Tuple[Tuple[str, str], ...]
Keep = Callable[[WireResponse], WireResponse]
"""Takes an answer in, and returns it."""


class _Came(TypedDict):
    """What came of a request."""

    status: int
    answer_headers: Pairs
    answer: str
    tries: int
    reason: str


@frozen(kw_only=True)
class ExchangeTeller:
    """
    Tells of the requests of one stage, and of what came of each.

    Attributes:
        stage: Name of the stage.
        masker: Knows the secrets.
        emit: Gets the events; None if nobody wants to know.
    """

    stage: str
    masker: Masker
    emit: Optional[Callable[[Exchanged], None]] = None

    @contextmanager
    def telling(self, part: str, request: WireRequest, shown: str) -> Iterator[Keep]:
        """
        Tell of *request* when the block ends, by when secrets in its answer are known.

        The block gets a function to which it hands the answer.

        Args:
            part: Which part of the migration sends it.
            request: What is sent in the block.
            shown: Its method and URL, secrets masked.
        """
        came: List[WireResponse] = []

        def keep(response: WireResponse) -> WireResponse:
            came.append(response)
            return response

        if self.emit is None:
            yield keep
            return
        watch = Stopwatch()
        lost: Optional[ApirunError] = None
        try:
            yield keep
        except ApirunError as error:
            lost = error
            raise
        finally:
            self.emit(
                Exchanged(
                    stage=self.stage,
                    part=part,
                    request=shown,
                    headers=self._headers(request.headers),
                    body=self._body(request.body),
                    started_at=watch.started_at,
                    elapsed_s=watch.elapsed_s,
                    **self._came(came[0] if came else None, lost),
                )
            )

    def _came(
        self, response: Optional[WireResponse], lost: Optional[ApirunError]
    ) -> _Came:
        if response is not None:
            return {
                "status": response.status,
                "answer_headers": self._headers(response.headers.items()),
                "answer": excerpt(self.masker, response.shown),
                "tries": response.tries,
                "reason": "",
            }
        told = lost if isinstance(lost, ExchangeError) else None
        return {
            "status": told.status if told else 0,
            "answer_headers": (),
            "answer": "",
            "tries": told.tries if told else 1,
            "reason": self.masker.mask(str(lost)) if lost else "",
        }

    def _headers(self, pairs: Iterable[Tuple[str, str]]) -> Pairs:
        mask = self.masker.mask_header
        return tuple([(name, mask(name, value)) for name, value in pairs])

    def _body(self, body: Optional[bytes]) -> str:
        if not body:
            return ""
        try:
            return excerpt(self.masker, body.decode())
        except UnicodeDecodeError:
            return f"({len(body)} bytes)"

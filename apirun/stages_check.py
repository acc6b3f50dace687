"""The stages as a whole: what their documents come to."""

from typing import Mapping, Optional

from apirun.stages_view import StagesView
from apirun.validating import validate_stages
from apirun.validation import Validation

__all__ = ["StagesCheck"]


class StagesCheck(StagesView):
    """The stages as a whole: what their documents come to."""

    def validate(
        self, *, variables: Optional[Mapping[str, object]] = None
    ) -> Validation:
        """
        Return what can be told without sending, reading or writing anything.

        No history is opened: it is as if nothing had ever run. That the
        documents can be read was certain before, see `Raises` of the class.

        Args:
            variables: As in `up`.

        Returns:
            How much there is, which variables nothing provides, and what else
            a first run would be refused for.

        Example:
            >>> relied = Request("PUT", "{{.api_base}}/shops/{{.shop_id}}")
            >>> shop = Migration(version=1, name="open", up=relied, down=relied)
            >>> stage = Stage(
            ...     name="shop",
            ...     migrations=[shop],
            ...     depends_on=["network"],
            ...     store=MemoryStore(),
            ... )
            >>> orchestrator = Orchestrator([network, stage])
            >>> print(orchestrator.validate())
            2 stages, 2 migrations, all documents are in order.
            A run needs these variables by --var; nothing here sets them:
              shop_id  for shop/001_open; did you mean 'vpc_id'?
            >>> orchestrator.validate(variables={"shop_id": "s-1"}).ready
            True
        """
        return validate_stages(
            self._landscape(variables),
            source=self._origin.file if self._origin else "",
            warnings=self.warnings,
        )

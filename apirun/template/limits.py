"""How much one template may cost."""

from attrs import frozen

__all__ = ["Limits"]


@frozen(kw_only=True)
class Limits:
    """
    How much parsing and rendering one template may cost.

    What goes beyond is a clear `TemplateError`, never a hang.

    Attributes:
        nesting: Depth of parentheses and of ``if``, ``range``, ``with`` and
            ``block`` within each other.
        template_depth: How deep ``template`` may call ``template``.
        steps: Iterations, executed nodes and function calls of one rendering;
            a function is charged for the size of what it works on.
        output: Characters of the output, and of any one text on the way.

    Example:
        >>> from apirun.template import Limits, Template, TemplateError
        >>> few = Limits(output=1000)
        >>> try:
        ...     template = Template("{{range .ids}}{{.}}{{end}}", limits=few)
        ...     template.render({"ids": range(10**6)})
        ... except TemplateError as error:
        ...     print(error.line)
        1
    """

    nesting: int = 100
    template_depth: int = 100
    steps: int = 1_000_000
    output: int = 16 * 1024 * 1024

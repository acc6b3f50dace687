"""Finds what a template reads, without rendering it."""

from typing import FrozenSet, Iterable, Mapping, Optional, Sequence, Set, Tuple

from apirun.template.actions import Action, Branch, Invocation
from apirun.template.nodes import Chain, Dot, Field, Node, Pipe, Variable

__all__ = ["find_references"]

Path = Tuple[str, ...]


def find_references(trees: Mapping[str, Sequence[Node]], name: str) -> FrozenSet[Path]:
    """
    Return the chains of fields that the body *name* reads off its root.

    Args:
        trees: All bodies, by name.
        name: The body to start from. Bodies that get the root handed on with
            ``template`` are looked into as well.
    """
    finder = _Finder(trees)
    finder.enter(name)
    return frozenset(finder.found)


class _Finder:
    def __init__(self, trees: Mapping[str, Sequence[Node]]) -> None:
        self.found: Set[Path] = set()
        self._trees = trees
        self._entered: Set[str] = set()

    def enter(self, name: str) -> None:
        if name not in self._entered:
            self._entered.add(name)
            self._body(self._trees.get(name, ()), at_root=True)

    def _body(self, nodes: Optional[Iterable[Node]], *, at_root: bool) -> None:
        for node in nodes or ():
            if isinstance(node, Action):
                self._pipe(node.pipe, at_root=at_root)
            elif isinstance(node, Branch):
                self._pipe(node.pipe, at_root=at_root)
                stays = at_root and node.word == "if"
                self._body(node.body, at_root=stays)
                self._body(node.otherwise, at_root=at_root)
            elif isinstance(node, Invocation) and node.pipe is not None:
                self._pipe(node.pipe, at_root=at_root)
                if _is_root(node.pipe, at_root=at_root):
                    self.enter(node.name)

    def _pipe(self, pipe: Pipe, *, at_root: bool) -> None:
        for command in pipe.commands:
            for operand in command.operands:
                self._operand(operand, at_root=at_root)

    def _operand(self, node: Node, *, at_root: bool) -> None:
        if isinstance(node, Field):
            if at_root:
                self.found.add(node.path)
        elif isinstance(node, Variable):
            if node.name == "$" and node.path:
                self.found.add(node.path)
        elif isinstance(node, Chain):
            if isinstance(node.term, Pipe) and _is_root(node.term, at_root=at_root):
                self.found.add(node.path)
            self._operand(node.term, at_root=at_root)
        elif isinstance(node, Pipe):
            self._pipe(node, at_root=at_root)


def _is_root(pipe: Pipe, *, at_root: bool) -> bool:
    """Return whether the value of *pipe* is the root itself."""
    if len(pipe.commands) != 1 or len(pipe.commands[0].operands) != 1:
        return False
    operand = pipe.commands[0].operands[0]
    if isinstance(operand, Dot):
        return at_root
    return isinstance(operand, Variable) and operand.name == "$" and not operand.path

"""A question to the endpoint, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query as the protocol puts it."""

    text: str
    default_graphs: tuple[str, ...] = ()
    """The graphs that are asked where the query names none; none given leaves it to the query."""
    named_graphs: tuple[str, ...] = ()
    """The graphs that GRAPH can name."""
    accept: str = "*/*"
    """The Accept header: which forms of an answer are welcome."""

    @property
    def names_dataset(self) -> bool:
        """Whether the request says which graphs it is about; that counts before what FROM says."""
        return bool(self.default_graphs or self.named_graphs)


@dataclass(frozen=True, slots=True)
class Sketch:
    """Somebody asks for so much of the answer as a page shows."""

    question: Question
    rows: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Somebody asks how much the graph holds, for its description."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """Somebody asks for the page on which the graph can be explored."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question lies in a file, whole."""

    media: str
    size: int
    is_steady: bool
    """Whether the same graph gives the same answer at any time."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of an answer that a page shows."""

    text: str
    whole: str | None = None
    """The IRI, of which the text is a short form."""
    more: str | None = None
    """The query that tells more of what it stands for."""
    note: str | None = None
    """The language or the datatype, where there is one to tell."""


@dataclass(frozen=True, slots=True)
class Shown:
    """So much of an answer as a page shows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    is_whole: bool
    is_graph: bool = False
    """Whether it is triples, in three columns."""
    verdict: bool | None = None
    """The answer to an ASK."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a graph is called and how much it holds; the parts by IRI."""

    title: str
    graphs: tuple[tuple[str, int], ...]
    """Triples of each named graph."""
    classes: tuple[tuple[str, int], ...]
    """Instances of each class."""
    properties: tuple[tuple[str, int], ...]
    """Triples of each property."""
    triples: int
    entities: int
    subjects: int
    objects: int

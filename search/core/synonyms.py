"""Words that readers use for one another, applied to the question and never to the index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from search.core.analysis import CHAINS, Chain, Token, analyse, chain_of

# The stems of an expression, one for each of its words.
Terms = tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """Groups of expressions that mean the same, by language.

    `Synonyms({"fr": [["TDAH", "trouble du déficit de l'attention"]]})`: who types one of them
    finds the others too. Expressions of several words are found as phrases.
    """

    groups: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)

    def __add__(self, other: "Synonyms") -> "Synonyms":
        """All groups of both."""
        languages = self.groups.keys() | other.groups.keys()
        return Synonyms(
            {
                each: [*self.groups.get(each, ()), *other.groups.get(each, ())]
                for each in sorted(languages)
            }
        )

    def found_in(self, positions: Sequence[Sequence[Token]], locale: str) -> list[list[Terms]]:
        """For each position of a text, what else may be found in its place.

        `positions` holds the tokens of each position. A position within an expression of several
        words gets what may stand for the whole expression.
        """
        known = self._by_first_term[chain_of(locale)]
        others: list[list[Terms]] = [[] for _position in positions]
        for start in range(len(positions) if known else 0):
            for term in {token.term for token in positions[start]}:
                for expression, alternatives in known.get(term, ()):
                    run = positions[start : start + len(expression)]
                    if len(run) == len(expression) and all(
                        any(token.term == wanted for token in tokens)
                        for tokens, wanted in zip(run, expression, strict=True)
                    ):
                        for place in range(start, start + len(expression)):
                            others[place] += alternatives
        return [list(dict.fromkeys(each)) for each in others]

    @cached_property
    def _by_first_term(self) -> dict[Chain, dict[str, list[tuple[Terms, list[Terms]]]]]:
        """Chain → first term of an expression → the expression and its alternatives."""
        known: dict[Chain, dict[str, list[tuple[Terms, list[Terms]]]]] = {c: {} for c in CHAINS}
        for locale, groups in self.groups.items():
            for group in groups:
                expressions = [terms for text in group if (terms := _terms(text, locale))]
                for expression in expressions:
                    others = [each for each in expressions if each != expression]
                    if others:
                        entry = (expression, others)
                        known[chain_of(locale)].setdefault(expression[0], []).append(entry)
        return known


def _terms(text: str, locale: str) -> Terms:
    return tuple(tokens[0].term for tokens in by_position(analyse(text, locale)))


def by_position(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of each position, in order."""
    together: list[Token] = []
    for token in tokens:
        if together and token.position != together[0].position:
            yield together
            together = []
        together.append(token)
    if together:
        yield together

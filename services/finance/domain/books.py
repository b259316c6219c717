"""The books of a district, and in which of them the money of a custody account stands.

Money that lies in one bank account stands in one ledger account of one book, so that the bank's balance can be compared
with it. A month is closed in all books of a district together.
"""

from collections.abc import Callable, Mapping
from typing import Final

from policy.vocabulary import CustodyKind


def deposits_book(district: str) -> str:
    """Return the book of a district's deposits and of what lies in its owners' public accounts."""
    return f"deposits:{district}"


def fees_book(district: str) -> str:
    """Return the book of a district's fees."""
    return f"fees:{district}"


def maintenance_book(district: str) -> str:
    """Return the book of a district's maintenance funds."""
    return f"maintenance:{district}"


def revenue_book(district: str) -> str:
    """Return the book of a district's public revenue."""
    return f"public-revenue:{district}"


BOOK_OF_CUSTODY: Final[Mapping[CustodyKind, Callable[[str], str]]] = {
    CustodyKind.STREET_DESIGNATED: deposits_book,
    CustodyKind.OWNERS_PUBLIC: deposits_book,
    CustodyKind.DISTRICT_FINANCE_MAINTENANCE: maintenance_book,
    CustodyKind.HOUSING_AUTHORITY_MAINTENANCE: maintenance_book,
    CustodyKind.OWNERS_MAINTENANCE: maintenance_book,
    CustodyKind.TRUST_FUND: fees_book,
}


def books_of(district: str) -> tuple[str, ...]:
    """Return every book of a district."""
    return (deposits_book(district), fees_book(district), maintenance_book(district), revenue_book(district))

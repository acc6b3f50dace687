"""Tests of a shop's API, which stages have filled."""

from typing import Any, List

import pytest
import requests

from apirun import Environment, Migration, Request, Response
from apirun_pytest import Savepoint

RETURN = Migration(
    version=1,
    name="return_tea",
    up=Request(
        "POST",
        "{{.shop_url}}/returns",
        body={"order": "{{.order_id}}"},
        response=Response(result_code=[201], env_from={"return_id": "id"}),
    ),
    down=Request("DELETE", "{{.shop_url}}/returns/{{.return_id}}"),
)


def get(shop: Environment, path: str) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return what the shop answers."""
    response = requests.get(f"{shop['shop_url']}/{path}", timeout=10)
    response.raise_for_status()
    return response.json()


def returns_of(shop: Environment, return_id: str) -> List[Any]:
    """Return the returns with an id: one, or none."""
    found: List[Any] = get(shop, f"returns?id={return_id}")
    return found


def test_the_price_of_tea(shop: Environment) -> None:
    """Every worker sees what the stages captured."""
    assert get(shop, f"products/{shop['tea_id']}")["price"] == 4


@pytest.mark.parametrize("key", ["customer", "product"])
def test_the_order(shop: Environment, key: str) -> None:
    """The same order stands for all tests; variables are known by stage too."""
    order = get(shop, f"orders/{shop.stages['orders']['order_id']}")

    assert order[key] == {"customer": "ada", "product": shop["tea_id"]}[key]


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_return(shop: Environment, apirun_savepoint: Savepoint, attempt: int) -> None:
    """What a test applies on top is its own, and ends with it."""
    made = apirun_savepoint.up(RETURN, variables=shop)

    found = returns_of(shop, made["return_id"])

    assert [each["order"] for each in found] == [shop["order_id"]], attempt

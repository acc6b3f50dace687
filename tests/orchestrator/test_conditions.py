"""Whether a stage runs."""

import pytest

from apirun import RenderError


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ("true", True),
        ("false", False),
        ("{{eq .mode `on`}}", True),
        ("{{ne .mode `on`}}", False),
        ("{{.mode}} == 'on'", True),
        ("{{.mode}} != 'on'", False),
        ('{{success "a"}}', True),
        ('{{failed "a"}}', False),
        ('{{and (success "a") (not (failed "a"))}}', True),
        ('{{env "mode"}} == "on"', True),
    ],
)
def test_the_condition_decides(tree, condition, runs):
    """A false one skips the stage, which satisfies its dependents."""
    tree.write(
        {"a": [], "b": ["a"], "c": ["b"]},
        env={"api_base": tree.server.url, "mode": "on"},
        stage_b={"condition": condition},
    )

    result = tree.load().up()

    assert result.ok
    assert (["a1", "b1", "c1"] if runs else ["a1", "c1"]) == tree.server.standing
    assert ("applied" if runs else "skipped") == result.stages["b"].outcome.value
    status = tree.load().status().stages["b"].state.value
    assert ("up to date" if runs else "skipped") == status


@pytest.mark.parametrize("condition", ["maybe", "1", "", " {{.mode}} "])
def test_anything_else_is_an_error_before_anything_is_sent(tree, condition):
    """It is not guessed what a strange result may mean."""
    tree.write(
        {"a": [], "b": ["a"]},
        env={"api_base": tree.server.url, "mode": "on"},
        stage_b={"condition": condition or "{{if false}}x{{end}}"},
    )

    with pytest.raises(RenderError):
        tree.load().up()
    assert [] == tree.sent


def test_failed_sees_the_failure_of_this_run(tree):
    """A stage can be there for the case that another one fails."""
    tree.write(
        {"a": [], "repair": ["a"], "b": ["a"]},
        stage_a={"on_failure": "continue"},
        stage_repair={"condition": '{{failed "a"}}'},
        stage_b={"condition": '{{success "a"}}'},
    )
    tree.server.refuse["PUT a1"] = 500

    assert tree.load().up().ok
    assert ["repair1"] == tree.server.standing

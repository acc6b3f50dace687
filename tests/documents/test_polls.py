"""What is odd about a poll is told before it matters."""

import json

import pytest

from apirun.documents import dump_migration, load_directory, load_recorded

MADE = {"env_from": {"vm_id": "id", "zone": "zone"}}


def warnings(tmp_path, *, probe, **poll):
    """Return the warnings about a migration with that probe and that poll."""
    migration = {
        "up": {
            "request": {"method": "POST", "url": "/vms"},
            "response": MADE,
            "poll": {"request": {"url": "/vms/1"}, "until": "true", **poll},
        },
        **({"probe": {"request": {"url": "/vms"}, **probe}} if probe else {}),
    }
    (tmp_path / "001_vm.yaml").write_text(json.dumps(migration, indent=1))
    (tmp_path / "config.yaml").write_text("render_body: true\n")
    loaded = load_directory(str(tmp_path / "config.yaml"))
    return [problem.message for problem in loaded.warnings]


NEEDS_IT = {
    "url": {"request": {"url": "/vms/{{.vm_id}}"}},
    "env": {"request": {"url": "/vms/{{.env.vm_id}}"}},
    "query": {"request": {"url": "/vms", "queries": {"id": "{{.vm_id}}"}}},
    "until": {"until": '{{eq .vm_id "1"}}'},
    "fail_if": {"fail_if": '{{eq .vm_id "1"}}'},
}


@pytest.mark.parametrize("where", NEEDS_IT)
def test_a_probe_that_lacks_what_the_poll_needs_is_a_warning(tmp_path, where):
    """After a crash the poll could not be made, and that is told in good time."""
    (told,) = warnings(tmp_path, probe={"response": {}}, **NEEDS_IT[where])

    assert (
        "the poll needs 'vm_id', which the probe does not capture: after a crash it "
        "could not be polled. Add it to 'probe.response.env_from'"
    ) == told


@pytest.mark.parametrize("where", NEEDS_IT)
def test_a_probe_that_has_it_or_none_at_all_is_not(tmp_path, where):
    """A probe that captures it settles well; without one the up is sent again."""
    whole = {"response": {"env_from": {"vm_id": "id"}}}

    assert [] == warnings(tmp_path, probe=whole, **NEEDS_IT[where])
    assert [] == warnings(tmp_path, probe=None, **NEEDS_IT[where])


def test_the_body_of_a_poll_may_stand_in_a_file(tmp_path):
    """It is read, checked and recorded like that of any request."""
    poll = {"request": {"url": "/search", "body_file": "q.json"}, "until": "true"}
    (tmp_path / "q.json").write_text('{"id": "{{.vm_id}}"}')
    (tmp_path / "config.yaml").write_text("render_body: true\n")
    migration = {"up": {"request": {"method": "POST", "url": "/vms"}, "poll": poll}}
    (tmp_path / "001_vm.yaml").write_text(json.dumps(migration))

    (read,) = load_directory(str(tmp_path / "config.yaml")).stage.migrations
    recorded = load_recorded(dump_migration(read), 1, "001_vm")

    assert '{"id": "{{.vm_id}}"}' == read.poll.request.body
    assert read.poll.request.body == recorded.poll.request.body


def test_a_body_that_is_no_template_is_left_alone(tmp_path):
    """With ``render_body: false`` braces are only braces."""
    request = {"url": "/search", "body": "{{", "render_body": False}

    assert [] == warnings(tmp_path, probe={"response": {}}, request=request)

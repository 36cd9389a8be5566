"""A release's steps count as up once they have ended, so that no restart of what requires them runs them again; runs of a schedule do not, or no
timer would start the next one."""

from __future__ import annotations

from quadlet_projects import made, units_of


def test_what_is_waited_for_stays_up() -> None:
    """And nothing else: the head of the parameters' file says how a release is run anew, from its first step on."""
    units = {path.rpartition("/")[2]: text for path, text in units_of(made("python-web")).items()}
    kept = {name for name, text in units.items() if "RemainAfterExit=yes" in text}
    steps = {name for name, text in units.items() if "Type=oneshot" in text and "release" in name}
    assert kept == steps
    assert len(kept) == 2
    first = min(name.removesuffix(".container") for name in kept)
    assert f"`systemctl --user restart {first}`" in units["parameters.env.example"]


def test_a_timers_run_is_over_when_it_ends() -> None:
    """A unit that counts as up is not started again."""
    units = units_of(made("python-job"))
    assert not [name for name, text in units.items() if "RemainAfterExit" in text]

"""What Podman's generator makes of units with an environment's drop-ins over them is what it makes of units that were made for that environment alone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from overlay_projects import PRODUCTION, STAGING, made

from quadlet_generator import need_debian
from quadlet_projects import written
from speccompile.backends.quadlet import container
from speccompile.realise.quadlet.realisation import of_environment, realised, realised_over

_NEVER = "\nConditionPathExists=!/\n"


@pytest.mark.parametrize("name", ["staging", "production"])
def test_podman_makes_the_environment_of_it(name: str, tmp_path: Path) -> None:
    """The same command lines and the same order; what is not there in that environment has a condition that never holds."""
    system = made("quadlet", targets=("quadlet",), staging=STAGING, production=PRODUCTION)
    (there,) = [one for one in system.variants if one.name == name]
    units = written(system, tmp_path / "x")
    shutil.copytree(units / "overlays" / name, units, dirs_exist_ok=True)
    shutil.rmtree(units / "overlays")
    over = need_debian().generated(units, tmp_path / "over")
    assert over.said == ""
    alone = of_environment(realised_over(there.plan, system.plan), name)
    for one in alone.containers:
        text = container.emit(one, "quadlet", alone.settings, "quadlet").text
        (units / f"{one.name}.container").write_text(text, encoding="utf-8")
        shutil.rmtree(units / f"{one.name}.container.d", ignore_errors=True)
    made_alone = need_debian().generated(units, tmp_path / "alone")
    wanted = {one.name for one in alone.containers}
    for unit in wanted:
        mine, theirs = (_told(each.services / f"{unit}.service") for each in (over, made_alone))
        gone = {line for line in mine - theirs if line in ("After=shop-web_2.service", "Wants=shop-web_2.service")}
        assert mine - gone == theirs, unit
    absent = {path.stem for path in over.services.glob("*.service") if _NEVER in path.read_text("utf-8")}
    assert absent == {one.name for one in realised(system.plan).containers} - wanted
    assert need_debian().verified(over.services) == ""


def _told(service: Path) -> set[str]:
    """The lines of *service* that count; the generator gives Podman's options in another order each time."""
    lines = service.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if re.match(r"(ExecStart|After|Requires|Wants|Timeout|Restart)\w*=", line)]
    return {" ".join(sorted(line.split(" "))) if line.startswith("ExecStart=") else line for line in kept}

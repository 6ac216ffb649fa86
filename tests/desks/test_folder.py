"""A district's folder that the machine does not let be read is not told as damaged."""

from pathlib import Path

import pytest

from desks.folder import read_about, require_readable
from geodata.faults import UserError
from tests.geodata.exhausted import no_files_left


def test_a_district_on_a_machine_without_files_left_is_not_damaged(town_folder: Path) -> None:
    """A rebuild, which is advised for damage, would cost what was written since."""
    require_readable(town_folder)
    for read, faults in ((read_about, 1), (require_readable, 2)):
        with no_files_left(), pytest.raises(UserError, match="Too many open files") as caught:
            read(town_folder)
        assert len(caught.value.faults) == faults
        assert "Build" not in str(caught.value)
        assert "damaged" not in str(caught.value)
    require_readable(town_folder)

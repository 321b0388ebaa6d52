"""What changes do in another way than they once did. A history that began with the old way goes on with it.

Each name stands in the histories that know the new way, so it stays what it is. It is asked for only where the two ways
part: a change that never comes there has it not in its history.
"""

from typing import Final

TELLS: Final = "reports-to-its-cluster"
"""Changes that began before operators could answer them tell their cluster nothing."""

WAITS_ON: Final = "one-report-for-a-wait"
"""What is waited for is told once, not each time that it is looked at again."""

ANSWERED: Final = "an-answered-machine-is-held-no-more"
"""A machine that waits for its slot with the operator's word is not shown as held."""

WINDOW_CLOSES: Final = "a-window-that-closes-holds-workers"
"""Windows are asked for before each worker, not before the first machine alone."""

AFTER_FAILURES: Final = "careful-after-failures"
"""As long as none has gone well, machines go alone; a budget that the last machine of a stage spends counts too."""

LOOKS_AGAIN: Final = "looks-again-after-machines-left-service"
"""A plan that took machines out of service is followed by another, also if none was upgraded."""

CANCELLED: Final = "cancelled-is-aborted"
"""A change that is cancelled in Temporal ends as one that an operator aborts: nothing stays cordoned."""

BEGINS_ANEW: Final = "begins-anew-between-stages"
"""A change with a long history goes on with an empty one wherever nothing is under way, not only where it waits."""

IN_GROUPS: Final = "stages-in-groups"
"""Of a stage with very many operations, only so many are begun before those have ended."""

ADDONS: Final = "addons"
"""A plan's addons are applied; before, workers that knew of none passed them over."""

DRIFT: Final = "drift-is-shown"
"""What a daily look finds to differ from Git is shown; before, it was not looked for."""

EVERY_DAY: Final = "looks-at-a-cluster-every-day"
"""A cluster that is Ready is looked at once a day; one whose history began before, once it continues as new."""

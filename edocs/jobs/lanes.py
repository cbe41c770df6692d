"""Which queues there are."""

from enum import StrEnum


class Lane(StrEnum):
    """Queues of the broker: what people wait for is never behind what can wait."""

    NOW = "now"  #: somebody looks at the page until it is done
    INDEX = "index"  #: what was changed becomes findable
    READ = "read"  #: files are read after they came in
    LATER = "later"  #: scans, evidence, checks, cleaning

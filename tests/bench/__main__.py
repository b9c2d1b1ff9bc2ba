"""`make bench`: what the product costs, as ratios against bare work done in the same run on the same machine.

Figures are medians over rounds. Nothing here fails on a slow machine: it prints, people judge.
"""

import sys
import tempfile
from pathlib import Path

from tests.bench import configuration, footprint, loop
from tests.bench.table import Row, print_table
from tests.e2e.product import running_product

FLEET = 10


def main() -> int:
    """Run every measurement and print one table."""
    rows: list[Row] = configuration.measure()
    with tempfile.TemporaryDirectory(prefix="dsfleet-bench-") as folder, running_product(Path(folder)) as product:
        product.live_cameras(4, timeout_s=120)
        for count in (1, FLEET):
            rows += loop.measure(product, count)
        rows += footprint.measure(product)
    print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())

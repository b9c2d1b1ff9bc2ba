"""Where each input stands in an output picture; pure arithmetic."""

from dataclasses import dataclass

from deepstream_simulator.config import AppConfig

# Software encoding is dear: larger pictures are scaled down, keeping their shape.
_MAX_WIDTH, _MAX_HEIGHT = 640, 360
_DEFAULT_SIZE = (1280, 720)


@dataclass(frozen=True, slots=True)
class Tile:
    """One input's place, in pixels of the output picture."""

    source_id: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture and its tiles; every size is even and at least 2."""

    width: int
    height: int
    tiles: tuple[Tile, ...]


def tiled_layout(config: AppConfig) -> Layout:
    """All inputs in a grid, row by row."""
    tiler = config.tiler
    width, height = fit(tiler.width, tiler.height)
    rows, columns = max(tiler.rows, 1), max(tiler.columns, 1)
    tile_width, tile_height = even(width / columns), even(height / rows)
    count = config.live_sources.max_batch_size if config.live_sources else len(config.sources)
    tiles = (
        Tile(index, index % columns * tile_width, index // columns * tile_height, tile_width, tile_height)
        for index in range(min(count, rows * columns))
    )
    return Layout(width, height, tuple(tiles))


def single_layout(config: AppConfig, source_id: int) -> Layout:
    """One input fills the picture."""
    width, height = fit(config.mux.width, config.mux.height)
    return Layout(width, height, (Tile(source_id, 0, 0, width, height),))


def fit(width: int, height: int) -> tuple[int, int]:
    """The size, made small enough to encode; a missing one becomes 1280x720 first."""
    if not width or not height:
        width, height = _DEFAULT_SIZE
    scale = min(1.0, _MAX_WIDTH / width, _MAX_HEIGHT / height)
    return even(width * scale), even(height * scale)


def even(length: float) -> int:
    """The nearest even number below, at least 2: the encoder's colour planes have half the size."""
    return max(2, int(length) // 2 * 2)

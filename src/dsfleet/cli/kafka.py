"""`dsfleet kafka`: Apache Kafka on this machine for trying things out, its topics, and the published contracts."""

from pathlib import Path
from typing import Annotated

import typer

DOCUMENTED_SERVER = "127.0.0.1:9092"
"""The address in the AsyncAPI document that is kept as a file; a coordinator serves its own."""

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Fetch and run Apache Kafka; look at topics.")
topics_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List or create dsfleet's topics.")
app.add_typer(topics_app, name="topics")

Bootstrap = Annotated[
    str, typer.Option(envvar="DSFLEET_KAFKA", help="Kafka's addresses, host:port separated by commas.")
]


def _say(text: str) -> None:
    typer.echo(text, err=True)


@app.command()
def fetch() -> None:
    """Fetch Apache Kafka's jars with Maven into this user's cache, once, and print the folder.

    Needs mvn and the network, or Maven's settings for a mirror; running needs Java 17 or newer.
    """
    from dsfleet.transport.kafka_jars import fetch_jars

    typer.echo(fetch_jars(_say))


@app.command()
def run(
    data_dir: Annotated[Path, typer.Option(help="Where records and offsets are kept; made when missing.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port on 127.0.0.1.")] = 9092,
) -> None:
    """Run one Apache Kafka broker on loopback until Ctrl-C; it prints its address once it answers.

    One node, KRaft, no authentication: for trying things out and for tests, not for production.
    """
    import signal
    from threading import Event

    from dsfleet.transport.local_kafka import LocalKafka

    ended = Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    broker = LocalKafka(data_dir, port=port, progress=_say)
    with broker:
        typer.echo(broker.bootstrap)
        while broker.is_running and not ended.wait(1.0):
            continue
        if not ended.is_set():
            _say(f"Apache Kafka ended by itself; see {broker.log_file}")
            raise typer.Exit(1)
        _say("stopping Apache Kafka")


@topics_app.command("list")
def list_topics(bootstrap: Bootstrap = DOCUMENTED_SERVER) -> None:
    """Print dsfleet's topics: number, name, partitions, how records are kept, and whether Kafka has them."""
    from dsfleet.contracts.topics import ALL_TOPICS
    from dsfleet.transport.kafka_topics import partitions_by_name

    found = partitions_by_name(bootstrap)
    for topic in ALL_TOPICS:
        kept = topic.cleanup.value if topic.retention_ms is None else f"{topic.retention_ms // 60_000} min"
        count = found.get(topic.name)
        state = "missing" if count is None else "there" if count == topic.partitions else f"has {count} partitions"
        typer.echo(f"{topic.number}  {topic.name:<28}{topic.partitions:>3}  {kept:<10}{state}")


@topics_app.command("create")
def create_topics(
    bootstrap: Bootstrap = DOCUMENTED_SERVER,
    replication_factor: Annotated[int, typer.Option(min=1, help="Copies of each partition.")] = 1,
) -> None:
    """Create the topics that are missing, as a coordinator does at its start; existing ones are left alone."""
    from dsfleet.contracts.topics import ALL_TOPICS
    from dsfleet.transport.kafka_settings import Connection, KafkaOptions
    from dsfleet.transport.kafka_topics import TopicKeeper

    options = KafkaOptions(replication_factor=replication_factor)
    TopicKeeper(Connection(bootstrap, "dsfleet-cli", options)).ensure(ALL_TOPICS)
    _say(f"all {len(ALL_TOPICS)} topics are there")


@app.command()
def schemas(
    write: Annotated[Path, typer.Option(help="The folder to write into; files of the same names are replaced.")],
) -> None:
    """Write the published contracts: a JSON Schema per message, the envelope's, and the AsyncAPI document."""
    from dsfleet.contracts.schemas import contract_files

    write.mkdir(parents=True, exist_ok=True)
    for name, text in contract_files(DOCUMENTED_SERVER).items():
        (write / name).write_text(text)
        typer.echo(write / name)

"""`gongguan up`: the whole platform on one machine, from nothing to a page to look at, and back to nothing.

Order: hold the home → end what a killed run left → refuse a taken port → servers → migrations and demo data, unless
nothing changed since the last time → API and worker → say where to look → watch. Backwards on Ctrl-C, and also when anything on the way fails.
Migrations and demo data run as programs of their own, so that this process stays small and every step can be stopped.
"""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from ops.embedded import ports
from ops.embedded.servers import Addresses, Servers, started
from ops.home import held
from ops.preparation import is_prepared, note_prepared
from ops.reach import wanted_by
from ops.settings import Settings
from ops.stopping import Stop, StopAsked
from ops.supervisor import (
    SECONDS_TO_END,
    Program,
    Supervisor,
    Watched,
    answers,
    end_children_of_a_killed_run,
    ourselves,
)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What is run: programs to their end, one after the other, then programs that stay, side by side; and what to say.

    `is_prepared` says of a database whether the first programs have nothing left to do there, `note_prepared` that now
    they have not.
    """

    first: list[Program] = field(default_factory=list)
    is_prepared: Callable[[Addresses], bool] = lambda _: False
    note_prepared: Callable[[Addresses], None] = lambda _: None
    then: list[Program] = field(default_factory=list)
    welcome: Callable[[], str] = str
    seconds_to_end: float = SECONDS_TO_END


def the_whole_platform(settings: Settings, *, welcome: Callable[[], str]) -> Plan:
    """The plan of `gongguan up`."""
    first = [Program("The migration", "数据库迁移", ourselves("migrate"))]
    if settings.is_demo:
        first.append(Program("Loading the demo counties", "演示数据装载", ourselves("demo", "load")))
    return Plan(
        first=first,
        is_prepared=lambda servers: is_prepared(settings, servers.database_url),
        note_prepared=lambda servers: note_prepared(settings, servers.database_url),
        then=[
            Program("The API", "接口服务", ourselves("api"), ready=answers(settings.address, "/healthz")),
            # Readiness asks whether the clock has run, so it is the worker's.
            Program(
                "The worker", "后台服务", ourselves("worker"), ready=answers(settings.address, "/readyz")
            ),
        ],
        welcome=welcome,
    )


def bring_up(settings: Settings, plan: Plan, *, tell: Tell) -> None:
    """Run the plan until somebody asks to stop; returns when everything has ended. Raises Trouble."""
    tell_safely = _even_to_a_closed_terminal(tell)
    with Stop(again=lambda: tell_safely("正在停止，请稍候…… Still stopping …")) as stop:
        try:
            _run(settings, plan, stop=stop, tell=tell_safely)
        except StopAsked:
            tell_safely("已停止。 Stopped.")


def _run(settings: Settings, plan: Plan, *, stop: Stop, tell: Tell) -> None:
    with ExitStack() as stack:
        home = stack.enter_context(held(settings.home))
        end_children_of_a_killed_run(home)
        ports.refuse_taken(settings.port, variable="PORT", host=settings.host)
        servers = stack.enter_context(started(home, wanted_by(settings)))
        stop.look()
        if (home / "servers").is_symlink():
            tell(f"数据位于 Data live in {(home / 'servers').resolve()}")
        supervisor = stack.enter_context(Supervisor(home, stop, plan.seconds_to_end))
        stack.callback(lambda: tell("正在停止…… Stopping …"))
        if not plan.is_prepared(servers.addresses):
            for program in plan.first:
                supervisor.run(program)
            plan.note_prepared(servers.addresses)
        supervisor.start(plan.then)
        tell(plan.welcome())
        supervisor.watch(_watched(servers))


def _watched(servers: Servers) -> list[Watched]:
    return [Watched(server.name, server.name, server.process) for server in servers.started]


def _even_to_a_closed_terminal(tell: Tell) -> Tell:
    """Stopping must go on when the terminal we would report to is gone."""

    def tell_if_possible(text: str) -> None:
        with suppress(OSError):
            tell(text)

    return tell_if_possible

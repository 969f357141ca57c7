"""What the assembly builds of settings: routes, flags, traces and the mirror."""

import pytest
from opentelemetry.sdk.trace import TracerProvider

from slotkeeper.assembly import App, BadSetting, Settings
from slotkeeper.assembly.web import mirrored, rollout_of, web_app
from slotkeeper.metrics.tracing import Tracing
from slotkeeper.storage.store import Store
from tests.build import SECRET


def paths(app):
    """The paths that an application answers."""
    return {getattr(route, "path", "") for route in app.routes}


async def test_the_server_answers_every_room(store):
    """REST, health, metrics, the tools, and each voice platform have their routes."""
    routed = paths(web_app(App(Settings(), store)))
    for part in (
        "/metrics",
        "/v1/reservations",
        "/v1/tools",
        "/v1/retell",
        "/v1/vapi",
        "/v1/elevenlabs",
    ):
        assert any(path.startswith(part) for path in routed), part


async def test_the_settings_decide_who_is_served_with_holds(salon):
    """Switch, share and shadow reach the rollout."""
    served = {
        "on": Settings(),
        "off": Settings(holds_enabled=False),
        "shadow": Settings(shadow=True),
    }
    for cohort, settings in served.items():
        assert rollout_of(settings).cohort(salon.company, "call_1") == cohort
    assert rollout_of(Settings(rollout_percent=0)).cohort(salon.company, "call_1") == "off"


def test_a_flag_provider_that_cannot_be_imported_is_refused_by_name():
    """The message begins with the variable that names it."""
    with pytest.raises(BadSetting, match=r"^SLOTKEEPER_FLAG_PROVIDER: no\.such\.module:Flags: "):
        rollout_of(Settings(flag_provider="no.such.module:Flags"))


async def test_only_what_is_configured_is_traced(database):
    """Without an endpoint the database is not watched."""
    app = App(Settings(), Store(database, SECRET))
    web_app(app)
    assert app.db.watch is None
    tracing = Tracing(TracerProvider())
    web_app(app, tracing=tracing)
    assert app.db.watch == tracing.query


async def test_only_a_configured_redis_is_mirrored(store):
    """Without a URL there is no mirror; with one there is, whether Redis answers or not."""
    async with mirrored(App(Settings(), store)) as mirror:
        assert mirror is None
    async with mirrored(App(Settings(redis_url="redis://127.0.0.1:1"), store)) as mirror:
        assert mirror is not None

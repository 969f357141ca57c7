import pytest

from slotkeeper.assembly import App, BadSetting, Settings
from slotkeeper.assembly.web import web_app
from tests.build import a_company
from tests.metrics.exposed import of_company, samples, served

TOKEN = "a-token-for-prometheus"
# What proxies, platforms and browsers add to a request.
MARKS = """
Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Real-IP Via CF-Connecting-IP
True-Client-IP X-Client-IP X-Forwarded X-Forwarded-Port X-Forwarded-Server
X-Original-Forwarded-For Fly-Client-IP X-Amzn-Trace-Id X-Envoy-External-Address X-Azure-ClientIP
X-Cluster-Client-IP Fastly-Client-IP X-Request-Id Traceparent Origin Referer Cookie
""".split()


async def asked(http, **headers):
    """How ``/metrics`` is answered: the status, and what kind of text."""
    async with http.get("/metrics", headers=headers) as answer:
        return answer.status, answer.content_type


async def test_this_machine_needs_no_token(http):
    """Prometheus beside the server reads what there is."""
    async with http.get("/metrics") as answer:
        text = await answer.text()
    assert (answer.status, answer.content_type) == (200, "text/plain")
    assert "slotkeeper_up 1.0" in text


@pytest.mark.parametrize("header", MARKS)
async def test_what_came_through_a_proxy_is_not_local(http, header):
    """Behind a proxy on this machine everybody looks local."""
    answered = await asked(http, **{header: "127.0.0.1"})
    assert answered == (403, "application/problem+json")


@pytest.mark.parametrize("host", ["salon.example", "127.0.0.1.example", "metrics:80"])
async def test_a_foreign_name_for_this_machine_is_not_local(http, host):
    """A web page may point a name of its own at the loopback address."""
    assert (await asked(http, Host=host))[0] == 403


async def test_with_a_token_only_the_token_counts(store):
    """Not even this machine is answered without."""
    async with served(store, Settings(metrics_token=TOKEN)) as http:
        assert await asked(http) == (401, "application/problem+json")
        for wrong in (f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer", "ä"):
            assert (await asked(http, Authorization=wrong))[0] == 401
        assert (await asked(http, Authorization=f"Bearer {TOKEN}"))[0] == 200


async def test_with_a_token_a_proxy_may_stand_between(store):
    """Whoever has the token may be anywhere."""
    async with served(store, Settings(metrics_token=TOKEN)) as http:
        headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "192.0.2.1"}
        assert (await asked(http, **headers))[0] == 200


@pytest.mark.parametrize("token", [None, TOKEN])
async def test_a_companys_key_reads_its_own_figures(store, token):
    """From anywhere, with the setting or without; nothing of other companies or of the process."""
    salon, _ = [await a_company(store) for _ in range(2)]
    key = await store.directory.create_key(salon.id, ["metrics"])
    read = await store.directory.create_key(salon.id, ["read"])
    headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": "192.0.2.1"}
    async with served(store, Settings(metrics_token=token)) as http:
        async with http.get("/metrics", headers=headers) as answer:
            own = samples(await answer.text())
        assert (await asked(http, Authorization=f"Bearer {read}"))[0] == 403
        whole = {"Authorization": f"Bearer {token}"} if token else {}
        async with http.get("/metrics", headers=whole) as answer:
            assert "slotkeeper_build_info" in await answer.text()
    labels = [dict(labels) for _, *labels in own]
    assert {each.get("company") for each in labels} == {salon.company.slug, None}
    assert {name for name, *labels in own if not labels} == {"slotkeeper_up"}
    assert of_company(own, "slotkeeper_reservations_created_total", salon.company.slug) == 0


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        (("127.0.0.1", 1), 200),
        (("127.8.9.1", 1), 200),
        (("::1", 1), 200),
        (("::ffff:127.0.0.1", 1), 200),
        (("192.0.2.7", 1), 403),
        (("::ffff:192.0.2.7", 1), 403),
        (("10.0.0.1", 1), 403),
        (("not an address", 1), 403),
        (None, 403),
    ],
)
async def test_the_sockets_other_end_says_who_is_local(store, peer, status):
    """A loopback address in any of its forms, and nothing else."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/metrics", "client": peer}
    scope["headers"] = [(b"host", b"127.0.0.1:8788")]
    await web_app(App(Settings(), store))(scope, None, send)
    assert sent[0]["status"] == status


@pytest.mark.parametrize("token", ["short", "with a blank in it here", "not-ascii-äöüäöüäöüäöü"])
def test_a_token_that_is_none_is_refused_at_the_start(token):
    """The message names the setting."""
    with pytest.raises(BadSetting, match="SLOTKEEPER_METRICS_TOKEN"):
        Settings.from_environment({"SLOTKEEPER_METRICS_TOKEN": token})

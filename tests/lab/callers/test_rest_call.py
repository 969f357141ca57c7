"""The connection behind a conversation that somebody types."""

from slotkeeper.lab.callers.rest_call import patient_http
from tests.serving import serving


async def tell_the_port(scope, receive, send):
    """Answer with the client's own port: each connection has another."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(scope["client"][1]).encode()})


async def test_each_request_has_a_connection_of_its_own():
    """However long somebody thinks, no request goes to a connection that was closed meanwhile."""
    async with serving(tell_the_port) as address, patient_http() as http:
        ports = [await (await http.get(address)).text() for _ in range(3)]
    assert len(set(ports)) == 3

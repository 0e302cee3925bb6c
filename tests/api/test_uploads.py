"""Uploads: bounded by the bytes that are counted, in bounded memory, and nothing is left of a sender that goes away."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest
import uvicorn

from api.rest import uploads
from storage.tables import BatchFile, Blob, Job
from tests.api.face import Face, codes
from tests.intake.conftest import picture

MIB = 1024 * 1024


def opened(face: Face) -> str:
    made = face["reception"].ok("POST", "/api/v1/batches", json={"received_on": "2026-11-20"})
    return f"/api/v1/batches/{made['id']}"


def objects(face: Face) -> list[str]:
    return [name for name, _ in face.vault.store.names()]


def limited(face: Face, most: int) -> None:
    object.__setattr__(face.settings, "max_file_bytes", most)


def nothing_is_left(face: Face) -> None:
    assert not face.rows(BatchFile) and not face.rows(Blob) and not face.rows(Job) and not objects(face)
    assert not list((face.settings.blobs_dir / "unfinished").iterdir())


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_over_the_limit_is_refused_and_leaves_nothing(face: Face, announced: bool) -> None:
    url = opened(face)
    limited(face, 300_000)
    sent = []

    def stream() -> Iterator[bytes]:
        for _ in range(200):
            sent.append(65536)
            yield b"x" * 65536

    body = b"x" * 300_001 if announced else stream()
    answer = face["reception"].call("PUT", f"{url}/files/a.pdf", content=body)
    assert codes(answer) == (413, "upload_too_large") and "300000" in answer.json()["message"]["en"].replace(",", "")
    nothing_is_left(face)
    exact = face["reception"].ok("PUT", f"{url}/files/a.pdf", content=b"x" * 300_000)
    assert exact["seq"] == 1 and len(objects(face)) == 1


def test_memory_does_not_grow_with_the_file(face: Face) -> None:
    url = opened(face)

    def stream() -> Iterator[bytes]:
        for number in range(640):
            yield bytes([number % 256]) * 65536

    async def receive_all() -> None:
        """Feed the app without the test client, which would gather the body itself."""
        chunks = stream()
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            chunk = next(chunks, None)
            return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        person = face["reception"]
        headers = [(key.lower().encode(), value.encode()) for key, value in person.headers.items()]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "PUT", "scheme": "http",
            "path": f"{url}/files/big.pdf", "raw_path": f"{url}/files/big.pdf".encode(), "query_string": b"",
            "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        assert face.app is not None
        await face.app(scope, receive, send)
        assert sent[0]["status"] == 201, sent

    import asyncio

    tracemalloc.start()
    asyncio.run(receive_all())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del face.app.state.upload_lanes
    (file,) = face.rows(Blob)
    assert file.size == 640 * 65536 and peak < 16 * MIB, f"{peak / MIB:.1f} MiB for 40 MiB"


@pytest.fixture
def served(face: Face) -> Iterator[int]:
    """The app behind a real server; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert face.app is not None
    if hasattr(face.app.state, "upload_lanes"):
        del face.app.state.upload_lanes  # of the event loop of another test
    server = uvicorn.Server(uvicorn.Config(face.app, port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join(10)
    if hasattr(face.app.state, "upload_lanes"):
        del face.app.state.upload_lanes


def begin(face: Face, port: int, url: str, announced: int) -> socket.socket:
    """A connection that has announced a file and sent its first bytes."""
    line = socket.create_connection(("127.0.0.1", port))
    head = [f"PUT {url}/files/a.pdf HTTP/1.1", "Host: x", f"Content-Length: {announced}"]
    head += [f"{key}: {value}" for key, value in face["reception"].headers.items()]
    line.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + b"%PDF-1.7" + b"x" * 100_000)
    return line


def until(what, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def settled(face: Face) -> bool:
    """True if no upload begins or is under way for half a second: those that waited for a lane have had theirs."""
    for _ in range(10):
        if list((face.settings.blobs_dir / "unfinished").iterdir()):
            return False
        time.sleep(0.05)
    return True


def test_a_sender_that_goes_away_half_way_leaves_nothing(face: Face, served: int) -> None:
    url = opened(face)
    line = begin(face, served, url, 50_000_000)
    until(lambda: list((face.settings.blobs_dir / "unfinished").iterdir()))
    line.close()
    until(lambda: not list((face.settings.blobs_dir / "unfinished").iterdir()))
    nothing_is_left(face)
    assert face["reception"].ok("PUT", f"{url}/files/b.png", content=picture("form"))["seq"] == 1, (
        "the next one goes on"
    )


def test_a_sender_that_stalls_is_let_go(face: Face, served: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_STALL_SECONDS", 0.4)
    line = begin(face, served, opened(face), 50_000_000)
    line.settimeout(20)
    answer = line.recv(65536)
    while b"sender_stalled" not in answer:
        answer += line.recv(65536)
    assert b" 408 " in answer.split(b"\r\n")[0]
    line.close()
    until(lambda: not list((face.settings.blobs_dir / "unfinished").iterdir()))
    nothing_is_left(face)


def test_slow_senders_do_not_hold_up_anybody_else(face: Face, served: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """More slow uploads than the server has threads for requests: everything else is answered all the same."""
    url = opened(face)
    lines = [begin(face, served, url, 50_000_000) for _ in range(45)]
    until(lambda: len(list((face.settings.blobs_dir / "unfinished").iterdir())) >= uploads._LANES)
    with socket.create_connection(("127.0.0.1", served), timeout=10) as line:
        line.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b" 200 " in line.recv(4096).split(b"\r\n")[0]
    for line in lines:
        line.close()
    until(lambda: settled(face))
    nothing_is_left(face)


def test_a_batch_that_is_closed_takes_nothing_more(face: Face) -> None:
    batch = face.batch(picture("form"))
    before = objects(face)
    answer = face["reception"].call("PUT", f"/api/v1/batches/{batch['id']}/files/late.png", content=picture("form", 2))
    assert codes(answer) == (409, "batch_not_open") and objects(face) == before
    lost = face["reception"].call("PUT", "/api/v1/batches/unknown/files/a.png", content=b"x")
    assert codes(lost) == (404, "not_found") and objects(face) == before


def test_the_same_bytes_again_are_taken_and_linked(face: Face) -> None:
    url = opened(face)
    first = face["reception"].ok("PUT", f"{url}/files/a.png", content=picture("form"))
    again = face["reception"].ok("PUT", f"{url}/files/b.png", content=picture("form"))
    assert (first["rescan_of"], again["rescan_of"], again["seq"]) == (None, first["id"], 2)
    other = face.batch(picture("form"))
    assert other["files"][0]["rescan_of"] == first["id"] and other["filings"] == {"keying": 1}, (
        "never dropped in silence"
    )


def test_a_repeated_upload_under_a_key_is_one_file(face: Face) -> None:
    url = opened(face)
    key = {"Idempotency-Key": "scan-0001"}
    first = face["reception"].call("PUT", f"{url}/files/a.png", content=picture("form"), headers=key)
    again = face["reception"].call("PUT", f"{url}/files/a.png", content=picture("form"), headers=key)
    assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"
    assert len(face.rows(BatchFile)) == 1 and len(objects(face)) == 1
    other = face["reception"].call("PUT", f"{url}/files/a.png", content=picture("form", 5), headers=key)
    assert codes(other) == (422, "idempotency_key_reused") and len(objects(face)) == 1


def test_a_name_is_a_label_and_never_a_path(face: Face) -> None:
    url = opened(face)
    for sent, kept in (("..%5C..%5Cetc%5Cpasswd", "passwd"), ("%E5%B1%8A%0A.png", "届.png"), ("x" * 300, "x" * 200)):
        made = face["reception"].ok("PUT", f"{url}/files/{sent}", content=picture(sent[:5]))
        assert made["name"] == kept
    assert face["reception"].call("PUT", f"{url}/files/..%2F..%2Fx", content=b"x").status_code == 404

"""What stands round the screens: a cookie and a content policy for each browser, uploads from operators only, and
addresses for monitoring.

`streamlit run app.py` imports app.py, finds the application there, and serves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from altair.utils import schemapi
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.access import mark_of, may
from core.limits import Limits
from core.networks import default_queue
from pages.parts.server import health
from pages.parts.state import access, events, metrics

YEAR = 365 * 24 * 3600
AT_ONCE = 4 * 2**20  # bytes of a file: larger than nearly all that a page needs
CONTENT_POLICY = "; ".join(
    # Streamlit needs inline styles, and Vega evaluates expressions. Who may frame the page is for a proxy to say.
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)
"""Nothing on a page may come from another host, whatever a stranger's file has for names."""
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")


def routes() -> list[Route]:
    """Addresses for monitoring: `/ready` and `/metrics`."""
    return [Route("/ready", _ready), Route("/metrics", _metrics)]


def middleware() -> list[Middleware]:
    """What every request passes.

    Raises:
        InputError: where the environment or the secrets say something about roles or limits that cannot be read.
    """
    # A server that would let in the wrong people, or too much, should not start.
    access.configured_role()
    access.sign_in_is_configured()
    Limits.from_environment()
    events.configure()
    # Each part of a file waits for threads that compute: a page's seven megabytes, in parts of 64 kB, a hundred times.
    FileResponse.chunk_size = AT_ONCE
    # Tests check every chart against Vega-Lite's schema.
    schemapi.disable_debug_mode()
    queue = default_queue()
    queue.is_open = access.is_here
    queue.after_each.append(metrics.note_job)
    return [Middleware(ContentPolicy), Middleware(OwnerCookie), Middleware(UploadGate)]


class PageHeaders:
    """Adds headers to each page that a browser asks for; what they are, a subclass says."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def headers_for(self, scope: Scope) -> Callable[[MutableHeaders], None]:
        """What is done to the headers of the page that is asked for."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change the headers of what is a page; anything else passes as it is."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        change = self.headers_for(scope)

        async def send_changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                change(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, send_changed)


class OwnerCookie(PageHeaders):
    """Gives each browser a secret in a cookie that no script can read, so that a reload finds what is one's own."""

    def headers_for(self, scope: Scope) -> Callable[[MutableHeaders], None]:
        """Set the cookie where a page is asked for; one that is there lasts for another year."""
        secret = _secret(scope) or access.new_secret()

        def change(headers: MutableHeaders) -> None:
            headers.append("set-cookie", _cookie(secret, secure=_is_encrypted(scope)))
            # Nobody in between may hand one person's cookie to another.
            headers["cache-control"] = "private, no-cache"

        return change


class ContentPolicy(PageHeaders):
    """Sends each page with the policy by which a browser asks no other host for anything."""

    def headers_for(self, scope: Scope) -> Callable[[MutableHeaders], None]:  # noqa: ARG002 - the same for all
        """Add the policy where there is none yet."""

        def change(headers: MutableHeaders) -> None:
            headers.setdefault("content-security-policy", CONTENT_POLICY)

        return change


class UploadGate:
    """Takes files for the session of somebody who may upload, from the browser that has it, and of a known size."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or 413 in place of taking the file."""
        asked = _UPLOAD.search(scope["path"]) if scope["type"] == "http" else None
        refused = _refusal(scope, asked[1]) if asked and scope["method"] not in ("OPTIONS", "HEAD") else None
        if refused is not None:
            events.record("refused", "", about=f"upload, {refused.status_code}")
        await (refused or self.app)(scope, receive, send)


def _refusal(scope: Scope, session_id: str) -> Response | None:
    who = access.session(session_id)
    if who is None or not may(who.role, "upload"):
        return PlainTextResponse("This session may not upload.", 403)
    if who.browser and mark_of(_secret(scope) or "none") != who.browser:
        return PlainTextResponse("This session belongs to another browser.", 403)
    if scope["method"] == "DELETE":
        return None
    length = Headers(scope=scope).get("content-length", "")
    if not length.isdigit() or int(length) > Limits.from_environment().upload_bytes:
        return PlainTextResponse("The file is larger than this server takes, or does not say how large it is.", 413)
    return None


def _secret(scope: Scope) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load("; ".join(Headers(scope=scope).getlist("cookie")))
    except CookieError:
        return ""
    return access.secret_of(jar[access.COOKIE].value) if access.COOKIE in jar else ""


def _cookie(secret: str, *, secure: bool) -> str:
    plain = f"{access.COOKIE}={secret}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax"
    return f"{plain}; Secure" if secure else plain


def _is_encrypted(scope: Scope) -> bool:
    """Whether the browser asked through TLS, which a proxy may have ended."""
    return scope["scheme"] == "https" or Headers(scope=scope).get("x-forwarded-proto", "") == "https"


async def _ready(request: Request) -> Response:  # noqa: ARG001 - what a route is given
    problem = await run_in_threadpool(health.problem)
    body = {"ready": not problem, **({"problem": problem} if problem else {})}
    return Response(json.dumps(body), 503 if problem else 200, media_type="application/json")


async def _metrics(request: Request) -> Response:  # noqa: ARG001
    return Response(await run_in_threadpool(metrics.text), media_type=metrics.CONTENT_TYPE)

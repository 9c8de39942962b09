"""Streamlit's own sign-in against a provider of OpenID Connect that lets in whoever a test names."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from core.store import Store

from .conftest import watched
from .serving import free_port, serving
from .test_browser import open_page, settled

oidc_provider_mock = pytest.importorskip("oidc_provider_mock")

BOSS = "boss@example.org"
PEOPLE = {
    "operator": {"email": BOSS, "email_verified": True},
    "colleague": {"email": "colleague@example.org", "email_verified": True},
    # Some providers let people type in any address.
    "pretender": {"email": BOSS, "email_verified": False},
}
SECRETS = """
[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{secret}"
client_id = "hunch"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[tuple[str, Store]]:
    """A server with a sign-in, and its store."""
    folder, port = tmp_path_factory.mktemp("guarded"), free_port()
    people = [oidc_provider_mock.User(sub=name, claims=claims) for name, claims in PEOPLE.items()]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as provider:
        secrets, at = folder / "secrets.toml", f"http://localhost:{provider.server_port}"
        secrets.write_text(SECRETS.format(address=f"http://127.0.0.1:{port}", secret="s" * 32, provider=at))
        environment = {"STREAMLIT_SECRETS_FILES": str(secrets), access_variable(): BOSS}
        with serving(folder, port=port, **environment) as address:
            yield address, Store(str(folder))


def access_variable() -> str:
    from pages.parts.state.access import OPERATORS

    return OPERATORS


@contextlib.contextmanager
def signed_in(chromium: Any, address: str, name: str) -> Iterator[Any]:
    """A fresh browser, in which somebody has signed in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab = watched(context)
    open_page(tab, f"{address}/train")
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.get_by_role("button", name=name, exact=True).click(timeout=30_000)
    tab.get_by_role("button", name="Sign out").wait_for(timeout=60_000)
    open_page(tab, f"{address}/train")
    yield tab
    context.close()


def train_button(tab: Any) -> Any:
    return tab.get_by_role("button", name="Train", exact=True)


def test_whoever_is_not_signed_in_is_a_viewer_and_is_shown_the_way_in(chromium, guarded, tab):
    open_page(tab, f"{guarded[0]}/train")
    assert train_button(tab).is_disabled()
    tab.get_by_text("Training is for operators of this server. Sign in to get on.").wait_for()


@pytest.mark.parametrize("name", PEOPLE)
def test_only_a_verified_address_that_is_named_makes_an_operator(chromium, guarded, name):
    with signed_in(chromium, guarded[0], name) as tab:
        assert train_button(tab).is_enabled() == (name == "operator")
        assert (tab.get_by_text("You can look at what is published").count() == 0) == (name == "operator")


def test_what_is_one_s_own_follows_the_sign_in_into_another_browser_and_leaves_with_it(chromium, guarded):
    from .test_two_people import upload

    address, store = guarded
    with signed_in(chromium, address, "operator") as tab:
        digest = upload(tab, address, ("okapi", "quagga"))
    assert [name for name in store.names("owners") if digest in name]
    with signed_in(chromium, address, "operator") as tab:
        link = f"{address}/data?data=Your+own+pictures&upload={digest}"
        open_page(tab, link)
        tab.get_by_text("Only you can see these pictures").first.wait_for()
        # By way of the provider, which need not send anybody back.
        with tab.expect_navigation(timeout=60_000):
            tab.get_by_role("button", name="Sign out").click()
        open_page(tab, link)
        settled(tab)
        tab.get_by_text("their owner has not published them").first.wait_for()
        assert "okapi" not in tab.content()

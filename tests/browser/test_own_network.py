"""The way of somebody who brings a network: drop both files on Home, correct the order, open it, find the flaw."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.screens.test_own_network import OUTPUTS, network_of, pictures_of

from .test_browser import assert_healthy, link, open_page, settled


def test_a_network_and_a_zip_are_dropped_read_corrected_and_opened(server, tab, tmp_path):
    network_of(OUTPUTS).save(tmp_path / "net.keras")
    (tmp_path / "pictures.zip").write_bytes(pictures_of(40))
    open_page(tab, server)
    tab.get_by_text("Bring your own network and pictures").click()
    files = tab.locator("input[type=file]")
    files.nth(0).set_input_files(str(tmp_path / "net.keras"))
    tab.get_by_text("It takes 32 by 24 pixels, colour.").wait_for(timeout=60_000)
    files.nth(1).set_input_files(str(tmp_path / "pictures.zip"))
    tab.get_by_role("button", name="Use this order").click(timeout=60_000)
    tab.get_by_text("right on 100 of 100").wait_for(timeout=60_000)
    tab.get_by_role("button", name="Open it").click()
    tab.get_by_text("It is open.").wait_for(timeout=60_000)
    assert "run=" in link(tab)
    run = parse_qs(urlsplit(link(tab)).query)["run"]
    settled(tab)
    menu = tab.get_by_test_id("stSidebar").get_by_test_id("stPageLink-NavLink")
    addresses = menu.evaluate_all("links => links.map(link => link.href)")
    assert len(addresses) > 10
    assert all(parse_qs(urlsplit(address).query)["run"] == run for address in addresses)
    tab.locator(".st-key-main_own_diagnosis a").click()
    tab.get_by_role("heading", level=1, name="What is wrong with it?").wait_for(timeout=60_000)
    settled(tab)
    assert_healthy(tab)

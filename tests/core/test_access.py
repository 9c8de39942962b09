"""Nobody sees what belongs to somebody else, by whatever name it is asked for."""

from __future__ import annotations

import itertools
import json

import pytest

from core.access import (
    OwnedStore,
    delete,
    is_published,
    mark_of,
    may,
    owns,
    publish,
    require_room,
    unpublish,
    visible_to,
)
from core.errors import Damaged, InputError, LimitReached, NotAllowed
from core.limits import Limits
from core.store import Store, unsaved, write_or_retry

ANNA, BEN, EVE = (mark_of(name) for name in ("anna's secret", "ben's secret", "eve's secret"))


@pytest.fixture
def whole(tmp_path) -> Store:
    return Store(str(tmp_path / "root"))


@pytest.fixture
def anna(whole) -> OwnedStore:
    return OwnedStore.of(whole, ANNA, "operator")


@pytest.fixture
def ben(whole) -> OwnedStore:
    return OwnedStore.of(whole, BEN, "operator")


@pytest.fixture
def viewer(whole) -> OwnedStore:
    return OwnedStore.of(whole, EVE, "viewer")


def fill(store: OwnedStore) -> list[str]:
    names = ["films/a1.npz", "hunches/a1/7.json", "runs/a1.zip", "uploads/d1.zip"]
    for name in names:
        store.write(name, b"anna's")
    return names


def test_a_viewer_may_look_and_ask_and_nothing_else():
    actions = ("look", "ask", "train", "upload", "open", "publish", "delete")
    assert [action for action in actions if may("viewer", action)] == ["look", "ask"]
    assert all(may("operator", action) for action in actions)
    with pytest.raises(InputError):
        may("operator", "fly")
    with pytest.raises(InputError):
        may("admin", "look")


def test_who_sees_what():
    for role, made_by, published in itertools.product(("viewer", "operator"), (ANNA, BEN, ""), (True, False)):
        expected = published or made_by == ANNA or (made_by == "" and role == "operator")
        assert visible_to(ANNA, role, made_by=made_by, published=published) is expected


def test_a_mark_tells_nothing_of_its_secret():
    assert "anna" not in ANNA
    assert len({ANNA, BEN, EVE}) == 3
    with pytest.raises(InputError):
        mark_of("")
    with pytest.raises(InputError):
        OwnedStore.of(Store("memory://x"), "../other", "operator")


def test_one_has_what_one_wrote(anna):
    names = fill(anna)
    assert anna.names("") == names
    assert anna.names("runs") == ["runs/a1.zip"]
    assert all(anna.has(name) and anna.read(name) == b"anna's" for name in names)
    assert owns(anna, "a1")


def test_nobody_else_finds_a_trace_of_it(anna, ben, viewer):
    names = fill(anna)
    guesses = [*names, *(f"owners/{ANNA}/{name}" for name in names)]
    for other in (ben, viewer):
        for folder in ("", "runs", "films", "uploads", "hunches", "hunches/a1", "owners", f"owners/{ANNA}", ".hunch"):
            try:
                assert other.names(folder) == []
                assert other.files(folder) == []
            except KeyError:
                assert folder.startswith(("owners", ".hunch"))
        for name in guesses:
            with pytest.raises(KeyError):
                other.read(name)
            with pytest.raises(KeyError):
                other.load(name, bytes)
        assert not any(other.has(name) for name in names)
        assert not owns(other, "a1")
    with pytest.raises(InputError):
        ben.read(f"runs/../owners/{ANNA}/runs/a1.zip")


def test_two_people_with_the_same_inputs_keep_copies_of_their_own(anna, ben):
    anna.write("runs/a1.zip", b"with anna's title")
    ben.write("runs/a1.zip", b"with ben's title")
    assert (anna.read("runs/a1.zip"), ben.read("runs/a1.zip")) == (b"with anna's title", b"with ben's title")
    ben.remove("runs/a1.zip")
    assert anna.has("runs/a1.zip")


def test_what_is_published_is_seen_by_all_and_taken_back_by_its_owner_alone(whole, anna, ben, viewer):
    names = fill(anna)
    publish(anna, "a1")
    about = [name for name in names if "a1" in name]
    for other in (anna, ben, viewer):
        assert [name for name in other.names("") if "a1" in name] == about
        assert other.read("runs/a1.zip") == b"anna's"
    assert not viewer.has("uploads/d1.zip")
    assert is_published(viewer, "a1")
    for other in (ben, viewer):
        with pytest.raises(NotAllowed):
            unpublish(other, "a1")
        with pytest.raises(NotAllowed):
            delete(other, "a1")
    assert owns(anna, "a1")
    unpublish(anna, "a1")
    assert viewer.names("") == ben.names("") == []
    assert anna.names("") == names
    assert not is_published(anna, "a1")


def test_answers_about_a_published_run_stay_with_whoever_asked(anna, viewer, ben):
    fill(anna)
    publish(anna, "a1")
    viewer.write("hunches/a1/8.json", b"eve's")
    assert viewer.names("hunches/a1") == ["hunches/a1/7.json", "hunches/a1/8.json"]
    assert anna.names("hunches/a1") == ben.names("hunches/a1") == ["hunches/a1/7.json"]


def test_a_viewer_writes_no_runs_and_no_uploads_and_removes_nothing(anna, viewer):
    fill(anna)
    publish(anna, "a1")
    for name in ("runs/b.zip", "uploads/b.zip", "films/b.npz", "models/b.keras"):
        with pytest.raises(NotAllowed):
            viewer.write(name, b"x")
    with pytest.raises(NotAllowed):
        viewer.remove("runs/a1.zip")
    with pytest.raises(NotAllowed):
        publish(viewer, "a1")


def test_what_the_server_itself_has_is_for_operators_until_it_is_published(whole, anna, viewer):
    whole.write("runs/5e7.zip", b"from the command line")
    assert anna.read("runs/5e7.zip") == b"from the command line"
    assert viewer.names("runs") == []
    with pytest.raises(KeyError):
        viewer.read("runs/5e7.zip")
    publish(anna, "5e7")
    assert viewer.read("runs/5e7.zip") == b"from the command line"


def test_nothing_can_be_published_that_is_not_there(anna, ben):
    fill(anna)
    with pytest.raises(InputError):
        publish(ben, "a1")


def test_what_is_deleted_is_gone_whether_published_or_not(whole, anna):
    fill(anna)
    publish(anna, "a1")
    delete(anna, "a1")
    delete(anna, "d1")
    assert anna.names("") == whole.names("") == []


def test_one_person_may_keep_so_many_runs_and_bytes(anna, ben):
    limits = Limits(owner_runs=2, owner_bytes=2**20)
    anna.write("runs/a1.zip", bytes(400_000))
    require_room(anna, 400_000, limits)
    with pytest.raises(LimitReached, match="Delete"):
        require_room(anna, 700_000, limits)
    anna.write("runs/a2.zip", b"")
    with pytest.raises(LimitReached, match="2 runs"):
        require_room(anna, limits=limits)
    require_room(ben, 700_000, limits)
    publish(anna, "a1")
    require_room(anna, 700_000, limits)


def test_damage_is_found_through_the_eyes_of_an_owner_too(whole, anna):
    anna.write("hunches/a1/7.json", json.dumps([1]).encode())
    path = f"{whole.root}/owners/{ANNA}/hunches/a1/7.json"
    with open(path, "r+b") as file:
        file.seek(80)
        file.write(b"!")
    with pytest.raises(Damaged):
        anna.load("hunches/a1/7.json", json.loads)
    assert anna.names("") == []


def test_what_is_not_written_yet_is_its_owners_too(tmp_path):
    (tmp_path / "file").write_text("no folder")
    whole = Store(str(tmp_path / "file"))
    anna, ben = (OwnedStore.of(whole, owner, "operator") for owner in (ANNA, BEN))
    assert write_or_retry(anna, "runs/a1.zip", b"anna's")
    (tmp_path / "file").unlink()
    assert anna.read("runs/a1.zip") == b"anna's"
    assert unsaved(anna) == ["runs/a1.zip"]
    assert unsaved(ben) == []
    assert not ben.has("runs/a1.zip")
    anna.remove("runs/a1.zip")

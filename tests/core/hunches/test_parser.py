import pytest

from core.errors import InputError
from core.hunches import asks_in_general, hunches, parse_hunches

MEANT = {
    "It must be the background!": ("background_swapped", {}),
    "it must be the blue in the background": ("background_hue", {"colour": "blue"}),
    "it's the blue background": ("background_hue", {"colour": "blue"}),
    "I bet it is the snow": ("background_swapped", {}),
    "the colour of the background": ("background_grey", {}),
    "the color of the backdrop": ("background_grey", {}),
    "blur the background": ("background_blurred", {}),
    "make the background white": ("background_flat", {"colour": "white"}),
    "Maybe remove the labels": ("labels_removed", {}),
    "get rid of the price tags": ("labels_removed", {}),
    "there is a watermark": ("labels_removed", {}),
    "it only looks at the colour": ("colour_removed", {}),
    "black and white": ("colour_removed", {}),
    "it's the colour of the object": ("object_recoloured", {}),
    "it goes by the tint": ("object_recoloured", {}),
    "it depends on where the object stands": ("object_moved", {}),
    "remove the object": ("object_replaced", {"by": "nothing"}),
    "it's red": ("hue_turned", {"colour": "red"}),
    "the frame around the pictures": ("border_covered", {}),
    "crop the edges": ("border_cropped", {}),
    "lower left corner": ("rectangle_covered", {"x": 0.0, "y": 0.67, "width": 0.33, "height": 0.33}),
    "something in the corner at the top right": ("rectangle_covered", {"x": 0.67, "y": 0.0}),
    "cover the middle": ("rectangle_covered", {"x": 0.33, "y": 0.33}),
    "BGR and RGB are mixed up": ("channels_swapped", {}),
    "red and blue are swapped": ("channels_swapped", {}),
    "0-1 instead of 0-255": ("values_rescaled", {}),
    "the photos are too dark": ("brightness", {"factor": 2.0}),
    "it fails in the dark": ("brightness", {"factor": 0.5}),
    "washed out": ("contrast", {"factor": 0.5}),
    "out of focus": ("blur", {}),
    "too blurry": ("sharpening", {}),
    "grainy pictures": ("noise", {}),
    "jpeg quality 10": ("jpeg", {"quality": 10}),
    "shift by 20%": ("shift", {"share": 0.2}),
    "upside down": ("flip", {"way": "upside down"}),
    "rotate by 30 degrees": ("rotation", {"degrees": 30.0}),
    "turned by 45°": ("rotation", {"degrees": 45.0}),
    "maybe they are smaller": ("scale", {"factor": 0.7}),
    "only the shape matters": ("shape_only", {}),
    "it goes by texture alone": ("texture_only", {}),
    "high frequencies": ("high_frequencies", {}),
    "low frequencies": ("low_frequencies", {}),
}


@pytest.mark.parametrize("text", MEANT)
def test_what_people_say_is_understood(text):
    hunch, settings = MEANT[text]
    first = parse_hunches(text)[0]
    assert first.hunch == hunch
    assert settings.items() <= dict(first.settings).items()


@pytest.mark.parametrize(
    ("text", "hunch"),
    [("lables", "labels_removed"), ("the bakground", "background_swapped"), ("stikers", "labels_removed"),
     ("brightnes", "brightness"), ("rotatoin", "rotation")],
)  # fmt: skip
def test_spelling_mistakes_are_forgiven_and_admitted(text, hunch):
    first = parse_hunches(text)[0]
    assert first.hunch == hunch
    assert first.matched[0].guessed


@pytest.mark.parametrize("name", hunches())
def test_each_hunch_is_found_by_its_own_phrases(name):
    for phrase in hunches()[name].says:
        text = phrase.replace("{colour}", "green").replace("{place}", "lower right")
        best = parse_hunches(text, limit=30)
        assert name in [reading.hunch for reading in best if reading.score > 0.99 * best[0].score], phrase


def test_every_reading_has_valid_settings_and_says_what_it_understood():
    for text in [*MEANT, "rotate by 5000 degrees", "blue snow in the lower left corner, 30% and dark"]:
        for reading in parse_hunches(text, limit=30):
            hunches()[reading.hunch].Settings.of(**reading.settings)
            assert 0 < reading.score <= 1
            for item in reading.matched:
                assert f"“{item.typed}” as {item.meant}" in reading.sentence


def test_scores_fall():
    scores = [reading.score for reading in parse_hunches("the blue background", limit=30)]
    assert len(scores) > 2
    assert scores == sorted(scores, reverse=True)


def test_what_is_denied_is_left_out():
    first = parse_hunches("it's not the background, it's the label")[0]
    assert first.hunch == "labels_removed"
    assert first.unused == ("background (denied)",)
    assert parse_hunches("it is not the colour but the frame")[0].hunch == "border_covered"
    assert parse_hunches("not the background") == []


def test_words_that_nobody_knows_are_given_back():
    first = parse_hunches("quokka background")[0]
    assert first.hunch == "background_swapped"
    assert first.unused == ("quokka",)
    assert "Not used: quokka." in first.sentence


@pytest.mark.parametrize("text", ["", "   ", "?!", "quokka zeppelin", "I think it is the", "12", "é 漢字"])
def test_nothing_is_made_up(text):
    assert parse_hunches(text) == []


def test_a_value_out_of_bounds_turns_no_dial():
    first = parse_hunches("rotate by 5000 degrees")[0]
    assert first.hunch == "rotation"
    assert first.settings == {}
    assert "5000 degrees" in first.unused


def test_the_same_text_in_capitals_and_curly_quotes_means_the_same():
    assert parse_hunches("IT’S THE BLUE BACKGROUND")[0].hunch == "background_hue"


def test_no_more_readings_than_asked_for():
    assert len(parse_hunches("the blue background", limit=2)) == 2
    with pytest.raises(InputError):
        parse_hunches("background", limit=0)


def test_every_unit_of_a_sentence_is_either_used_or_given_back():
    reading = parse_hunches("the blue quokka in the background at 30 degrees")[0]
    told = {item.typed for item in reading.matched} | set(reading.unused)
    assert {"blue", "quokka", "background"} <= told


def test_a_general_question_is_no_hunch_and_one_that_names_a_thing_is():
    assert asks_in_general("Is it cheating?")
    assert asks_in_general("what's wrong with it")
    assert not asks_in_general("is it cheating by the background?")
    assert not asks_in_general("xyzzy")

"""Settings: said on the command line, else in the environment, else the default."""

from pathlib import Path

from careworth import config


def test_the_order_in_which_settings_count() -> None:
    said = {"CAREWORTH_DATA": "there", "CAREWORTH_ENGINE": "spark://host:7077"}
    assert config.read({}) == config.Config(Path("careworth-data"), None)
    assert config.read(said) == config.Config(Path("there"), "spark://host:7077")
    assert config.read(said, Path("here"), "postgresql://x") == config.Config(Path("here"), "postgresql://x")
    assert config.read(said, Path("here")).engine == "spark://host:7077"


def test_what_is_set_to_nothing_is_not_set() -> None:
    assert config.read({"CAREWORTH_DATA": "", "CAREWORTH_ENGINE": ""}) == config.read({})


def test_facts_lie_in_the_folder_of_data() -> None:
    assert config.read({}, Path("here")).facts == Path("here/facts")


def test_every_setting_explains_itself() -> None:
    assert [one.variable for one in config.SETTINGS] == ["CAREWORTH_DATA", "CAREWORTH_ENGINE"]
    assert all(one.help.endswith((".", "...")) for one in config.SETTINGS)

"""What cannot be read is kept, listed, exported, mended and read again, and the account stays exact."""

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from cli_runs import answer, refused, run

COLUMNS = '[columns]\nexternal_id = "id"\nauthor = "who"\nsent_at = "at"\ntext = "words"\n'
ISO = f'{COLUMNS}[constants]\ninbound = "true"\n'
GERMAN = f'{ISO}[time]\nformat = "%d.%m.%Y %H:%M"\nzone = "Europe/Berlin"\n'
TWCS = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rows of one way to write dates and two of another, one of them with a line break in it."""
    path = tmp_path_factory.mktemp("table") / "table.csv"
    path.write_text(
        "id,who,at,words\n"
        "1,kim,2025-01-01T10:00:00Z,plain\n"
        "2,kim,01.02.2025 10:00,other\n"
        '3,kim,02.02.2025 10:00,"two\nlines, and a comma"\n'
        "4,kim,2025-01-02T10:00:00Z,plain\n"
    )
    return path


@pytest.fixture(scope="module")
def facts_of_table(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its facts, read with a mapping that knows only the first way."""
    folder = tmp_path_factory.mktemp("letters")
    account = answer("ingest", table, "--mapping", _mapping(folder, ISO), "--data", folder / "data")
    assert (account["received"], account["stored"], account["skipped"]) == (4, 2, {"bad-date": 2})
    return folder / "data"


@pytest.fixture
def data(facts_of_table: Path, tmp_path: Path) -> Path:
    """A copy of its facts."""
    return shutil.copytree(facts_of_table, tmp_path / "data")


def _mapping(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text)
    return path


def _facts(data: Path) -> dict[str, Any]:
    """What doctor says of the facts, once it says that all figures agree."""
    facts: dict[str, Any] = answer("doctor", "--data", data)["facts"]
    assert facts["problems"] == []
    assert facts["received"] == facts["stored"] + facts["duplicates"] + sum(facts["skipped"].values())
    return facts


def test_they_are_listed_with_their_place_and_reason(table: Path, data: Path) -> None:
    letters = answer("dead-letters", "--data", data)
    assert [(letter["line"], letter["reason"]) for letter in letters] == [(3, "bad-date"), (4, "bad-date")]
    assert {(letter["batch"], letter["source"]) for letter in letters} == {(1, str(table))}
    assert answer("dead-letters", "--batch", 2, "--data", data) == []
    told = run("dead-letters", "--data", data).stdout
    assert told.startswith("2 dead letters") and "bad-date" in told and "comma" not in told


def test_a_mended_mapping_brings_them_back(data: Path, tmp_path: Path) -> None:
    assert _facts(data)["pending_dead_letters"] == 2
    (account,) = answer("replay", "--mapping", _mapping(tmp_path, GERMAN), "--data", data)
    assert (account["received"], account["stored"], account["skipped"]) == (2, 2, {})
    facts = _facts(data)
    assert (facts["pending_dead_letters"], facts["stored"], facts["batches"]) == (0, 4, 2)
    rows = answer("rows", "messages_in", "--data", data)
    assert [row["moment"] for row in rows][2:] == ["2025-02-01T09:00:00Z", "2025-02-02T09:00:00Z"]
    assert answer("dead-letters", "--data", data) == []
    assert len(answer("dead-letters", "--all", "--data", data)) == 2


def test_what_fails_again_stays_a_dead_letter_until_nothing_is_left(tmp_path: Path) -> None:
    table, data = tmp_path / "table.csv", tmp_path / "data"
    table.write_text("id,who,at,words\n1,kim,01.02.2025 10:00,a\n2,kim,2025/02/02 10:00,b\n")
    answer("ingest", table, "--mapping", _mapping(tmp_path, ISO), "--data", data)
    german = ("replay", "--mapping", _mapping(tmp_path, GERMAN), "--data", data)
    assert "received 2 = stored 1 + duplicates 0 + skipped 1" in run(*german).stdout
    assert _facts(data)["pending_dead_letters"] == 1
    assert [letter["batch"] for letter in answer("dead-letters", "--data", data)] == [2]
    last = ("replay", "--mapping", _mapping(tmp_path, GERMAN.replace("%d.%m.%Y", "%Y/%m/%d")), "--data", data)
    (account,) = answer(*last)
    assert account["stored"] == 1 and _facts(data)["pending_dead_letters"] == 0
    assert "There are no dead letters to replay." in refused(*last)
    assert "of batch 1 to replay" in refused(*last, "--batch", 1)


def test_a_mapping_that_does_not_fit_changes_nothing(data: Path, tmp_path: Path) -> None:
    before = _facts(data)
    wrong = _mapping(tmp_path, GERMAN.replace('"at"', '"when"'))
    told = refused("replay", "--mapping", wrong, "--data", data)
    assert "1-table.csv has no column 'when'" in told and not re.search(r"careworth-replay-", told)
    assert "a mapping is needed" in refused("replay", "--data", data)
    assert _facts(data) == before


def test_exported_files_can_be_ingested_with_the_mended_mapping(data: Path, tmp_path: Path) -> None:
    exported = answer("dead-letters", "--export", tmp_path / "mend", "--data", data)
    assert exported == {"dead_letters": 2, "files": [str(tmp_path / "mend" / "1-table.csv")]}
    with (tmp_path / "mend" / "1-table.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["2", "3"] and rows[1]["words"] == "two\nlines, and a comma"
    mapping = _mapping(tmp_path, GERMAN)
    assert answer("ingest", tmp_path / "mend", "--mapping", mapping, "--data", data)["stored"] == 2
    _facts(data)


def test_a_cut_line_is_exported_mended_by_hand_and_ingested(tmp_path: Path) -> None:
    lines = [
        "2,Acme,False,Tue Oct 31 22:11:00 +0000 2017,yes,,1\n",
        '3,77,True,Tue Oct 31 22:12:00 +0000 2017,"thanks\n',
    ]
    path = tmp_path / "tweets.csv"
    path.write_text(TWCS + "1,77,True,Tue Oct 31 22:10:47 +0000 2017,@Acme help,,\n" + "".join(lines))
    data = tmp_path / "data"
    account = answer("ingest", path, "--data", data)
    assert (account["received"], account["stored"], sum(account["skipped"].values())) == (3, 2, 1)
    told = run("dead-letters", "--export", tmp_path / "mend", "--data", data).stdout
    file = tmp_path / "mend" / "1-tweets.csv"
    assert told == f"1 dead letter in {file}.\n" and file.read_text() == TWCS + lines[1]
    file.write_text(file.read_text().replace('"thanks', "thanks,,2"))
    assert answer("ingest", file, "--data", data)["stored"] == 1
    assert answer("measures", "messages_per_conversation", "--data", data)[0]["rows"][0]["total"] == 3
    _facts(data)


def test_nothing_to_list_and_nothing_to_export(twcs_data: Path, tmp_path: Path) -> None:
    words = ("dead-letters", "--data", twcs_data)
    assert run(*words).stdout == "There are no dead letters.\n"
    assert run(*words, "--export", tmp_path / "no").stdout == "There are no dead letters to export.\n"
    assert answer(*words, "--export", tmp_path / "no") == {"dead_letters": 0, "files": []}
    assert not (tmp_path / "no").exists()


def test_a_folder_that_cannot_be_written_to(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    words = ("dead-letters", "--data", data, "--export", tmp_path / "file" / "below")
    assert "cannot be written to: Not a directory." in refused(*words)


def _post(number: int, **more: object) -> dict[str, Any]:
    known = {"id": str(number), "text": "hello", "author_id": "5", "conversation_id": str(number)}
    return {**known, "created_at": "2025-01-01T10:00:00.000Z", **more}


def test_a_format_that_cannot_be_read_again_keeps_no_other_back(table: Path, tmp_path: Path) -> None:
    """A batch of two formats: posts with lines that were cut, and a tweet of a bad date; then a table."""
    data, tweets = tmp_path / "data", tmp_path / "tweets.csv"
    for number in (1, 2):
        lines = f"{json.dumps(_post(number))}\n{json.dumps(_post(number + 10))[:40]}\n"
        (tmp_path / f"{number}.jsonl").write_text(lines)
    tweets.write_text(f"{TWCS}1,77,True,long ago,help,,\n")
    answer("ingest", *tmp_path.glob("*.jsonl"), tweets, "--brand", "acme", "--data", data)
    answer("ingest", table, "--mapping", _mapping(tmp_path, ISO), "--data", data)
    words = ("replay", "--mapping", _mapping(tmp_path, GERMAN), "--brand", "acme", "--data", data)
    result = run(*words, "--json", code=2)
    assert sorted(account["stored"] for account in json.loads(result.stdout)) == [0, 2]
    assert result.stderr.startswith("Batch 1, x-v2, stays as it was:")
    assert "careworth-replay-" not in result.stderr
    left = [(letter["batch"], letter["reason"]) for letter in answer("dead-letters", "--data", data)]
    assert left[:2] == [(1, "bad-json")] * 2 and [reason for _, reason in left[2:]] == ["bad-date"]


def test_json_over_several_lines_is_exported_one_record_a_line(tmp_path: Path) -> None:
    posts = [_post(1), _post(2, created_at="yesterday"), _post(3, created_at=None)]
    (tmp_path / "posts.json").write_text(json.dumps(posts, indent=2))
    data = tmp_path / "data"
    account = answer("ingest", tmp_path / "posts.json", "--brand", "acme", "--data", data)
    assert (account["stored"], sum(account["skipped"].values())) == (1, 2)
    answer("dead-letters", "--batch", 1, "--export", tmp_path / "mend", "--data", data)
    lines = (tmp_path / "mend" / "1-x-v2.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == posts[1:]
    assert [one["received"] for one in answer("replay", "--brand", "acme", "--data", data)] == [2]


def test_posts_of_an_x_archive_come_back_when_its_account_is_named(tmp_path: Path) -> None:
    def post(number: int, date: str) -> dict[str, Any]:
        return {"tweet": {"id_str": str(number), "created_at": date, "full_text": "hello"}}

    posts = [post(1, "Tue Oct 31 22:10:47 +0000 2017"), post(2, "later"), post(3, "never")]
    folder = tmp_path / "archive" / "data"
    folder.mkdir(parents=True)
    (folder / "tweets.js").write_text("window.YTD.tweets.part0 = " + json.dumps(posts))
    account = [{"account": {"username": "acme", "accountId": "5"}}]
    (folder / "account.js").write_text("window.YTD.account.part0 = " + json.dumps(account))
    data = tmp_path / "data"
    assert answer("ingest", tmp_path / "archive", "--data", data)["skipped"] == {"bad-date": 2}
    answer("dead-letters", "--export", tmp_path / "mend", "--data", data)
    file = tmp_path / "mend" / "1-tweets.js"
    file.write_text(re.sub("later|never", "Tue Oct 31 22:10:48 +0000 2017", file.read_text()))
    assert answer("ingest", file, "--brand", "acme", "--data", data)["stored"] == 2


def test_a_table_that_is_not_utf_8_keeps_its_letters(tmp_path: Path) -> None:
    latin = '[file]\nencoding = "latin-1"\n'
    table = tmp_path / "table.csv"
    table.write_bytes(
        "id,who,at,words\n1,Zoë,02.02.2025 10:00,größer\n2,Zoë,2025-02-02T10:00,größer\n".encode("latin-1")
    )
    data = tmp_path / "data"
    answer("ingest", table, "--mapping", _mapping(tmp_path, ISO + latin), "--data", data)
    (account,) = answer("replay", "--mapping", _mapping(tmp_path, GERMAN + latin), "--data", data)
    assert account["stored"] == 1
    assert {row["author"] for row in answer("rows", "messages_in", "--data", data)} == {"Zoë"}

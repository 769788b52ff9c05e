import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from network_files import read, store

from careworth.errors import FormatError
from careworth.intake.formats._source import find_sources
from careworth.intake.formats.x_archive import XArchive

FORMAT = XArchive()
ACCOUNT = [{"account": {"username": "OurShop", "accountId": "88", "email": "x@example.org"}}]


def script(name: str, content: Any, part: int = 0) -> bytes:
    return f"window.YTD.{name}.part{part} = {json.dumps(content, indent=2)}".encode()


def tweet(number: int, **change: Any) -> dict[str, Any]:
    inner = {
        "id": f"190000000000000000{number}",
        "id_str": f"190000000000000000{number}",
        "full_text": f"answer {number} &amp; more",
        "created_at": "Thu Mar 13 08:05:09 +0000 2025",
        "retweeted": False,
        "in_reply_to_status_id_str": "1899999999999999999",
        "lang": "en",
    }
    return {"tweet": inner | change}


def conversation(name: str, *messages: dict[str, Any]) -> dict[str, Any]:
    return {"dmConversation": {"conversationId": name, "messages": list(messages)}}


def created(number: str, sender: str) -> dict[str, Any]:
    inner = {
        "id": number,
        "senderId": sender,
        "recipientId": "0",
        "text": "hi",
        "createdAt": "2025-03-13T08:05:09.250Z",
    }
    return {"messageCreate": inner}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    store(data / "account.js", script("account", ACCOUNT))
    store(data / "tweets.js", script("tweets", [tweet(1), tweet(2)]))
    store(data / "follower.js", script("follower", [{"follower": {"accountId": "5"}}]))
    store(data / "direct-messages.js", script("direct_messages", [conversation("77-88", created("1", "77"))]))
    return data


def test_posts_are_outbound_by_the_owner(folder: Path) -> None:
    got = read(FORMAT, folder / "tweets.js", "somebodyelse")
    assert [(m["external_id"], m["author"], m["brand"], m["inbound"]) for m in got.messages] == [
        ("1900000000000000001", "OurShop", "OurShop", False),
        ("1900000000000000002", "OurShop", "OurShop", False),
    ]
    assert {m["parent_external_id"] for m in got.messages} == {"1899999999999999999"}
    assert got.messages[0]["text"] == "answer 1 & more"


def test_direct_messages_have_the_side_of_their_sender(folder: Path) -> None:
    name = {"conversationNameUpdate": {"name": "x"}}
    listed = [
        conversation("77-88", created("2", "88"), name, created("1", "77")),
        conversation("88-99", created("3", "99")),
    ]
    path = store(folder / "direct-messages.js", script("direct_messages", listed))
    got = read(FORMAT, path)
    assert [(m["external_id"], m["author"], m["inbound"], m["thread_hint"]) for m in got.messages] == [
        ("2", "OurShop", False, "77-88"),
        ("1", "77", True, "77-88"),
        ("3", "99", True, "88-99"),
    ]
    assert all(m["private"] and m["brand"] == "OurShop" for m in got.messages)
    (other,) = got.rejected
    assert (other.reason, json.loads(other.raw)) == ("not-a-post", name)
    assert b"conversationNameUpdate" in path.read_bytes().split(b"\n")[other.line]


def test_everything_else_in_an_archive_is_passed_over(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for path in sorted(folder.iterdir()):
            target.write(path, f"twitter-2025/data/{path.name}")
    for given in (folder, archive):
        sources = find_sources([given])
        assert len(sources) == 4 and all(FORMAT.claims(source) for source in sources)
        counts = {source.name: read(FORMAT, source).received for source in sources}
        assert counts == {"account.js": 0, "direct-messages.js": 1, "follower.js": 0, "tweets.js": 2}


def test_rejected_posts_can_be_read_again(folder: Path) -> None:
    listed = [
        tweet(1),
        tweet(2, created_at="soon"),
        tweet(3, full_text="RT @anna: x"),
        tweet(4, id_str=None, id=5e18),
    ]
    path = store(folder / "tweets.js", script("tweets", listed, part=1))
    got = read(FORMAT, path)
    assert [one.reason for one in got.rejected] == ["bad-date", "retweet", "bad-id"]
    lines = path.read_bytes().split(b"\n")
    for one in got.rejected:
        assert lines[one.line - 1].strip() == b"{" and b'"tweet"' in lines[one.line]
        again = read(FORMAT, store(folder / "again.js", got.chunks[0].header + one.raw))
        assert again.reasons == {one.reason: 1}


def test_of_an_edited_post_the_latest_version_is_kept(folder: Path) -> None:
    ids = [f"190000000000000000{n}" for n in (1, 2)]
    edit = {"edit": {"initialTweetId": ids[0], "editControlInitial": {"editTweetIds": ids}}}
    listed = [
        tweet(3, in_reply_to_status_id_str=ids[0]),
        tweet(2, edit_info=edit),
        tweet(1, edit_info={"initial": {"editTweetIds": ids[:1]}}),
    ]
    got = read(FORMAT, store(folder / "tweets.js", script("tweets", listed)))
    assert (got.ids, got.reasons) == (["1900000000000000003", ids[1]], {"edited": 1})
    assert got.messages[0]["parent_external_id"] == ids[1]


def test_older_archives_do_not_wrap_their_posts(folder: Path) -> None:
    path = store(folder / "tweet.js", script("tweet", [tweet(1)["tweet"]]))
    assert read(FORMAT, path).ids == ["1900000000000000001"]


def test_empty_archive_is_no_error(folder: Path) -> None:
    assert read(FORMAT, store(folder / "tweets.js", b"window.YTD.tweets.part0 = [ ]")).received == 0


def test_without_account_js_one_brand_tells_whose_posts_they_are(folder: Path) -> None:
    (folder / "account.js").unlink()
    got = read(FORMAT, folder / "tweets.js", "ourshop")
    assert {m["author"] for m in got.messages} == {"ourshop"}
    for brands in ((), ("ourshop", "other")):
        with pytest.raises(FormatError, match=r"no account\.js"):
            read(FORMAT, folder / "tweets.js", *brands)
    with pytest.raises(FormatError, match=r"no account\.js"):
        read(FORMAT, folder / "direct-messages.js", "ourshop")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"var x = 5",
        b'{"tweet": {}}',
        b"window.YTD.tweets.part0 = [{",
        b"window.YTD.tweets.part0 =",
    ],
)
def test_broken_scripts_are_refused(folder: Path, content: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        read(FORMAT, store(folder / "tweets.js", content))
    assert caught.value.hint


def test_recorded_archive(shared_data: Path) -> None:
    data = shared_data / "social-json" / "x-archive" / "data"
    got = {source.name: read(FORMAT, source) for source in find_sources([data])}
    assert {name: one.received for name, one in got.items()} == {
        "account.js": 0,
        "follower.js": 0,
        "following.js": 0,
        "profile.js": 0,
        "tweets.js": 7,
    }
    tweets = got["tweets.js"]
    assert tweets.reasons == {}
    assert {m["author"] for m in tweets.messages} == {"sample_owner"}
    assert tweets.ids[:2] == ["1627031510961881104", "1627019761948819471"]
    assert tweets.messages[0]["parent_external_id"] == tweets.ids[1]

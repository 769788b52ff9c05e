"""Events of the Jetstream, made up, written to standard output at a rate: the load of the stream benchmark.

One in ten is a request to the brand, one in ten answers an earlier post; the rest is talk.
"""

import sys
import time

_TALK = (
    "lovely day at the beach with friends, the water was warm and the food even better",
    "just watched the new film, what a ride, would see it again tomorrow",
    "selamat pagi semua, semoga hari ini menyenangkan dan lancar",
    "che bella giornata oggi a Roma, sole e gelato con gli amici",
)
_ASKS = "@acme.test my internet is down since yesterday, please help! Order"
_EVENT = (
    '{{"did":"did:plc:u{who}","time_us":{us},"kind":"commit","commit":{{"operation":"create","collection":'
    '"app.bsky.feed.post","rkey":"k{n}","cid":"c","record":{{"$type":"app.bsky.feed.post","createdAt":'
    '"2026-11-20T{h:02}:{m:02}:{s:02}Z","text":"{text} {n}"{reply}}}}}}}\n'
)
_REPLY = ',"reply":{{"root":{{"uri":"{uri}"}},"parent":{{"uri":"{uri}"}}}}'


def event(n: int) -> str:
    text = _ASKS if n % 10 == 0 else _TALK[n % 4]
    before = n - 5
    uri = f"at://did:plc:u{before % 50_000}/app.bsky.feed.post/k{before}"
    reply = _REPLY.format(uri=uri) if n % 10 == 5 else ""
    h, m, s = n // 36_000_000 % 24, n // 600_000 % 60, n // 10_000 % 60
    return _EVENT.format(who=n % 50_000, us=n, n=n, h=h, m=m, s=s, text=text, reply=reply)


def main(rate: int, seconds: int) -> None:
    """Ten portions a second; a portion that is late is not made up for by waiting less than nothing."""
    began = time.monotonic()
    for portion in range(seconds * 10):
        first = portion * rate // 10
        sys.stdout.write("".join(map(event, range(first, (portion + 1) * rate // 10))))
        sys.stdout.flush()
        time.sleep(max(0.0, began + (portion + 1) / 10 - time.monotonic()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

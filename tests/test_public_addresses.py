"""Which addresses are public, against the registries of IANA."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from newscrawler.network.permissions import (
    Permissions,
    RefusedRequest,
    Target,
    parse_ports,
    target_of,
)
from newscrawler.network.public_addresses import parse_network, parse_networks, why_not_public
from newscrawler.network.resolver import ascii_name

# IANA IPv4 Special-Purpose Address Registry: its networks, and whether they are globally reachable.
REGISTRY_4 = {
    "0.0.0.0/8": False, "0.0.0.0/32": False, "10.0.0.0/8": False, "100.64.0.0/10": False,
    "127.0.0.0/8": False, "169.254.0.0/16": False, "172.16.0.0/12": False,
    "192.0.0.0/24": False, "192.0.0.0/29": False, "192.0.0.8/32": False, "192.0.0.9/32": True,
    "192.0.0.10/32": True, "192.0.0.170/32": False, "192.0.0.171/32": False,
    "192.0.2.0/24": False, "192.31.196.0/24": True, "192.52.193.0/24": True,
    "192.88.99.0/24": False, "192.168.0.0/16": False, "192.175.48.0/24": True,
    "198.18.0.0/15": False, "198.51.100.0/24": False, "203.0.113.0/24": False,
    "240.0.0.0/4": False, "255.255.255.255/32": False,
}  # fmt: skip
# The same for IPv6, and of the registry of its address space what is no unicast.
REGISTRY_6 = {
    "::1/128": False, "::/128": False, "::/8": False, "64:ff9b:1::/48": False,
    "100::/64": False, "100:0:0:1::/64": False, "200::/7": False, "400::/6": False,
    "800::/5": False, "1000::/4": False, "2001::/23": False, "2001:1::1/128": True,
    "2001:1::2/128": True, "2001:1::3/128": True, "2001:2::/48": False, "2001:3::/32": True,
    "2001:4:112::/48": True, "2001:10::/28": False, "2001:20::/28": True, "2001:30::/28": True,
    "2001:db8::/32": False, "2620:4f:8000::/48": True, "3fff::/20": False, "4000::/3": False,
    "5f00::/16": False, "6000::/3": False, "8000::/3": False, "a000::/3": False,
    "c000::/3": False, "e000::/4": False, "f000::/5": False, "f800::/6": False,
    "fc00::/7": False, "fe00::/9": False, "fe80::/10": False, "fec0::/10": False, "ff00::/8": False,
}  # fmt: skip
# Global there, and refused here: what answers is a relay, no server of pages.
RELAYS = (
    "192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128",
    "2001:3::/32", "2001:4:112::/48", "2001:20::/28", "2001:30::/28",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.1.2.3",
          "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0",
          "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e",
          "2001:200::1", "3ffe::1")  # fmt: skip
# Each wraps an IPv4 address in another way.
WRAPPERS = {
    "mapped": "::ffff:{0:04x}:{1:04x}",
    "6to4": "2002:{0:04x}:{1:04x}::1",
    "NAT64": "64:ff9b::{0:04x}:{1:04x}",
    "a Teredo server": "2001:0:{0:04x}:{1:04x}:0:0:f7f7:f7f7",
    "ISATAP": "2a00:1450:4001:82a:0:5efe:{0:04x}:{1:04x}",
    "ISATAP, said to be unique": "2a00:1450:4001:82a:200:5efe:{0:04x}:{1:04x}",
}
INSIDE = {"127.0.0.1": (0x7F00, 1), "10.1.2.3": (0x0A01, 0x0203), "169.254.169.254": (0xA9FE,) * 2}


@pytest.mark.parametrize(("network", "is_global"), [*REGISTRY_4.items(), *REGISTRY_6.items()])
def test_what_the_registries_do_not_call_global_is_refused(network: str, is_global: bool) -> None:
    span = parse_network(network)
    ends = [str(span[0]), str(span[-1]), str(span[span.num_addresses // 2])]
    is_public = is_global and network not in RELAYS
    if network == "::/8":  # translated addresses are in it, and judged by what they stand for
        ends = [str(span[0]), str(span[-1])]
    assert [why_not_public(end) is None for end in ends] == [is_public] * 3 or (
        network == "::/8" and not any(why_not_public(end) is None for end in ends)
    )


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_may_be_connected_to(address: str) -> None:
    assert why_not_public(address) is None


@pytest.mark.parametrize(
    "address",
    ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1", "168.63.129.16", "fd00:ec2::254",
     "fe80::1%eth0", "2606:4700::1111%1", "::127.0.0.1", "::8.8.8.8", "::ffff:0:127.0.0.1",
     "64:ff9b:1::808:808", "64:ff9b:1:7f00:0:100::", "courier.example", "", "127.1"],
)  # fmt: skip
def test_what_is_no_single_public_address_is_refused(address: str) -> None:
    assert why_not_public(address) is not None


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("inside", INSIDE)
def test_a_private_address_inside_another_is_found(wrapper: str, inside: str) -> None:
    wrapped = WRAPPERS[wrapper].format(*INSIDE[inside])
    assert why_not_public(wrapped) is not None
    opened = parse_networks([f"{inside}/32"])
    assert why_not_public(wrapped, opened) is None


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_public_address_inside_another_is_public(wrapper: str) -> None:
    assert why_not_public(WRAPPERS[wrapper].format(0x0808, 0x0808)) is None


def test_the_client_of_a_teredo_address_is_found() -> None:
    assert why_not_public("2001:0:808:808:0:0:80ff:fffe") is not None  # 127.0.0.1, turned over


@pytest.mark.parametrize(
    ("opened", "address", "is_open"),
    [
        ("10.0.0.0/8", "10.255.0.1", True),
        ("10.0.0.0/8", "11.0.0.1", True),
        ("10.0.0.0/8", "172.16.0.1", False),
        ("127.0.0.1/32", "127.66.6.6", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("fd00::/8", "fd12::1", True),
        ("fd00::/8", "fc00::1", False),
        ("::1/128", "::1", True),
    ],
)
def test_a_network_that_is_opened_is_open_and_no_other(
    opened: str, address: str, is_open: bool
) -> None:
    assert (why_not_public(address, parse_networks([opened])) is None) is is_open


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/33", "intranet", "10.*", "10.0.0.0-9"])
def test_a_network_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is no network like") as raised:
        parse_networks(["127.0.0.0/8", text])
    assert repr(text) in str(raised.value)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("courier.example", "courier.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("müller.example", "xn--mller-kva.example"),
        ("☃.example", "☃.example"),
    ],
)
def test_a_name_is_asked_for_as_it_was_written(name: str, asked: str) -> None:
    assert ascii_name(name) == asked


# Targets


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://courier.example/", Target("http", "courier.example", 80, None)),
        ("HTTPS://Courier.Example", Target("https", "courier.example", 443, None)),
        ("https://courier.example:8443/a?b#c", Target("https", "courier.example", 8443, None)),
        ("http://courier.example./", Target("http", "courier.example.", 80, None)),
        ("http://xn--mller-kva.example/", Target("http", "xn--mller-kva.example", 80, None)),
        ("http://under_score.example/@x", Target("http", "under_score.example", 80, None)),
        ("http://8.8.8.8/", Target("http", "8.8.8.8", 80, "8.8.8.8")),
        ("http://[2606:4700::]:81/", Target("http", "[2606:4700::]", 81, "2606:4700::")),
    ],
)
def test_where_a_request_goes(url: str, target: Target) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://courier.example/", "data:text/html,x", "s3://bucket/key",
     "gopher://courier.example/", "javascript:alert(1)", "blob:https://courier.example/1",
     "view-source:http://courier.example/", "jar:http://courier.example!/", "ws://courier.example/",
     "about:blank", "dict://courier.example:11211/"],
)  # fmt: skip
def test_another_scheme_is_refused(url: str) -> None:
    assert reason_of(url) == "forbidden_scheme"


@pytest.mark.parametrize(
    "url",
    ["http://user@courier.example/", "http://user:word@courier.example/", "http://@courier.example/",
     "http://courier.example\\@127.0.0.1/", "http://courier.example@127.0.0.1/",
     "http://courier.exa\tmple/", "http://courier.example/\n", " http://courier.example/",
     "http://courier.example/a b", "http://courier.example\x00.other.example/",
     "http://courier.example%2f@127.0.0.1/", "http://%31%32%37.0.0.1/", "http:///courier.example/",
     "http:courier.example", "http:/courier.example", "//courier.example/", "courier.example", "",
     "http://", "http://:80/", "http://courier.example:/", "http://courier.example:99999/",
     "http://courier.example:80:80/", "http://courier.example:-1/", "http://courier..example/",
     "http://.courier.example/", "http://-courier.example/", "http://ⓒourier.example/",
     "http://127。0。0。1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/",
     "http://0177.0.0.1/", "http://127.1/", "http://127.0.0.1./", "http://0/", "http://1.2.3.4.5/",
     "http://256.1.1.1/", "http://127.0.0.01/", "http://[::1%25lo]/", "http://[::1]x/",
     "http://[::1/", "http://[12345::]/", f"http://{'a' * 64}.example/",
     f"http://{'a.' * 130}example/"],
)  # fmt: skip
def test_what_two_readers_might_read_in_two_ways_is_refused(url: str) -> None:
    assert reason_of(url) == "invalid_address"


def reason_of(url: str) -> str:
    with pytest.raises(RefusedRequest) as raised:
        target_of(url)
    assert "word" not in str(raised.value)
    return raised.value.reason


@pytest.mark.parametrize(
    ("port", "allowed", "is_open"),
    [(80, "", True), (443, "", True), (22, "", False), (6379, "", False), (8080, "8080", True),
     (8081, "8080", False), (9050, "8080,9000-9099", True), (9100, "8080,9000-9099", False)],
)  # fmt: skip
def test_ports_are_open_that_are_listed(port: int, allowed: str, is_open: bool) -> None:
    permissions = Permissions(ports=parse_ports(allowed.split(",")))
    target = Target("http", "courier.example", port, None)
    if is_open:
        permissions.check_target(target)
    else:
        with pytest.raises(RefusedRequest) as raised:
            permissions.check_target(target)
        assert raised.value.reason == "forbidden_port"


def test_the_port_of_an_address_that_was_typed_is_open_on_its_host_alone() -> None:
    typed = [("courier.example", 8080)]
    Permissions().check_target(Target("http", "courier.example", 8080, None), typed)
    for host, port in [("courier.example", 8081), ("www.courier.example", 8080)]:
        with pytest.raises(RefusedRequest):
            Permissions().check_target(Target("http", host, port, None), typed)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("NEWSCRAWLER_ALLOWED_NETWORKS", "127.0.0.0/8,intranet"),
        ("NEWSCRAWLER_ALLOWED_NETWORKS", ["127.0.0.0/8", 5.5]),
        ("NEWSCRAWLER_ALLOWED_PORTS", "8080,http"),
        ("NEWSCRAWLER_ALLOWED_PORTS", "0"),
        ("NEWSCRAWLER_ALLOWED_PORTS", "70000"),
        ("NEWSCRAWLER_ALLOWED_PORTS", "9000-8000"),
        ("NEWSCRAWLER_TRUST_PROXY", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(setting: str, value: object) -> None:
    with pytest.raises(ValueError, match=setting):
        Permissions.from_settings(Settings({"NEWSCRAWLER_TRUST_PROXY": "0", setting: value}))


@pytest.mark.parametrize(
    ("host", "port", "is_open"),
    [
        *(("10.1.2.3", 32_768, True), ("10.1.2.3", 65_535, True), ("[fd00::1]", 40_000, True)),
        *(("10.1.2.3", 6379, False), ("10.1.2.3", 22, False), ("10.1.2.3", 32_767, False)),
        *(("8.8.8.8", 40_000, False), ("11.1.2.3", 40_000, False), ("n.example", 40_000, False)),
    ],
)
def test_an_opened_network_opens_the_ports_that_a_system_gives_out(
    host: str, port: int, *, is_open: bool
) -> None:
    permissions = Permissions(networks=parse_networks(["10.0.0.0/15", "fd00::/8"]))
    if is_open:
        permissions.check_target(target_of(f"http://{host}:{port}/"))
        return
    with pytest.raises(RefusedRequest) as raised:
        permissions.check_target(target_of(f"http://{host}:{port}/"))
    assert raised.value.reason == "forbidden_port"

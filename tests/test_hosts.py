"""Which address another machine needs: several networks, IPv6, none, a proxy."""

from __future__ import annotations

import pytest

from cnnviz import hosts


def own() -> tuple[str, ...]:
    return ("192.168.1.20", "10.0.0.5", "2001:db8::7")


def nowhere() -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.1.1", "::1"])
def test_a_loopback_is_this_machine_alone(host: str) -> None:
    assert hosts.is_this_machine(host)
    assert hosts.reachable(host, own=own) == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "lab.example", "::"])
def test_others_are_not(host: str) -> None:
    assert not hosts.is_this_machine(host)


def test_everywhere_is_each_network_of_its_kind() -> None:
    assert hosts.reachable("0.0.0.0", own=own) == ("192.168.1.20", "10.0.0.5")
    assert hosts.reachable("::", own=own) == own()
    assert hosts.reachable("0.0.0.0", own=nowhere) == ()


def test_a_named_address_is_the_one() -> None:
    assert hosts.reachable("10.0.0.5", own=own) == ("10.0.0.5",)


def test_how_the_reader_came_works_for_the_neighbours() -> None:
    assert hosts.reachable("127.0.0.1", "lab.example", own) == ("lab.example",)  # a proxy
    assert hosts.reachable("0.0.0.0", "10.0.0.5", own) == ("10.0.0.5", "192.168.1.20")
    assert hosts.reachable("0.0.0.0", "localhost", own)[0] == "192.168.1.20"
    assert hosts.reachable("0.0.0.0", "0.0.0.0", own)[0] == "192.168.1.20"


def test_of_found_addresses_only_those_of_use_count() -> None:
    found = (
        "fe80::1",
        "2001:db8::7",
        "127.0.1.1",
        "169.254.3.4",
        "192.168.1.20",
        "",
        "192.168.1.20",
    )
    assert hosts.outward(found) == ("192.168.1.20", "2001:db8::7")


def test_this_machine_s_own_are_of_that_kind() -> None:
    assert hosts.outward(hosts.addresses()) == hosts.addresses()


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("192.168.1.20", 8501, "http://192.168.1.20:8501"),
        ("::1", 8501, "http://[::1]:8501"),
        ("lab.example", 80, "http://lab.example"),
    ],
)
def test_an_address_as_a_browser_takes_it(host: str, port: int, said: str) -> None:
    assert hosts.url(host, port) == said
    assert hosts.name_of(f"{said}/vgg?lang=zh") == host


def test_what_is_no_address_has_no_host() -> None:
    assert hosts.name_of("") == hosts.name_of("http://[oops") == ""

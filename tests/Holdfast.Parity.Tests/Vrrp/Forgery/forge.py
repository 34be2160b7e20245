# Writes forged VRRP traffic with scapy: one capture file for each kind, 250 different packets in each.
# Usage: forge.py DIRECTORY. The tests replay the files; what each kind must lead to stands in ForgedKind.cs.
import random
import sys
from pathlib import Path

from scapy.all import IP, Ether, Raw, wrpcap
from scapy.layers.vrrp import VRRP, VRRPv3

VARIANTS = 250
SOURCE_MAC = "02:48:46:00:00:03"
TARGET_MAC = "02:48:46:00:00:01"
GROUP_MAC = "01:00:5e:00:00:12"
GROUP = "224.0.0.18"
TARGET = "192.168.1.11"
PEER = "192.168.1.12"
STRANGER = "192.168.1.13"
HIGH = 250  # would take the addresses away if it were believed
LOW = 50

random.seed(20260)


def multicast(ttl=255):
    return Ether(src=SOURCE_MAC, dst=GROUP_MAC) / IP(src=STRANGER, dst=GROUP, ttl=ttl, tos=0xC0, proto=112)


def unicast(source, ttl=255):
    return Ether(src=SOURCE_MAC, dst=TARGET_MAC) / IP(src=source, dst=TARGET, ttl=ttl, tos=0xC0, proto=112)


def v3(priority=HIGH, vrid=51, addresses=("192.168.1.100",), **fields):
    return VRRPv3(vrid=vrid, priority=priority, ipcount=len(addresses), adv=20, addrlist=list(addresses), **fields)


def v2(priority=HIGH, password=b"secret01", authtype=1, adv=1, **fields):
    return VRRP(vrid=52, priority=priority, ipcount=1, authtype=authtype, adv=adv, addrlist=["192.168.1.101"],
                auth1=int.from_bytes(password[:4], "big"), auth2=int.from_bytes(password[4:], "big"), **fields)


def damaged(packet, change):
    """The packet with its VRRP message changed after the checksum was made."""
    data = bytearray(bytes(packet))
    message = data[34:]
    message = change(message)
    frame = Ether(bytes(data[:34]))
    return Ether(src=frame.src, dst=frame.dst) / IP(
        src=frame[IP].src, dst=frame[IP].dst, ttl=frame[IP].ttl, tos=0xC0, proto=112) / Raw(bytes(message))


def bad_checksum(n):
    def change(message):
        message[6 + n % 2] ^= 1 + n % 255
        return message
    return damaged(multicast() / v3(), change)


def bad_length(n):
    # Shorter or longer than the count of addresses says; the VRID is always there.
    sizes = [size for size in range(2, 64) if size != 12]
    size = sizes[n % len(sizes)]
    return damaged(multicast() / v3(), lambda message: (message + bytes(64))[:size])


def bad_count(n):
    count = (0, 2, 3, 20, 200, 255)[n % 6]
    def change(message):
        message[3] = count
        return message
    return damaged(multicast() / v3(), change)


def garbage(n):
    return multicast() / Raw(random.randbytes(n % 120))


def wrong_password(n):
    return multicast() / v2(password=b"%08d" % n)


KINDS = {
    "ttl": lambda n: multicast(ttl=n % 255) / v3(),
    "unicast-ttl": lambda n: unicast(PEER, ttl=1 + n % 254) / v3(vrid=53, addresses=["192.168.1.102"]),
    "unicast-source": lambda n: unicast(STRANGER) / v3(vrid=53, addresses=["192.168.1.102"]),
    "unicast-default": lambda n: unicast(STRANGER, ttl=64) / v3(LOW, vrid=54, addresses=["192.168.1.103"]),
    "version": lambda n: multicast() / VRRPv3(
        version=(1, 4, 7, 15)[n % 4], vrid=51, priority=HIGH, ipcount=1, adv=20, addrlist=["192.168.1.100"]),
    "type": lambda n: multicast() / v3(type=(0, 2, 8, 15)[n % 4]),
    "checksum": bad_checksum,
    "length": bad_length,
    "count": bad_count,
    "addresses": lambda n: multicast() / v3(LOW, addresses=[f"10.9.8.{n}"] * (1 + n % 3)),
    "interval-zero": lambda n: multicast() / VRRPv3(
        vrid=51, priority=HIGH, ipcount=1, adv=0, addrlist=["192.168.1.100"]),
    "auth-type": lambda n: multicast() / v2(authtype=3 + n % 253),
    "auth-mismatch": lambda n: multicast() / v2(authtype=(0, 2)[n % 2]),
    "password": wrong_password,
    "interval": lambda n: multicast() / v2(adv=2 + n % 254),
    "vrid": lambda n: multicast() / v3(vrid=100 + n % 156),
    "garbage": garbage,
    "flood": lambda n: multicast() / v3(LOW),
    "priority-255": lambda n: multicast() / v3(255),
    "priority-0": lambda n: multicast() / v3(0),
}

directory = Path(sys.argv[1])
directory.mkdir(parents=True, exist_ok=True)
for name, make in KINDS.items():
    wrpcap(str(directory / f"{name}.pcap"), [make(n) for n in range(VARIANTS)])

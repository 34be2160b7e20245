/* Layouts that the director shares with user space (src/Holdfast.Layer4/Xdp/Layout), and its maps. */
#pragma once
#include "kernel.h"

#define SERVICES_MAX 1024
#define SERVERS_MAX 4096
#define CONNECTIONS4_MAX 262144
#define CONNECTIONS6_MAX 131072
#define FRAGMENTS_MAX 8192
#define INTERFACES_MAX 1024
#define NO_SERVER_INDEX 0xFFFF

/* Flags of a service. */
#define SERVICE_ACTIVE 1      /* this node schedules */
#define SERVICE_SLOPPY 2      /* a TCP flow may begin with any segment but a reset */
#define SERVICE_ONE_PACKET 4  /* every packet is scheduled by itself */
#define SERVICE_HASH_PORT 8   /* the client's port is part of the hash */
#define SERVICE_AJAR 32       /* the address is not on this node: it schedules what is sent to its own Ethernet address */
#define SERVICE_FALLBACK 16   /* when the chosen server takes nothing new, another one is chosen */

/* How a service chooses. */
#define CHOOSE_HASH 1      /* Maglev: a slot of the table by a hash of the client */
#define CHOOSE_SEQUENCE 2  /* the slots of the table in turn */

/* Flags of a server. */
#define SERVER_TAKES_NEW 1  /* its weight is not 0, and it is not overloaded */
#define SERVER_RESOLVED 2   /* the Ethernet addresses are known */
#define SERVER_LOCAL 4      /* it is this machine */
#define SERVER_MASQUERADED 16 /* NAT: it sees our address instead of the client's */
#define SERVER_STATEFUL 32    /* NAT: only a translation says whose its answers are */

/* How packets get to a server, and in what kind of tunnel: IPVS's numbers. */
#define FORWARDING_NAT 0
#define FORWARDING_TUNNEL 2
#define FORWARDING_DIRECT 3
#define TUNNEL_IPIP 0
#define TUNNEL_GUE 1
#define TUNNEL_GRE 2

/* States of a connection: IPVS's numbers. UDP is always 0. */
#define STATE_NONE 0
#define STATE_ESTABLISHED 1
#define STATE_SYN_RECV 3
#define STATE_FIN_WAIT 4
#define STATE_TIME_WAIT 5
#define STATE_CLOSE 6
#define STATES 11

/* What became of a packet; an index of the counters. */
enum cause {
	CAUSE_SENT_BACK,       /* forwarded by the interface that it came in by */
	CAUSE_REDIRECTED,      /* forwarded by another interface */
	CAUSE_LOCAL,           /* to the stack: the server is this machine */
	CAUSE_NOT_IP,          /* to the stack: ARP, VLAN tags and so on */
	CAUSE_NOT_TRANSPORT,   /* to the stack: neither TCP nor UDP */
	CAUSE_MALFORMED,       /* to the stack, which counts it: a header is cut off or contradicts itself */
	CAUSE_NO_SERVICE,      /* to the stack */
	CAUSE_INACTIVE,        /* to the stack, or dropped: this node does not schedule for the service */
	CAUSE_UNKNOWN_FLOW,    /* to the stack, which resets: TCP of no known connection, and no SYN */
	CAUSE_NO_SERVER,       /* dropped: no server takes anything new */
	CAUSE_SERVER_GONE,     /* dropped: the connection's server was removed */
	CAUSE_NO_NEIGHBOR,     /* dropped: the server's Ethernet address is not known */
	CAUSE_TTL,             /* dropped: TTL or hop limit has run out */
	CAUSE_FRAGMENT,        /* dropped: a fragment whose first one has not come */
	CAUSE_NOT_STORED,      /* forwarded all the same: the connection table took no entry */
	CAUSE_ANSWERED,        /* sent back as an ICMP error: too big for the tunnel */
	CAUSE_TOO_BIG,         /* dropped: too big for the tunnel, and not to be answered */
	CAUSE_ANSWER,          /* forwarded: the answer of a server behind NAT */
	CAUSE_NO_HOP,          /* to the stack, translated: such an answer to a client that we have forgotten */
	CAUSE_NO_PORT,         /* dropped: NAT, and no port is free, or the server has the same connection from elsewhere */
	CAUSES
};

struct service_key {
	__u32 address[4]; /* network order; IPv4 in the first word */
	__u16 port;       /* network order; 0: every port */
	__u8 protocol;
	__u8 family; /* 4 or 6 */
};

struct service {
	__u32 generation; /* of the slot; 0: never used */
	__u32 flags;
	__u32 choose;
	__u32 last_resort; /* a server that takes new connections; NO_SERVER_INDEX: none */
	/* What follows is for user space only. */
	struct service_key key;
	__u32 model_flags;
	__u32 persistence_seconds;
	__u32 netmask;
	__u32 table_size;
	__u8 scheduler[16];
	__u8 engine[16];
	__u64 past_connections; /* of servers that were removed */
	__u64 past_packets;
	__u64 past_bytes;
	__u64 zero_connections; /* the counters when they were last zeroed */
	__u64 zero_packets;
	__u64 zero_bytes;
};

struct server {
	__u32 generation; /* of the slot; connections of an older one are another server's */
	__u32 service;
	__u32 flags;
	__u32 ifindex;
	__u16 macs[6]; /* the server's, then ours: the first 12 bytes of the frame */
	/* What follows is for user space only. */
	__u16 port; /* host order */
	__u8 family;
	__u8 forwarding;
	__u32 address[4]; /* network order */
	__u32 weight;
	__u32 last_weight; /* the last that was not 0: the Maglev table keeps the place of a draining server */
	__u32 upper_threshold;
	__u32 lower_threshold;
	__u16 tunnel_port;
	__u8 tunnel_kind;
	__u8 tunnel_checksum;
	__u32 order; /* place in the service: the last added has the highest */
	__u32 source[4]; /* for the program again: the outer source address of a tunnel, network order */
	__u32 mtu;       /* of the way to the server, in bytes of an IP packet */
	__u32 reserved;
	__u64 zero_connections;
	__u64 zero_packets;
	__u64 zero_bytes;
};

struct connection_key4 {
	__u32 client;
	__u32 address;
	__u16 client_port;
	__u16 port;
	__u32 protocol;
};

struct connection_key6 {
	__u32 client[4];
	__u32 address[4];
	__u16 client_port;
	__u16 port;
	__u32 protocol;
};

struct connection {
	__u64 expires; /* CLOCK_MONOTONIC, ns */
	__u32 server;
	__u32 generation;
	__u32 state;
	__u32 reserved;
};

struct fragment_key {
	__u32 client[4];
	__u32 address[4];
	__u32 identification;
	__u32 protocol;
};

struct fragment_ports {
	__u16 client_port;
	__u16 port;
};

struct counters {
	__u64 connections;
	__u64 packets;
	__u64 bytes;
};

/* For user space only: what the counters were two seconds ago, and the smoothed rates. */
struct rates {
	__u32 generation; /* of the server; another one's are worth nothing */
	__u32 reserved;
	__u64 connections;
	__u64 packets;
	__u64 bytes;
	__u64 connection_rate; /* 1/1024 of a connection a second */
	__u64 packet_rate;     /* 1/1024 of a packet a second */
	__u64 byte_rate;       /* 1/32 of a byte a second */
};

struct settings {
	__u64 timeout[STATES]; /* ns, by state of a TCP connection */
	__u64 udp_timeout;     /* ns */
};

struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, SERVICES_MAX);
	TYPE(key, struct service_key);
	TYPE(value, __u32);
} service_ids SEC(".maps");

/* Addresses of services, with how many they have: fragments without ports are judged by them. */
struct address_key {
	__u32 address[4];
	__u32 family;
};

struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, SERVICES_MAX);
	TYPE(key, struct address_key);
	TYPE(value, __u32);
} addresses SEC(".maps");

/* The interfaces that the program is attached to: Ethernet address, then 16 bits of the MTU, 0 when it is larger. */
struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, INTERFACES_MAX);
	TYPE(key, __u32);
	TYPE(value, __u64);
} interfaces SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, SERVICES_MAX);
	TYPE(key, __u32);
	TYPE(value, struct service);
} services SEC(".maps");

/* A table: word 0 is its size in slots, then four slots of 16 bits in each word: indices of servers. Replacing the
 * inner map replaces size and slots in one step. */
struct table {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(map_flags, BPF_F_INNER_MAP);
	UINT(max_entries, 2);
	TYPE(key, __u32);
	TYPE(value, __u64);
};

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	UINT(max_entries, SERVICES_MAX);
	TYPE(key, __u32);
	UINT(value_size, 4);
	struct table *values[];
} tables SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, SERVICES_MAX);
	TYPE(key, __u32);
	TYPE(value, __u64);
} cursors SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, SERVERS_MAX);
	TYPE(key, __u32);
	TYPE(value, struct server);
} servers SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	UINT(max_entries, SERVERS_MAX);
	TYPE(key, __u32);
	TYPE(value, struct counters);
} server_counters SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, SERVERS_MAX);
	TYPE(key, __u32);
	TYPE(value, struct rates);
} server_rates SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	UINT(max_entries, CAUSES);
	TYPE(key, __u32);
	TYPE(value, __u64);
} causes SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, 1);
	TYPE(key, __u32);
	TYPE(value, struct settings);
} settings SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_LRU_HASH);
	UINT(max_entries, CONNECTIONS4_MAX);
	TYPE(key, struct connection_key4);
	TYPE(value, struct connection);
} connections4 SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_LRU_HASH);
	UINT(max_entries, CONNECTIONS6_MAX);
	TYPE(key, struct connection_key6);
	TYPE(value, struct connection);
} connections6 SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_LRU_HASH);
	UINT(max_entries, FRAGMENTS_MAX);
	TYPE(key, struct fragment_key);
	TYPE(value, struct fragment_ports);
} fragments SEC(".maps");

#include "translation.h"

/* Layouts that the director shares with user space (src/Holdfast.Layer4/Xdp/Layout), and its maps. */
#pragma once
#include "kernel.h"

#define SERVICES_MAX 1024
#define SERVERS_MAX 4096
#define CONNECTIONS4_MAX 262144 /* a power of 2 */
#define CONNECTIONS6_MAX 131072 /* a power of 2 */
#define YOUNG4_MAX 65536 /* a power of 2 */
#define YOUNG6_MAX 32768 /* a power of 2 */
#define YOUNG_SLACK 1024 /* room for what processors do at the same moment */
#define TEMPLATES_MAX 65536
#define FRAGMENTS_MAX 8192
#define INTERFACES_MAX 1024
#define NO_SERVER_INDEX 0xFFFF

/* Flags of a service. */
#define SERVICE_ACTIVE 1      /* this node schedules */
#define SERVICE_SLOPPY 2      /* a TCP flow may begin with any segment but a reset */
#define SERVICE_ONE_PACKET 4  /* every packet is scheduled by itself */
#define SERVICE_HASH_PORT 8   /* the client's port is part of the hash */
#define SERVICE_FALLBACK 16   /* when the chosen server takes nothing new, another one is chosen */
#define SERVICE_AJAR 32       /* the address is not on this node: it schedules what is for its own Ethernet address */
#define SERVICE_PERSISTENT 64 /* a client stays with its server */

/* How a service chooses. */
#define CHOOSE_HASH 1      /* Maglev: a slot of the table by a hash of the client */
#define CHOOSE_SEQUENCE 2  /* the slots of the table in turn */
#define CHOOSE_SOURCE 3    /* a slot by IPVS's older hash, of the client */
#define CHOOSE_TARGET 4    /* the same of the virtual address */
#define CHOOSE_LC 5        /* the fewest connections */
#define CHOOSE_WLC 6       /* the fewest connections for its weight */
#define CHOOSE_SED 7       /* the shortest expected delay: it counts itself, and established connections only */
#define CHOOSE_NQ 8        /* one without established connections, or as SED */
#define CHOOSE_FO 9        /* the highest weight */
#define CHOOSE_OVF 10      /* the highest weight that has not more established connections than its weight */
#define CHOOSE_TWOS 11     /* the better one, as WLC, of two slots by lot */
#define CHOOSE_LBLC 12     /* the server of the virtual address, while it is not overloaded; otherwise as WLC */
#define CHOOSE_LBLCR 13    /* the same with a set of servers */

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
#define STATE_GONE 255 /* it has been taken out, and is not counted any more */

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

struct counters {
	__u64 connections;
	__u64 packets; /* from clients */
	__u64 bytes;
	__u64 out_packets; /* answers that come by here: NAT's */
	__u64 out_bytes;
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
	__u32 persistence_seconds; /* for the program, too */
	__u32 netmask;             /* for the program, too: IPv4 a mask in host order, IPv6 a length; 0: all bits */
	__u32 table_size;
	__u8 scheduler[16];
	__u8 engine[16];
	struct counters past; /* of servers that were removed */
	struct counters zero; /* the counters when they were last zeroed */
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
	__u32 number;    /* of the slot */
	struct counters zero;
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
	__u32 ticket; /* of a young one: its place in the order of arrival */
};

/* Connections of a server, as its scheduler and its thresholds count them. */
struct load {
	__u32 active;        /* TCP, established */
	__u32 inactive;      /* all others */
	__u32 is_overloaded; /* it has reached the upper threshold, and not gone below the lower one since */
	__u32 is_in_set;     /* LBLCR: it serves the virtual address */
};

/* A client, or a net of clients, of a persistent service. */
struct template_key {
	__u32 client[4]; /* network order, masked */
	__u32 service;
	__u32 generation; /* of the service's slot */
};

struct template {
	__u64 expires; /* CLOCK_MONOTONIC, ns */
	__u32 server;
	__u32 generation; /* of the server's slot */
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

/* For user space only: what the counters were two seconds ago, and the smoothed rates. */
struct rates {
	__u32 generation; /* of the server; another one's are worth nothing */
	__u32 reserved;
	struct counters last;
	__u64 connection_rate; /* 1/1024 of a connection a second */
	__u64 packet_rate;     /* 1/1024 of a packet a second */
	__u64 byte_rate;       /* 1/32 of a byte a second */
	__u64 out_packet_rate;
	__u64 out_byte_rate;
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
 * inner map replaces size and slots in one step. What the last word has too much holds NO_SERVER_INDEX. */
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

/* Connections that have shown more than one packet. They stay until user space sweeps them away, or until their place is
 * needed and they have expired. */
struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, CONNECTIONS4_MAX);
	TYPE(key, struct connection_key4);
	TYPE(value, struct connection);
} connections4 SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, CONNECTIONS6_MAX);
	TYPE(key, struct connection_key6);
	TYPE(value, struct connection);
} connections6 SEC(".maps");

/* The others, half open ones first of all: the oldest goes when there are too many (young.h). */
struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, YOUNG4_MAX + YOUNG_SLACK);
	TYPE(key, struct connection_key4);
	TYPE(value, struct connection);
} young4 SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, YOUNG6_MAX + YOUNG_SLACK);
	TYPE(key, struct connection_key6);
	TYPE(value, struct connection);
} young6 SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, YOUNG4_MAX);
	TYPE(key, __u32);
	TYPE(value, struct connection_key4);
} arrivals4 SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, YOUNG6_MAX);
	TYPE(key, __u32);
	TYPE(value, struct connection_key6);
} arrivals6 SEC(".maps");

/* Keys of connections in the order in which they were young no more. */
struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, CONNECTIONS4_MAX);
	TYPE(key, __u32);
	TYPE(value, struct connection_key4);
} grown4 SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, CONNECTIONS6_MAX);
	TYPE(key, __u32);
	TYPE(value, struct connection_key6);
} grown6 SEC(".maps");

/* The number of the next arrival, IPv4 and IPv6, and of the next that is young no more. */
struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, 4);
	TYPE(key, __u32);
	TYPE(value, __u32);
} tickets SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(map_flags, BPF_F_MMAPABLE);
	UINT(max_entries, SERVERS_MAX);
	TYPE(key, __u32);
	TYPE(value, struct load);
} loads SEC(".maps");

/* Templates of clients that have shown more than one packet, and of the others. */
struct {
	UINT(type, BPF_MAP_TYPE_LRU_HASH);
	UINT(max_entries, TEMPLATES_MAX);
	TYPE(key, struct template_key);
	TYPE(value, struct template);
} templates SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_LRU_HASH);
	UINT(max_entries, TEMPLATES_MAX);
	TYPE(key, struct template_key);
	TYPE(value, struct template);
} young_templates SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_LRU_HASH);
	UINT(max_entries, FRAGMENTS_MAX);
	TYPE(key, struct fragment_key);
	TYPE(value, struct fragment_ports);
} fragments SEC(".maps");

#include "translation.h"

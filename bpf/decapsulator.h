/* What the decapsulator shares with user space (src/Holdfast.Layer4/RealServers/Decapsulation). */
#pragma once
#include "kernel.h"

#define VIRTUAL_ADDRESSES_MAX 4096
#define SOURCES_MAX 1024

/* What became of a packet that is a tunnel's; an index of the counters. All other packets go to the stack uncounted. */
enum fate {
	FATE_IPIP,      /* taken out of IP in IP, to the stack */
	FATE_GUE,       /* taken out of GUE, to the stack */
	FATE_GRE,       /* taken out of GRE, to the stack */
	FATE_OTHER,     /* to the stack as it came: what is in it is not for a virtual address */
	FATE_MALFORMED, /* to the stack as it came: a header is cut off or contradicts itself */
	FATE_OPTION,    /* to the stack as it came: fields of GUE or GRE that are not understood */
	FATE_FRAGMENT,  /* to the stack as it came: a part of an outer packet */
	FATE_SOURCE,    /* dropped: for a virtual address, but not from a director */
	FATE_CONGESTED, /* dropped: the way says that it is congested to a sender that does not know of it (RFC 6040) */
	FATES
};

struct virtual_address {
	__u32 address[4]; /* network order; IPv4 in the first word */
	__u32 family;
};

/* IPv4 as ::ffff:a.b.c.d, so its prefixes are 96 longer. */
struct source_prefix {
	__u32 length;
	__u32 address[4];
};

struct fate_counter {
	__u64 packets;
	__u64 bytes; /* of the packet inside, or of the outer one when nothing was taken out */
};

struct decapsulation {
	__u16 gue_port; /* host order; 0: no GUE */
	__u16 is_restricted; /* only from `sources` */
	__u32 reserved;
};

struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, VIRTUAL_ADDRESSES_MAX);
	TYPE(key, struct virtual_address);
	TYPE(value, __u32);
} virtuals SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_LPM_TRIE);
	UINT(map_flags, BPF_F_NO_PREALLOC);
	UINT(max_entries, SOURCES_MAX);
	TYPE(key, struct source_prefix);
	TYPE(value, __u32);
} sources SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, 1);
	TYPE(key, __u32);
	TYPE(value, struct decapsulation);
} decapsulation SEC(".maps");

struct {
	UINT(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	UINT(max_entries, FATES);
	TYPE(key, __u32);
	TYPE(value, struct fate_counter);
} fates SEC(".maps");

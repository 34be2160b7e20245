/* What NAT remembers, shared with user space: which answers are a real server's, and, where that does not say whose
 * they are, the connections by the server's side of them. */
#pragma once
#include "director.h"

#define TRANSLATIONS_MAX 262144
#define LAST_HOPS_MAX 65536
#define OWN_ADDRESSES_MAX 4096

/* Ports of ours that masquerading uses: below those that the kernel gives to its own connections. */
#define MASQUERADE_FIRST 1024
#define MASQUERADE_COUNT 31744
#define MASQUERADE_TRIES 16
#define MASQUERADE_STRIDE 7919 /* has no divisor in common with the count */

/* A flow as the real server sees it. */
struct translation_key {
	__u32 server[4]; /* network order, as everywhere */
	__u32 peer[4];   /* the client, or who masquerades for it */
	__u16 server_port;
	__u16 peer_port;
	__u8 protocol;
	__u8 family;
	__u16 reserved;
};

/* The same flow as the client sees it. */
struct translation {
	__u64 expires; /* CLOCK_MONOTONIC, ns */
	__u32 client[4];
	__u32 address[4];
	__u16 client_port;
	__u16 port;
	__u32 state;  /* of the connection, IPVS's numbers */
	__u32 server; /* whose answers are counted; its number, with the generation of the slot */
	__u32 generation;
};

struct last_hop {
	__u16 mac[3]; /* who sent us the client's packets */
	__u16 reserved;
	__u32 ifindex;
	__u32 tag; /* of the VLAN, as the frame has it; 0: none */
};

/* Answers of real servers behind NAT: address and port of the server (0: every port) to its number. */
struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, SERVERS_MAX);
	TYPE(key, struct service_key);
	TYPE(value, __u32);
} replies SEC(".maps");

/* No entry may go before its time, or an answer would be lost: not LRU. What has expired goes when its place is
 * wanted, or when user space sweeps. */
struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(map_flags, BPF_F_NO_PREALLOC);
	UINT(max_entries, TRANSLATIONS_MAX);
	TYPE(key, struct translation_key);
	TYPE(value, struct translation);
} translations SEC(".maps");

/* The port of ours by the flow as the client sees it (in `server` of the key: the virtual address). */
struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(map_flags, BPF_F_NO_PREALLOC);
	UINT(max_entries, TRANSLATIONS_MAX);
	TYPE(key, struct translation_key);
	TYPE(value, __u32);
} masquerades SEC(".maps");

/* By client: who sent us its last packet. */
struct {
	UINT(type, BPF_MAP_TYPE_LRU_HASH);
	UINT(max_entries, LAST_HOPS_MAX);
	TYPE(key, struct address_key);
	TYPE(value, struct last_hop);
} last_hops SEC(".maps");

/* Addresses of this machine: what goes there is no answer to a client. */
struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(map_flags, BPF_F_NO_PREALLOC);
	UINT(max_entries, OWN_ADDRESSES_MAX);
	TYPE(key, struct address_key);
	TYPE(value, __u32);
} own_addresses SEC(".maps");

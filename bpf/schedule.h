/* Which real server a new connection goes to. */
#pragma once
#include "flow.h"
#include "hash.h"
#include "least.h"
#include "persistence.h"
#include "table.h"

#define FALLBACK_TRIES 256
#define ADDRESS_TABLE_BITS 8
#define HASH32_FACTOR 0x61C88647U

/* Tries further slots of a Maglev table as IPVS does, and then any server that takes new connections. */
GLOBAL __u32 fall_back(__u32 service, __u32 word, __u32 first, __u32 size)
{
	void *table = bpf_map_lookup_elem(&tables, &service);

	if (!table || size == 0)
		return NO_SERVER_INDEX;
	for (__u32 i = 0; i < FALLBACK_TRIES; i++) {
		__u32 offset = first + i;
		__u32 index;

		if (i >= size)
			break;
		offset = offset >= size ? offset - size : offset;
		index = table_slot(table, client_hash(word + offset) % size);
		if (is_usable(index, service))
			return index;
	}
	return last_resort(service);
}

/* Slots from one on, in steps of one: for IPVS's older hashes, and for round robin. */
GLOBAL __u32 go_on(__u32 service, __u32 slot)
{
	void *table = bpf_map_lookup_elem(&tables, &service);
	__u32 size = table ? table_size(table) : 0;

	if (!table || size == 0)
		return NO_SERVER_INDEX;
	for (__u32 i = 0; i < FALLBACK_TRIES; i++) {
		__u32 index = table_slot(table, (slot + i) % size);

		if (is_usable(index, service))
			return index;
	}
	return last_resort(service);
}

INLINE __u32 choose_in_turn(__u32 id)
{
	void *table = bpf_map_lookup_elem(&tables, &id);
	__u64 *cursor = bpf_map_lookup_elem(&cursors, &id);
	__u32 size = table ? table_size(table) : 0;
	__u32 index, turn;

	if (!table || !cursor || size == 0)
		return NO_SERVER_INDEX;
	turn = (__u32)__sync_fetch_and_add(cursor, 1);
	index = table_slot(table, turn % size);
	return usable(index, id) ? index : go_on(id, turn % size + 1);
}

INLINE __u32 address_word(const struct flow *flow, const __u32 *address)
{
	return HTONL(flow->family == 4 ? address[0] : address[0] ^ address[1] ^ address[2] ^ address[3]);
}

INLINE __u32 choose_by_maglev(struct service *service, __u32 id, const struct flow *flow)
{
	void *table = bpf_map_lookup_elem(&tables, &id);
	__u32 size = table ? table_size(table) : 0;
	__u32 word = address_word(flow, flow->client);
	__u32 slot, index;

	if (!table || size == 0)
		return NO_SERVER_INDEX;
	if (service->flags & SERVICE_HASH_PORT)
		word += HTONS(flow->client_port);
	slot = client_hash(word) % size;
	index = table_slot(table, slot);
	if (usable(index, id) || !(service->flags & SERVICE_FALLBACK))
		return index;
	return fall_back(id, word, slot, size);
}

/* IPVS's sh and dh: the table's slots are handed out in order, and the hash is multiplicative. Where the slot's server
 * takes nothing new, sh with its flag goes on from as many slots behind the slot as the hash says. */
INLINE __u32 choose_by_address(struct service *service, __u32 id, const struct flow *flow)
{
	void *table = bpf_map_lookup_elem(&tables, &id);
	__u32 word = address_word(flow, service->choose == CHOOSE_SOURCE ? flow->client : flow->address);
	__u32 slot, index;

	if (!table)
		return NO_SERVER_INDEX;
	if (service->flags & SERVICE_HASH_PORT)
		word += HTONS(flow->client_port);
	slot = word * HASH32_FACTOR >> (32 - ADDRESS_TABLE_BITS);
	index = table_slot(table, slot);
	if (usable(index, id) || !(service->flags & SERVICE_FALLBACK))
		return index;
	return go_on(id, 2 * slot);
}

INLINE __u32 choose(struct service *service, __u32 id, const struct flow *flow)
{
	switch (service->choose) {
	case CHOOSE_HASH:
		return choose_by_maglev(service, id, flow);
	case CHOOSE_SEQUENCE:
		return choose_in_turn(id);
	case CHOOSE_SOURCE:
	case CHOOSE_TARGET:
		return choose_by_address(service, id, flow);
	default:
		return choose_by_load(id, service->choose);
	}
}

/* Chooses for a packet of no known connection. Returns a server's index, or one of these. */
#define CHOICE_PASS -1
#define CHOICE_DROP -2
#define CHOICE_NO_SERVICE -3 /* not counted yet */
#define CHOICE_ONE_PACKET 0x10000 /* added to the index: no connection is stored */
#define CHOICE_AJAR 0x20000       /* added to the index: only if the frame is for our Ethernet address */

GLOBAL int schedule(const struct flow *flow, int server_was_removed)
{
	struct service_key wanted = {};
	struct service *service;
	__u32 *id, number, index;

	if (!flow)
		return CHOICE_DROP;
	wanted.port = flow->port;
	wanted.protocol = flow->protocol;
	wanted.family = flow->family;
	__builtin_memcpy(wanted.address, flow->address, sizeof(wanted.address));
	id = bpf_map_lookup_elem(&service_ids, &wanted);
	if (!id) {
		wanted.port = 0;
		id = bpf_map_lookup_elem(&service_ids, &wanted);
	}
	if (!id)
		return CHOICE_NO_SERVICE;
	number = *id;
	service = bpf_map_lookup_elem(&services, &number);
	if (!service || !(service->flags & (SERVICE_ACTIVE | SERVICE_AJAR)))
		return count(CAUSE_INACTIVE, CHOICE_PASS);
	if (flow->protocol == PROTOCOL_TCP && flow->event != EVENT_SYN) {
		if (server_was_removed)
			return count(CAUSE_SERVER_GONE, CHOICE_DROP);
		if (!(service->flags & SERVICE_SLOPPY) || flow->event == EVENT_RST)
			return count(CAUSE_UNKNOWN_FLOW, CHOICE_PASS);
	}
	index = service->flags & SERVICE_PERSISTENT ? find_template(flow, number) : NO_SERVER_INDEX;
	if (index == NO_SERVER_INDEX) {
		index = choose(service, number, flow);
		if (!usable(index, number))
			return count(CAUSE_NO_SERVER, CHOICE_DROP);
		if (service->flags & SERVICE_PERSISTENT)
			remember(flow, number, index);
	}
	return index | (service->flags & SERVICE_ONE_PACKET ? CHOICE_ONE_PACKET : 0)
		| (service->flags & SERVICE_ACTIVE ? 0 : CHOICE_AJAR);
}

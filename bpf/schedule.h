/* Which real server a new connection goes to. */
#pragma once
#include "flow.h"
#include "hash.h"

#define FALLBACK_TRIES 256

INLINE __u32 table_slot(void *table, __u32 slot)
{
	__u32 index = 1 + slot / 4;
	__u64 *word = bpf_map_lookup_elem(table, &index);

	return word ? (*word >> (16 * (slot & 3))) & 0xFFFF : NO_SERVER_INDEX;
}

INLINE struct server *usable(__u32 index, __u32 service)
{
	struct server *server = bpf_map_lookup_elem(&servers, &index);

	return server && server->service == service && (server->flags & SERVER_TAKES_NEW) ? server : 0;
}

/* Tries further slots as IPVS does, and then any server that takes new connections. */
GLOBAL __u32 fall_back(__u32 service, __u32 word, __u32 first, __u32 size)
{
	void *table = bpf_map_lookup_elem(&tables, &service);
	struct service *settings_of = bpf_map_lookup_elem(&services, &service);

	if (!table || !settings_of || size == 0)
		return NO_SERVER_INDEX;
	for (__u32 i = 0; i < FALLBACK_TRIES; i++) {
		__u32 offset = first + i;
		__u32 index;

		if (i >= size)
			break;
		offset = offset >= size ? offset - size : offset;
		index = table_slot(table, client_hash(word + offset) % size);
		if (usable(index, service))
			return index;
	}
	return settings_of->last_resort;
}

INLINE __u32 choose(struct service *service, __u32 id, const struct flow *flow)
{
	__u32 zero = 0, size, word, slot, index;
	void *table = bpf_map_lookup_elem(&tables, &id);
	__u64 *header, *cursor;

	if (!table)
		return NO_SERVER_INDEX;
	header = bpf_map_lookup_elem(table, &zero);
	size = header ? (__u32)*header : 0;
	if (size == 0)
		return NO_SERVER_INDEX;
	if (service->choose == CHOOSE_SEQUENCE) {
		cursor = bpf_map_lookup_elem(&cursors, &id);
		if (!cursor)
			return NO_SERVER_INDEX;
		return table_slot(table, (__u32)__sync_fetch_and_add(cursor, 1) % size);
	}
	word = flow->family == 4 ? flow->client[0]
		: flow->client[0] ^ flow->client[1] ^ flow->client[2] ^ flow->client[3];
	word = HTONL(word);
	if (service->flags & SERVICE_HASH_PORT)
		word += HTONS(flow->client_port);
	slot = client_hash(word) % size;
	index = table_slot(table, slot);
	if (usable(index, id) || !(service->flags & SERVICE_FALLBACK))
		return index;
	return fall_back(id, word, slot, size);
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
	index = choose(service, number, flow);
	if (!usable(index, number))
		return count(CAUSE_NO_SERVER, CHOICE_DROP);
	return index | (service->flags & SERVICE_ONE_PACKET ? CHOICE_ONE_PACKET : 0)
		| (service->flags & SERVICE_ACTIVE ? 0 : CHOICE_AJAR);
}

/* Connections that have shown one packet only: half open ones, UDP of one datagram, and what began in the middle. They
 * have a table of their own, in which the oldest makes room for the newest, and with the second packet, of TCP the
 * client's answer to the server's SYN, they move to the others. So however many clients begin something and never go
 * on, no established connection is lost. A table of this size that is in order of arrival is a ring of keys; a map
 * that evicts by itself would not say what it has evicted, and no load would be right. */
#pragma once
#include "gate.h"
#include "schedule.h"
#include "state.h"

/* The tables of one family. */
struct tables {
	void *connections;
	void *young;
	void *arrivals;
	void *grown;
	__u32 family_index; /* of tickets */
	__u32 connections_max;
	__u32 young_max;
	__u32 key_words; /* the protocol is the last one */
};

/* The next place of a ring of keys. */
INLINE __u32 *next_place(void *ring, __u32 index, __u32 size, __u32 *ticket)
{
	__u32 *next = bpf_map_lookup_elem(&tickets, &index);
	__u32 slot;

	if (!next)
		return 0;
	*ticket = __sync_fetch_and_add(next, 1);
	slot = *ticket & (size - 1);
	return bpf_map_lookup_elem(ring, &slot);
}

INLINE void write_key(__u32 *place, const void *key, __u32 words)
{
	for (__u32 i = 0; i < words; i++)
		place[i] = ((const __u32 *)key)[i];
}

/* Makes room for an arrival. Returns its ticket. */
INLINE __u32 make_room(struct tables tables, const void *key)
{
	__u32 ticket = 0;
	__u32 *place = next_place(tables.arrivals, tables.family_index, tables.young_max, &ticket);
	struct connection *oldest;

	if (!place)
		return ticket;
	oldest = bpf_map_lookup_elem(tables.young, place);
	if (oldest && oldest->ticket == ticket - tables.young_max)
		retire(tables.young, place, oldest, place[tables.key_words - 1]);
	write_key(place, key, tables.key_words);
	return ticket;
}

/* Each connection that is young no more looks at the one that was so a whole table ago. If that has expired, it goes:
 * so the table does not fill up when nobody sweeps it. */
INLINE void clear_expired(struct tables tables, const void *key, __u64 now)
{
	__u32 ticket = 0;
	__u32 *place = next_place(tables.grown, tables.family_index + 2, tables.connections_max, &ticket);
	struct connection *oldest;

	if (!place)
		return;
	oldest = bpf_map_lookup_elem(tables.connections, place);
	if (oldest && oldest->expires <= now)
		retire(tables.connections, place, oldest, place[tables.key_words - 1]);
	write_key(place, key, tables.key_words);
}

/* Moves a young connection to the others. When there is no room, it stays where it is. */
INLINE void promote(struct tables tables, const void *key, struct connection *young, const struct flow *flow,
	__u32 service, __u64 now)
{
	struct service *settings_of = bpf_map_lookup_elem(&services, &service);
	struct connection grown = {
		.server = young->server,
		.generation = young->generation,
		.state = state_after(young->state, flow),
	};
	__u32 before;
	long error;

	grown.expires = expiry(grown.state, flow, now);
	before = __sync_lock_test_and_set(&young->state, STATE_GONE);
	if (before >= STATE_GONE)
		return;
	clear_expired(tables, key, now);
	error = bpf_map_update_elem(tables.connections, key, &grown, BPF_NOEXIST);
	if (error == ERROR_EXISTS) {
		count_end(grown.server, grown.generation, before, flow->protocol);
		bpf_map_delete_elem(tables.young, key);
		return;
	}
	count_change(grown.server, before, grown.state, flow->protocol);
	if (settings_of && (settings_of->flags & SERVICE_PERSISTENT))
		assure(flow, service);
	if (!error) {
		bpf_map_delete_elem(tables.young, key);
		return;
	}
	young->expires = grown.expires;
	young->state = grown.state;
	count(CAUSE_NOT_STORED, 0);
}

INLINE struct connection_key4 key_of_flow4(const struct flow *flow)
{
	return (struct connection_key4){
		.client = flow->client[0],
		.address = flow->address[0],
		.client_port = flow->client_port,
		.port = flow->port,
		.protocol = flow->protocol,
	};
}

INLINE struct connection_key6 key_of_flow6(const struct flow *flow)
{
	struct connection_key6 key = {
		.client_port = flow->client_port,
		.port = flow->port,
		.protocol = flow->protocol,
	};

	__builtin_memcpy(key.client, flow->client, sizeof(key.client));
	__builtin_memcpy(key.address, flow->address, sizeof(key.address));
	return key;
}

INLINE struct tables tables4(void)
{
	return (struct tables){ &connections4, &young4, &arrivals4, &grown4, 0, CONNECTIONS4_MAX, YOUNG4_MAX, 4 };
}

INLINE struct tables tables6(void)
{
	return (struct tables){ &connections6, &young6, &arrivals6, &grown6, 1, CONNECTIONS6_MAX, YOUNG6_MAX, 10 };
}

/* What is to be done with a packet when it is not known where it goes. */
#define FOLLOW_BEGIN -16   /* to be scheduled */
#define FOLLOW_REMOVED -17 /* the same: its server was removed */
#define FOLLOW_NOTHING -18 /* the same: and no table has anything of it */

INLINE int follow_in(const struct flow *flow, int is_stale, struct tables tables, const void *key)
{
	struct connection *known = bpf_map_lookup_elem(is_stale ? tables.connections : tables.young, key);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct server *server;
	__u32 index;
	int action;

	if (!known)
		return FOLLOW_NOTHING;
	if (known->expires <= now)
		return FOLLOW_BEGIN;
	index = known->server;
	server = bpf_map_lookup_elem(&servers, &index);
	/* UDP goes to another server at once; a TCP connection is lost, and only its client's SYN begins a new one. */
	if (!server || server->generation != known->generation)
		return FOLLOW_REMOVED;
	if (is_used_again(known, flow->event))
		return FOLLOW_BEGIN;
	action = judge_gate(flow, server);
	if (action >= 0)
		return -action;
	count_packet(index, flow->bytes, 0);
	if (is_stale || (flow->protocol == PROTOCOL_TCP && state_after(known->state, flow) == STATE_SYN_RECV))
		refresh(known, flow, now);
	else
		promote(tables, key, known, flow, server->service, now);
	return (int)index;
}

/* A packet of no connection that has shown two, or, `is_stale`, of one that cannot go on. Returns the index of the
 * server, an action below 0, or one of the above. */
GLOBAL int follow(const struct flow *flow, int is_stale)
{
	if (!flow)
		return -XDP_PASS;
	if (flow->family == 4) {
		struct connection_key4 key = key_of_flow4(flow);

		return follow_in(flow, is_stale, tables4(), &key);
	} else {
		struct connection_key6 key = key_of_flow6(flow);

		return follow_in(flow, is_stale, tables6(), &key);
	}
}

/* Where the connection stands that makes way. */
#define OLD_IN_YOUNG 0
#define OLD_IN_CONNECTIONS 1
#define OLD_NOWHERE 2

INLINE int store_in(const struct flow *flow, __u32 index, int place, struct tables tables, const void *key)
{
	void *old_table = place == OLD_IN_CONNECTIONS ? tables.connections : tables.young;
	struct connection *old = place == OLD_NOWHERE ? 0 : bpf_map_lookup_elem(old_table, key);
	struct server *server = bpf_map_lookup_elem(&servers, &index);
	struct connection fresh = {};

	if (!server)
		return -1;
	if (old)
		retire(old_table, key, old, flow->protocol);
	fresh.server = index;
	fresh.generation = server->generation;
	fresh.state = state_after(STATE_NONE, flow);
	fresh.expires = expiry(fresh.state, flow, bpf_ktime_get_coarse_ns());
	fresh.ticket = make_room(tables, key);
	if (bpf_map_update_elem(tables.young, key, &fresh, BPF_NOEXIST))
		count(CAUSE_NOT_STORED, 0);
	else
		count_begin(index, fresh.state, flow->protocol);
	return 0;
}

/* Stores a new connection in the place of an old one. */
GLOBAL int store(const struct flow *flow, __u32 index, int place)
{
	if (!flow)
		return -1;
	if (flow->family == 4) {
		struct connection_key4 key = key_of_flow4(flow);

		return store_in(flow, index, place, tables4(), &key);
	} else {
		struct connection_key6 key = key_of_flow6(flow);

		return store_in(flow, index, place, tables6(), &key);
	}
}

/* Schedules a new connection, or follows a young one. Returns the server's index, or an action below 0. */
GLOBAL int begin(const struct flow *flow, int is_stale)
{
	int result, choice, action;
	__u32 index;

	if (!flow)
		return -XDP_PASS;
	result = follow(flow, is_stale);
	if (result > FOLLOW_BEGIN)
		return result;
	choice = schedule(flow, result == FOLLOW_REMOVED);
	index = choice & 0xFFFF;
	if (choice < 0)
		return choice == CHOICE_NO_SERVICE ? -ACTION_NO_SERVICE : choice == CHOICE_PASS ? -XDP_PASS : -XDP_DROP;
	if (choice & CHOICE_AJAR) {
		action = judge_ajar(flow);
		if (action >= 0)
			return -action;
	}
	count_packet(index, flow->bytes, 1);
	if (!(choice & CHOICE_ONE_PACKET))
		store(flow, index, result == FOLLOW_NOTHING ? OLD_NOWHERE : is_stale ? OLD_IN_CONNECTIONS : OLD_IN_YOUNG);
	return (int)index;
}

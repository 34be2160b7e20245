/* Connections: their states and timeouts, and the server that a packet's connection has or gets. */
#pragma once
#include "flow.h"
#include "packet.h"
#include "schedule.h"

/* One row for each event, four bits for each state, the state in the lowest bits first: IPVS's table for connections
 * of which only the client's side is seen. A reset does not end what is only half open. */
INLINE __u32 next_state(__u32 state, __u32 event)
{
	__u64 row = event == EVENT_SYN ? 0x33333333113ULL
		: event == EVENT_FIN ? 0x59876545246ULL
		: event == EVENT_ACK ? 0x19676541211ULL
		: event == EVENT_RST ? 0x69866663666ULL : 0;

	return event >= EVENT_NONE || state >= STATES ? state : (__u32)(row >> (4 * state)) & 15;
}

INLINE void refresh(struct connection *connection, const struct flow *flow, __u64 now)
{
	__u32 zero = 0, state = 0;
	struct settings *times = bpf_map_lookup_elem(&settings, &zero);
	__u64 expires;

	if (!times)
		return;
	expires = now + times->udp_timeout;
	if (flow->protocol == PROTOCOL_TCP) {
		state = next_state(connection->state, flow->event);
		if (state >= STATES)
			return;
		expires = now + times->timeout[state];
	}
	/* The clock is coarse: most packets change nothing, and leave the cache line clean. */
	if (connection->state != state)
		connection->state = state;
	if (connection->expires != expires)
		connection->expires = expires;
}

/* A frame for an address that is not on this node, or not yet. Returns -1 when it is sent to our own Ethernet address:
 * then a client takes us for the Active node, and in the moments of a takeover it is right. A frame for the Ethernet
 * address of a virtual router must not reach the stack, which would reset its connection once the address is there. */
INLINE int judge_ajar(struct xdp_md *ctx)
{
	__u16 *frame = (void *)(long)ctx->data;
	__u32 interface = ctx->ingress_ifindex;
	__u16 *own;

	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return count(CAUSE_MALFORMED, XDP_PASS);
	own = bpf_map_lookup_elem(&interfaces, &interface);
	if (own && frame[0] == own[0] && frame[1] == own[1] && frame[2] == own[2])
		return -1;
	return count(CAUSE_INACTIVE, frame[0] == HTONS(0x0000) && frame[1] == HTONS(0x5E00) ? XDP_DROP : XDP_PASS);
}

INLINE struct verdict begin(struct xdp_md *ctx, struct flow *flow, void *connections, const void *key,
	int server_was_removed, __u64 now)
{
	struct verdict verdict = { .server = 0, .action = XDP_PASS };
	struct connection fresh = {};
	int choice = schedule(flow, server_was_removed);
	__u32 index = choice & 0xFFFF;

	if (choice < 0) {
		verdict.action = choice == CHOICE_PASS ? XDP_PASS : choice == CHOICE_NO_SERVICE ? ACTION_NO_SERVICE : XDP_DROP;
		return verdict;
	}
	if (choice & CHOICE_AJAR) {
		verdict.action = judge_ajar(ctx);
		if (verdict.action >= 0)
			return verdict;
		verdict.action = XDP_PASS;
	}
	verdict.server = bpf_map_lookup_elem(&servers, &index);
	if (!verdict.server)
		return verdict;
	count_packet(index, flow->bytes, 1);
	if (choice & CHOICE_ONE_PACKET)
		return verdict;
	fresh.server = index;
	fresh.generation = verdict.server->generation;
	refresh(&fresh, flow, now);
	if (bpf_map_update_elem(connections, key, &fresh, BPF_ANY))
		count(CAUSE_NOT_STORED, 0);
	return verdict;
}

INLINE struct verdict find_server(struct xdp_md *ctx, struct flow *flow, void *connections, const void *key)
{
	struct verdict verdict = { .server = 0, .action = XDP_PASS };
	struct connection *connection = bpf_map_lookup_elem(connections, key);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct service *service;
	struct server *server;
	int removed = 0;
	__u32 index, number;

	if (!connection || connection->expires <= now)
		return begin(ctx, flow, connections, key, 0, now);
	index = connection->server;
	server = bpf_map_lookup_elem(&servers, &index);
	/* UDP goes to another server at once; a TCP connection is lost, and only its client's SYN begins a new one. */
	if (!server || server->generation != connection->generation)
		removed = 1;
	/* A SYN on what has ended: the client uses its port again. */
	else if (flow->event != EVENT_SYN || connection->state < STATE_FIN_WAIT || connection->state > STATE_CLOSE)
		goto known;
	return begin(ctx, flow, connections, key, removed, now);
known:
	number = server->service;
	service = bpf_map_lookup_elem(&services, &number);
	if (!service || !(service->flags & (SERVICE_ACTIVE | SERVICE_AJAR))) {
		count(CAUSE_INACTIVE, 0);
		return verdict;
	}
	if (UNLIKELY(!(service->flags & SERVICE_ACTIVE))) {
		verdict.action = judge_ajar(ctx);
		if (verdict.action >= 0)
			return verdict;
	}
	refresh(connection, flow, now);
	count_packet(index, flow->bytes, 0);
	verdict.server = server;
	return verdict;
}

INLINE struct verdict find_server4(struct xdp_md *ctx, struct flow *flow)
{
	struct connection_key4 key = {
		.client = flow->client[0],
		.address = flow->address[0],
		.client_port = flow->client_port,
		.port = flow->port,
		.protocol = flow->protocol,
	};

	return find_server(ctx, flow, &connections4, &key);
}

INLINE struct verdict find_server6(struct xdp_md *ctx, struct flow *flow)
{
	struct connection_key6 key = {
		.client_port = flow->client_port,
		.port = flow->port,
		.protocol = flow->protocol,
	};

	__builtin_memcpy(key.client, flow->client, sizeof(key.client));
	__builtin_memcpy(key.address, flow->address, sizeof(key.address));
	return find_server(ctx, flow, &connections6, &key);
}

/* Whether a flow has a connection, whose server is still the same. */
INLINE int is_connection_known(const struct flow *flow)
{
	struct connection_key6 key = {
		.client_port = flow->client_port,
		.port = flow->port,
		.protocol = flow->protocol,
	};
	struct connection_key4 key4 = {
		.client = flow->client[0],
		.address = flow->address[0],
		.client_port = flow->client_port,
		.port = flow->port,
		.protocol = flow->protocol,
	};
	struct connection *connection;

	if (flow->family == 4) {
		connection = bpf_map_lookup_elem(&connections4, &key4);
	} else {
		__builtin_memcpy(key.client, flow->client, sizeof(key.client));
		__builtin_memcpy(key.address, flow->address, sizeof(key.address));
		connection = bpf_map_lookup_elem(&connections6, &key);
	}
	return connection && connection->expires > bpf_ktime_get_coarse_ns();
}

/* The server that a packet's connection has or gets. */
#pragma once
#include "gate.h"
#include "state.h"
#include "young.h"

/* What a gate that is ajar asks for. */
INLINE int read_frame(struct xdp_md *ctx, struct flow *flow)
{
	__u16 *frame = (void *)(long)ctx->data;

	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return -1;
	flow->ifindex = ctx->ingress_ifindex;
	for (int i = 0; i < 3; i++)
		flow->destination[i] = frame[i];
	return 0;
}

INLINE struct verdict find_or_begin(struct xdp_md *ctx, struct flow *flow, int is_stale)
{
	struct verdict verdict = { .server = 0, .action = XDP_PASS };
	__u32 number;
	int index;

	if (read_frame(ctx, flow))
		return verdict;
	index = begin(flow, is_stale);
	number = (__u32)index;
	if (index >= 0)
		verdict.server = bpf_map_lookup_elem(&servers, &number);
	else
		verdict.action = -index;
	return verdict;
}

INLINE struct verdict find_server(struct xdp_md *ctx, struct flow *flow, void *connections, const void *key)
{
	struct verdict verdict = { .server = 0, .action = XDP_PASS };
	struct connection *connection = bpf_map_lookup_elem(connections, key);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct service *service;
	struct server *server;
	__u32 index, number;

	if (!connection)
		return find_or_begin(ctx, flow, 0);
	index = connection->server;
	server = bpf_map_lookup_elem(&servers, &index);
	if (connection->expires <= now || !server || server->generation != connection->generation
	    || is_used_again(connection, flow->event))
		return find_or_begin(ctx, flow, 1);
	number = server->service;
	service = bpf_map_lookup_elem(&services, &number);
	if (UNLIKELY(!service || !(service->flags & SERVICE_ACTIVE))) {
		verdict.action = read_frame(ctx, flow) ? XDP_PASS : judge_gate(flow, server);
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
	struct connection_key4 key = key_of_flow4(flow);

	return find_server(ctx, flow, &connections4, &key);
}

INLINE struct verdict find_server6(struct xdp_md *ctx, struct flow *flow)
{
	struct connection_key6 key = key_of_flow6(flow);

	return find_server(ctx, flow, &connections6, &key);
}

/* A flow's connection; null: none, or it is over. */
INLINE struct connection *find_connection(const struct flow *flow)
{
	struct connection *known;

	if (flow->family == 4) {
		struct connection_key4 key = key_of_flow4(flow);

		known = bpf_map_lookup_elem(&connections4, &key);
		if (!known)
			known = bpf_map_lookup_elem(&young4, &key);
	} else {
		struct connection_key6 key = key_of_flow6(flow);

		known = bpf_map_lookup_elem(&connections6, &key);
		if (!known)
			known = bpf_map_lookup_elem(&young6, &key);
	}
	return known && known->expires > bpf_ktime_get_coarse_ns() ? known : 0;
}

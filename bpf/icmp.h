/* ICMP errors: each goes where the packet goes that it quotes. One about an answer of ours, which names a service as the
 * sender, goes to the server of that connection; one about a packet that was forwarded by NAT goes to the client. With
 * NAT, the quotation is translated as well, so that who gets it knows its own packet. */
#pragma once
#include "connection.h"
#include "nat.h"
#include "rewrite.h"

#define ICMP_UNREACHABLE 3
#define ICMP_TIME_EXCEEDED 11
#define ICMP_PARAMETER 12
#define ICMPV6_UNREACHABLE 1
#define ICMPV6_PARAMETER 4
#define NOT_OURS -1

/* What would not fit on the stack; nothing in it outlives a packet. */
struct error_scratch {
	struct flow flow; /* of the packet that is quoted, as a client's packet or as a server's answer */
	struct ends outer;
	struct ends inner;
	struct ends turned;
	struct service_key service;
	struct way way;
};

struct {
	UINT(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	UINT(max_entries, 1);
	TYPE(key, __u32);
	TYPE(value, struct error_scratch);
} error_scratch SEC(".maps");

/* Whose ends the quotation has: `source` and `destination` as they stand in it. Returns the offset of its ports, or 0
 * when it is no such error, or not all of that is there. */
INLINE __u32 read_quotation(struct xdp_md *ctx, __u32 family, __u32 offset, struct ends *quoted, struct flow *flow)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct icmp *icmp = data + aligned(offset);
	struct ipv4 *ip4 = (void *)(icmp + 1);
	struct ipv6 *ip6 = (void *)(icmp + 1);
	__u16 *ports;
	__u32 size;

	if (offset > SUM_OFFSET_MAX || (void *)(icmp + 1) > end)
		return 0;
	flow->family = (__u8)family;
	if (family == 4) {
		if (icmp->type != ICMP_UNREACHABLE && icmp->type != ICMP_TIME_EXCEEDED && icmp->type != ICMP_PARAMETER)
			return 0;
		if ((void *)(ip4 + 1) > end || ip4->version_and_size >> 4 != 4 || (ip4->fragment & HTONS(0x1FFF)))
			return 0;
		size = (ip4->version_and_size & 15) * 4;
		if (size < sizeof(*ip4))
			return 0;
		flow->protocol = ip4->protocol;
		quoted->source[0] = ip4->source;
		quoted->destination[0] = ip4->destination;
	} else {
		if (icmp->type < ICMPV6_UNREACHABLE || icmp->type > ICMPV6_PARAMETER)
			return 0;
		if ((void *)(ip6 + 1) > end || *(__u8 *)ip6 >> 4 != 6)
			return 0;
		size = sizeof(*ip6);
		flow->protocol = ip6->next;
		__builtin_memcpy(quoted->source, ip6->source, sizeof(quoted->source));
		__builtin_memcpy(quoted->destination, ip6->destination, sizeof(quoted->destination));
	}
	if (flow->protocol != PROTOCOL_TCP && flow->protocol != PROTOCOL_UDP)
		return 0;
	size += offset + sizeof(*icmp);
	ports = data + aligned(size);
	if ((void *)(ports + 4) > end)
		return 0;
	quoted->source_port = ports[0];
	quoted->destination_port = ports[1];
	flow->event = EVENT_ACK;
	return size;
}

/* Puts other ends into the ports of the quotation. Returns the difference to the checksum around it. */
INLINE __u64 requote_ports(void *data, void *end, __u32 at, const struct ends *inner, __u8 protocol, __u64 addresses)
{
	__u16 *ports = data + aligned(at);
	__u16 *checksum = ports + (protocol == PROTOCOL_UDP ? 3 : 8);
	__u64 difference;

	if ((void *)(ports + 4) > end)
		return 0;
	difference = (__u64)(__u16)~ports[0] + (__u16)~ports[1] + inner->source_port + inner->destination_port;
	ports[0] = inner->source_port;
	ports[1] = inner->destination_port;
	/* Of TCP there may be eight bytes only. */
	if ((void *)(checksum + 1) <= end && (protocol != PROTOCOL_UDP || *checksum)) {
		__u16 old = *checksum;

		*checksum = changed(old, addresses + difference);
		difference += (__u64)(__u16)~old + *checksum;
	}
	return difference;
}

/* Rewrite the error. `at`: where the ports of the quotation are. Return 0, or -1. */
SUBPROGRAM int rewrite_error4(struct xdp_md *ctx, const struct error_scratch *ends, __u32 offset, __u32 at)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip = data + ETHERNET_SIZE, *quoted;
	struct icmp *icmp = data + aligned(offset);
	__u64 difference;
	__u16 old;

	if (!ends || offset > SUM_OFFSET_MAX || at > 2 * SUM_OFFSET_MAX)
		return -1;
	quoted = (void *)(icmp + 1);
	if ((void *)(ip + 1) > end || (void *)(quoted + 1) > end)
		return -1;
	difference = replace(&ip->source, ends->outer.source, 1);
	difference += replace(&ip->destination, ends->outer.destination, 1);
	ip->checksum = changed(ip->checksum, difference);
	difference = replace(&quoted->source, ends->inner.source, 1);
	difference += replace(&quoted->destination, ends->inner.destination, 1);
	old = quoted->checksum;
	quoted->checksum = changed(old, difference);
	icmp->checksum = changed(icmp->checksum, difference + (__u16)~old + quoted->checksum);
	difference = requote_ports(data, end, at, &ends->inner, ends->flow.protocol, difference);
	icmp->checksum = changed(icmp->checksum, difference);
	return 0;
}

SUBPROGRAM int rewrite_error6(struct xdp_md *ctx, const struct error_scratch *ends, __u32 offset, __u32 at)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv6 *ip = data + ETHERNET_SIZE, *quoted;
	struct icmp *icmp = data + aligned(offset);
	__u64 difference;

	if (!ends || offset > SUM_OFFSET_MAX || at > 2 * SUM_OFFSET_MAX)
		return -1;
	quoted = (void *)(icmp + 1);
	if ((void *)(ip + 1) > end || (void *)(quoted + 1) > end)
		return -1;
	difference = replace(ip->source, ends->outer.source, 4);
	difference += replace(ip->destination, ends->outer.destination, 4);
	icmp->checksum = changed(icmp->checksum, difference);
	difference = replace(quoted->source, ends->inner.source, 4);
	difference += replace(quoted->destination, ends->inner.destination, 4);
	icmp->checksum = changed(icmp->checksum, difference);
	difference = requote_ports(data, end, at, &ends->inner, ends->flow.protocol, difference);
	icmp->checksum = changed(icmp->checksum, difference);
	return 0;
}

INLINE int rewrite_error(struct xdp_md *ctx, const struct error_scratch *ends, __u32 offset, __u32 at)
{
	return ends->flow.family == 4 ? rewrite_error4(ctx, ends, offset, at) : rewrite_error6(ctx, ends, offset, at);
}

INLINE void read_outer(struct xdp_md *ctx, __u32 family, struct ends *outer)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip4 = data + ETHERNET_SIZE;
	struct ipv6 *ip6 = data + ETHERNET_SIZE;

	if (family == 4) {
		if ((void *)(ip4 + 1) > end)
			return;
		outer->source[0] = ip4->source;
		outer->destination[0] = ip4->destination;
		return;
	}
	if ((void *)(ip6 + 1) > end)
		return;
	__builtin_memcpy(outer->source, ip6->source, sizeof(outer->source));
	__builtin_memcpy(outer->destination, ip6->destination, sizeof(outer->destination));
}

/* The server of a flow: that of its connection, or the one that every director would choose. -1: none. */
SUBPROGRAM int server_of_flow(struct xdp_md *ctx, struct error_scratch *scratch)
{
	const struct flow *flow;
	struct connection *known;
	struct service_key *key;
	struct server *server;
	struct service *service;
	__u32 *id, index, number;

	if (!scratch || read_frame(ctx, &scratch->flow))
		return -1;
	flow = &scratch->flow;
	key = &scratch->service;
	known = find_connection(flow);
	if (known) {
		index = known->server;
		server = bpf_map_lookup_elem(&servers, &index);
		return server && server->generation == known->generation && judge_gate(flow, server) < 0
			? (int)index : -1;
	}
	__builtin_memcpy(key->address, flow->address, sizeof(key->address));
	key->port = flow->port;
	key->protocol = flow->protocol;
	key->family = flow->family;
	id = bpf_map_lookup_elem(&service_ids, key);
	if (!id)
		return -1;
	number = *id;
	service = bpf_map_lookup_elem(&services, &number);
	if (!service || service->choose != CHOOSE_HASH || !(service->flags & SERVICE_ACTIVE))
		return -1;
	index = choose_by_maglev(service, number, flow);
	return usable(index, number) ? (int)index : -1;
}

INLINE void set_flow(struct flow *flow, const struct ends *client, __u32 bytes)
{
	__builtin_memcpy(flow->client, client->source, sizeof(flow->client));
	__builtin_memcpy(flow->address, client->destination, sizeof(flow->address));
	flow->client_port = client->source_port;
	flow->port = client->destination_port;
	flow->bytes = bytes;
}

INLINE void turn(struct error_scratch *scratch)
{
	struct ends *ends = &scratch->inner, *before = &scratch->turned;

	__builtin_memcpy(before, ends, sizeof(*before));
	__builtin_memcpy(ends->source, before->destination, sizeof(ends->source));
	__builtin_memcpy(ends->destination, before->source, sizeof(ends->destination));
	ends->source_port = before->destination_port;
	ends->destination_port = before->source_port;
}

/* An error about an answer to a client, as NAT's server has to see it. Returns 0, or -1. */
INLINE int translate_error(struct error_scratch *scratch, const struct server *server)
{
	int port = scratch->flow.client_port;

	if (server->flags & SERVER_STATEFUL) {
		port = keep_translation(&scratch->flow, server);
		if (port < 0)
			return -1;
		if (server->flags & SERVER_MASQUERADED)
			__builtin_memcpy(scratch->inner.destination, server->source, sizeof(scratch->inner.destination));
	}
	__builtin_memcpy(scratch->inner.source, server->address, sizeof(scratch->inner.source));
	__builtin_memcpy(scratch->outer.destination, server->address, sizeof(scratch->outer.destination));
	scratch->inner.destination_port = (__u16)port;
	scratch->inner.source_port = server->port ? HTONS(server->port) : scratch->flow.port;
	return 0;
}

/* An error from the servers' side about a client's packet that was forwarded by NAT. */
SUBPROGRAM int judge_error_to_client(struct xdp_md *ctx, struct error_scratch *scratch, __u32 offset, __u32 at)
{
	struct nat_scratch *nat = clean_scratch();
	struct server *server;
	struct way *way;

	if (!scratch || !nat)
		return NOT_OURS;
	way = &scratch->way;
	server = answering_server(&scratch->flow);
	if (!server || original_ends(&scratch->flow, server, &scratch->inner, nat))
		return NOT_OURS;
	__builtin_memcpy(scratch->outer.source, scratch->inner.source, sizeof(scratch->outer.source));
	__builtin_memcpy(scratch->outer.destination, scratch->inner.destination, sizeof(scratch->outer.destination));
	find_way(&scratch->inner, scratch->flow.family, way);
	turn(scratch);
	if (!way->ifindex)
		return NOT_OURS;
	if (take_hop(ctx, &scratch->flow))
		return count(CAUSE_TTL, XDP_PASS);
	if (rewrite_error(ctx, scratch, offset, at))
		return count(CAUSE_MALFORMED, XDP_DROP);
	count_answer(nat->server, scratch->flow.bytes);
	return send_answer(ctx, way, scratch->flow.tag);
}

/* A packet of ICMP, whole; `tag` is that of its VLAN. Returns NOT_OURS, or what to do with it; then it has been
 * counted. */
SUBPROGRAM int judge_error(struct xdp_md *ctx, __u32 family, __u32 offset, __u32 bytes, __u32 tag)
{
	__u32 zero = 0, at, number;
	struct error_scratch *scratch = bpf_map_lookup_elem(&error_scratch, &zero);
	struct server *server;
	int index, cause;

	if (!scratch)
		return NOT_OURS;
	__builtin_memset(scratch, 0, sizeof(*scratch));
	at = read_quotation(ctx, family, offset, &scratch->inner, &scratch->flow);
	if (!at)
		return NOT_OURS;
	scratch->flow.tag = tag;
	read_outer(ctx, family, &scratch->outer);
	turn(scratch);
	set_flow(&scratch->flow, &scratch->inner, bytes);
	index = server_of_flow(ctx, scratch);
	if (index < 0)
		return judge_error_to_client(ctx, scratch, offset, at);
	number = (__u32)index;
	server = bpf_map_lookup_elem(&servers, &number);
	if (!server || (server->flags & SERVER_LOCAL) || !(server->flags & SERVER_RESOLVED))
		return NOT_OURS;
	if (take_hop(ctx, &scratch->flow))
		return count(CAUSE_TTL, XDP_DROP);
	count_packet(number, bytes, 0);
	if (server->forwarding == FORWARDING_NAT) {
		turn(scratch);
		if (translate_error(scratch, server))
			return count(CAUSE_NO_PORT, XDP_DROP);
		if (rewrite_error(ctx, scratch, offset, at))
			return count(CAUSE_MALFORMED, XDP_DROP);
	} else if (server->forwarding == FORWARDING_TUNNEL) {
		cause = encapsulate(ctx, server);
		if (cause != FORWARDABLE)
			return count((__u32)cause, cause == CAUSE_ANSWERED ? XDP_TX : XDP_DROP);
	}
	return send_to(ctx, server);
}

/* Forwarding by NAT: a packet to a service gets the address and port of the real server, and the server's answer those
 * of the service again. When one service alone uses a server's port, the configuration says whose an answer is, and no
 * connection is needed for that; otherwise, and when we masquerade, the translations say it. */
#pragma once
#include "connection.h"
#include "director.h"
#include "hash.h"
#include "packet.h"
#include "rewrite.h"
#include "translation.h"
#include "tunnel.h"
#include "vlan.h"

#define NO_PORT -1
#define NOT_AN_ANSWER -1

/* How a frame gets to a client. */
struct way {
	__u32 ifindex; /* 0: not known */
	__u16 macs[6]; /* the first 12 bytes of the frame */
	__u16 mtu;     /* 0: anything */
	__u16 reserved;
	__u32 tag; /* of the VLAN; 0: none */
};

/* What would not fit on the stack; nothing in it outlives a packet. */
struct nat_scratch {
	struct translation_key key;
	struct translation_key inner;
	struct translation fresh;
	struct flow forward;
	struct ends ends;
	struct way way;
	__u32 server; /* whose answer it is; NO_SERVER_INDEX: it is counted for none */
};

struct {
	UINT(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	UINT(max_entries, 1);
	TYPE(key, __u32);
	TYPE(value, struct nat_scratch);
} nat_scratch SEC(".maps");

INLINE struct nat_scratch *clean_scratch(void)
{
	__u32 zero = 0;
	struct nat_scratch *scratch = bpf_map_lookup_elem(&nat_scratch, &zero);

	if (scratch)
		__builtin_memset(scratch, 0, sizeof(*scratch));
	return scratch;
}

INLINE int is_of(const struct translation *known, const struct flow *flow)
{
	__u32 difference = (known->client_port ^ flow->client_port) | (known->port ^ flow->port);

	for (int i = 0; i < 4; i++)
		difference |= (known->client[i] ^ flow->client[i]) | (known->address[i] ^ flow->address[i]);
	return difference == 0;
}

/* Makes the flow the owner of a translation, or finds that it is. Returns 0, or -1 when it is another flow's. */
INLINE int claim(struct nat_scratch *scratch, const struct flow *flow, const struct server *server, __u64 now)
{
	struct translation *known = bpf_map_lookup_elem(&translations, &scratch->key);
	struct translation *fresh = &scratch->fresh;
	__u32 state;
	__u64 expires;

	if (known && is_of(known, flow)) {
		state = state_after(known->state, flow);
		expires = expiry(state, flow, now);
		if (known->state != state)
			known->state = state;
		if (known->expires != expires)
			known->expires = expires;
		known->server = server->number;
		known->generation = server->generation;
		return 0;
	}
	if (known && known->expires > now)
		return -1;
	__builtin_memcpy(fresh->client, flow->client, sizeof(fresh->client));
	__builtin_memcpy(fresh->address, flow->address, sizeof(fresh->address));
	fresh->client_port = flow->client_port;
	fresh->port = flow->port;
	fresh->state = state_after(STATE_NONE, flow);
	fresh->expires = expiry(fresh->state, flow, now);
	fresh->server = server->number;
	fresh->generation = server->generation;
	/* Whoever comes first of two that want it has it. */
	return bpf_map_update_elem(&translations, &scratch->key, fresh, known ? BPF_EXIST : BPF_NOEXIST) ? -1 : 0;
}

/* A port of ours for the flow, the same one every time. Ports are tried in an order that the flow decides, so that a
 * flow whose connection is new to us, but whose translation is not, finds it again. */
INLINE int masquerade(struct nat_scratch *scratch, const struct flow *flow, const struct server *server, __u64 now)
{
	struct translation_key *inner = &scratch->inner;
	__u32 *known, word, port;

	__builtin_memcpy(inner->server, flow->address, sizeof(inner->server));
	__builtin_memcpy(inner->peer, flow->client, sizeof(inner->peer));
	inner->server_port = flow->port;
	inner->peer_port = flow->client_port;
	inner->protocol = flow->protocol;
	inner->family = flow->family;
	known = bpf_map_lookup_elem(&masquerades, inner);
	if (LIKELY(known)) {
		port = *known;
		scratch->key.peer_port = (__u16)port;
		if (claim(scratch, flow, server, now) == 0)
			return (int)(port & 0xFFFF);
	}
	word = flow->client[0] ^ flow->client[1] ^ flow->client[2] ^ flow->client[3] ^ rotate_left(flow->address[0], 16);
	port = client_hash(word ^ ((__u32)flow->client_port << 16) ^ flow->port);
	for (int i = 0; i < MASQUERADE_TRIES; i++) {
		__u32 chosen = HTONS((__u16)(MASQUERADE_FIRST + port % MASQUERADE_COUNT));

		scratch->key.peer_port = (__u16)chosen;
		if (claim(scratch, flow, server, now) == 0) {
			if (bpf_map_update_elem(&masquerades, inner, &chosen, BPF_ANY))
				return NO_PORT;
			return (int)chosen;
		}
		port = port % MASQUERADE_COUNT + MASQUERADE_STRIDE;
	}
	return NO_PORT;
}

/* Sees to it that the server's answers find the flow. Returns the port that its packets get as their source, or
 * NO_PORT. */
GLOBAL int keep_translation(const struct flow *flow, const struct server *server)
{
	struct nat_scratch *scratch = clean_scratch();
	__u64 now = bpf_ktime_get_coarse_ns();
	struct translation_key *key;

	if (!flow || !server || !scratch)
		return NO_PORT;
	key = &scratch->key;
	__builtin_memcpy(key->server, server->address, sizeof(key->server));
	key->server_port = server->port ? HTONS(server->port) : flow->port;
	key->protocol = flow->protocol;
	key->family = flow->family;
	if (server->flags & SERVER_MASQUERADED) {
		__builtin_memcpy(key->peer, server->source, sizeof(key->peer));
		return masquerade(scratch, flow, server, now);
	}
	__builtin_memcpy(key->peer, flow->client, sizeof(key->peer));
	key->peer_port = flow->client_port;
	return claim(scratch, flow, server, now) ? NO_PORT : flow->client_port;
}

/* Remembers who sends us a client's packets: answers go back there. So no route is asked for, which only programs
 * under the GPL may do, and of several routers the one that the client comes by gets them. */
SUBPROGRAM int remember_hop(struct xdp_md *ctx, const struct flow *flow)
{
	__u16 *frame = (void *)(long)ctx->data;
	struct last_hop hop = { .ifindex = ctx->ingress_ifindex }, *known;
	struct address_key key = {};

	if (!flow || (void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return 0;
	hop.tag = flow->tag;
	__builtin_memcpy(key.address, flow->client, sizeof(key.address));
	key.family = flow->family;
	known = bpf_map_lookup_elem(&last_hops, &key);
	if (LIKELY(known && known->mac[2] == frame[5] && known->mac[1] == frame[4] && known->mac[0] == frame[3]
		&& known->ifindex == hop.ifindex && known->tag == hop.tag))
		return 0;
	for (int i = 0; i < 3; i++)
		hop.mac[i] = frame[3 + i];
	bpf_map_update_elem(&last_hops, &key, &hop, BPF_ANY);
	return 0;
}

/* Whether a router on the way may make fragments of the packet. */
INLINE int may_be_cut(struct xdp_md *ctx, const struct flow *flow)
{
	struct ipv4 *ip = (void *)(long)ctx->data + ETHERNET_SIZE;

	return flow->family == 4 && (void *)(ip + 1) <= (void *)(long)ctx->data_end && !(ip->fragment & DONT_FRAGMENT);
}

/* Too big for the way to the server: answered, unless a router would cut it, which we do not. */
INLINE int answer_too_big(struct xdp_md *ctx, const struct flow *flow, __u32 mtu)
{
	if (may_be_cut(ctx, flow))
		return CAUSE_TOO_BIG;
	return flow->family == 4 ? answer_too_big4(ctx, mtu) : answer_too_big6(ctx, mtu);
}

/* Returns FORWARDABLE, or what became of the packet. Ethernet addresses are the caller's work, and TTL has been. */
SUBPROGRAM int translate(struct xdp_md *ctx, const struct flow *flow, const struct server *server, __u32 place)
{
	struct ends ends = {};
	int port;

	if (!flow || !server)
		return CAUSE_MALFORMED;
	if (UNLIKELY(flow->bytes > server->mtu) && !is_merged(ctx, flow->bytes))
		return answer_too_big(ctx, flow, server->mtu);
	port = flow->client_port;
	__builtin_memcpy(ends.source, flow->client, sizeof(ends.source));
	if (server->flags & SERVER_STATEFUL) {
		port = keep_translation(flow, server);
		if (port < 0)
			return CAUSE_NO_PORT;
		if (server->flags & SERVER_MASQUERADED)
			__builtin_memcpy(ends.source, server->source, sizeof(ends.source));
	}
	__builtin_memcpy(ends.destination, server->address, sizeof(ends.destination));
	ends.source_port = (__u16)port;
	ends.destination_port = server->port ? HTONS(server->port) : flow->port;
	return rewrite(ctx, &ends, flow, place) ? CAUSE_MALFORMED : FORWARDABLE;
}

INLINE struct server *answering_server(const struct flow *flow)
{
	struct service_key key = {};
	struct server *server;
	__u32 *number, index;

	__builtin_memcpy(key.address, flow->client, sizeof(key.address));
	key.port = flow->client_port;
	key.protocol = flow->protocol;
	key.family = flow->family;
	number = bpf_map_lookup_elem(&replies, &key);
	if (!number) {
		key.port = 0;
		number = bpf_map_lookup_elem(&replies, &key);
	}
	if (!number)
		return 0;
	index = *number;
	server = bpf_map_lookup_elem(&servers, &index);
	return server && server->forwarding == FORWARDING_NAT ? server : 0;
}

/* Fills in the ends that the client knows, and the server whose answer it is. Returns 0, or -1 when the packet is no
 * answer to a client of ours. */
INLINE int original_ends(const struct flow *flow, const struct server *server, struct ends *ends,
	struct nat_scratch *scratch)
{
	struct translation_key *key;
	struct translation *known;
	struct service *service;
	struct server *owner;
	__u32 number = server->service;
	struct address_key ours = {};
	struct flow *forward;
	__u64 now;

	if (!scratch)
		return -1;
	scratch->server = server->number;
	key = &scratch->key;
	forward = &scratch->forward;
	if (server->flags & SERVER_STATEFUL) {
		now = bpf_ktime_get_coarse_ns();
		__builtin_memcpy(key->server, flow->client, sizeof(key->server));
		__builtin_memcpy(key->peer, flow->address, sizeof(key->peer));
		key->server_port = flow->client_port;
		key->peer_port = flow->port;
		key->protocol = flow->protocol;
		key->family = flow->family;
		known = bpf_map_lookup_elem(&translations, key);
		if (!known || known->expires <= now)
			return -1;
		__builtin_memcpy(ends->source, known->address, sizeof(ends->source));
		__builtin_memcpy(ends->destination, known->client, sizeof(ends->destination));
		ends->source_port = known->port;
		ends->destination_port = known->client_port;
		if (flow->protocol == PROTOCOL_TCP && flow->event == EVENT_RST)
			known->state = STATE_CLOSE;
		known->expires = expiry(known->state, flow, now);
		number = known->server;
		owner = bpf_map_lookup_elem(&servers, &number);
		scratch->server = owner && owner->generation == known->generation ? number : NO_SERVER_INDEX;
		return 0;
	}
	__builtin_memcpy(ours.address, flow->address, sizeof(ours.address));
	ours.family = flow->family;
	if (bpf_map_lookup_elem(&own_addresses, &ours))
		return -1; /* the server speaks to this machine: a check, perhaps */
	service = bpf_map_lookup_elem(&services, &number);
	if (!service || !(service->flags & (SERVICE_ACTIVE | SERVICE_AJAR)))
		return -1;
	__builtin_memcpy(ends->source, service->key.address, sizeof(ends->source));
	__builtin_memcpy(ends->destination, flow->address, sizeof(ends->destination));
	ends->source_port = service->key.port ? service->key.port : flow->client_port;
	ends->destination_port = flow->port;
	/* A service whose flows may begin in the middle answers in the middle, too. For others, and with the first answer of
	 * TCP, the connection must be ours: somebody may ask the server by its own address, through us. */
	if (service->flags & SERVICE_ONE_PACKET)
		return 0;
	if ((service->flags & SERVICE_SLOPPY) && (flow->protocol != PROTOCOL_TCP || flow->event != EVENT_SYN))
		return 0;
	__builtin_memcpy(forward->client, flow->address, sizeof(forward->client));
	__builtin_memcpy(forward->address, ends->source, sizeof(forward->address));
	forward->client_port = flow->port;
	forward->port = ends->source_port;
	forward->protocol = flow->protocol;
	forward->family = flow->family;
	return find_connection(forward) ? 0 : -1;
}

/* Returns 0, or -1 when the packet may go no further. */
INLINE int take_hop(struct xdp_md *ctx, const struct flow *flow)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip4 = data + ETHERNET_SIZE;
	struct ipv6 *ip6 = data + ETHERNET_SIZE;
	__u32 sum;

	if (flow->family == 6) {
		if ((void *)(ip6 + 1) > end || ip6->hops <= 1)
			return -1;
		ip6->hops--;
		return 0;
	}
	if ((void *)(ip4 + 1) > end || ip4->ttl <= 1)
		return -1;
	ip4->ttl--;
	sum = ip4->checksum + 1U;
	ip4->checksum = (__u16)(sum + (sum >> 16));
	return 0;
}

INLINE void find_way(const struct ends *ends, __u8 family, struct way *way)
{
	struct address_key client = { .family = family };
	struct last_hop *hop;
	__u32 interface;
	__u16 *own;

	__builtin_memcpy(client.address, ends->destination, sizeof(client.address));
	hop = bpf_map_lookup_elem(&last_hops, &client);
	if (!hop)
		return;
	interface = hop->ifindex;
	own = bpf_map_lookup_elem(&interfaces, &interface);
	if (!own)
		return;
	for (int i = 0; i < 3; i++) {
		way->macs[i] = hop->mac[i];
		way->macs[3 + i] = own[i];
	}
	way->mtu = own[3];
	way->tag = hop->tag;
	way->ifindex = interface;
}

/* Sends an answer the way that the client's packets come, in their VLAN. `tag`: that of the VLAN by which it came. */
INLINE int send_answer(struct xdp_md *ctx, const struct way *way, __u32 tag)
{
	int action = way->ifindex == ctx->ingress_ifindex ? XDP_TX : (int)bpf_redirect(way->ifindex, 0);
	__u16 *frame = (void *)(long)ctx->data;

	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return count(CAUSE_MALFORMED, XDP_DROP);
	for (int i = 0; i < 6; i++)
		frame[i] = way->macs[i];
	if (UNLIKELY(way->tag) && put_tag(ctx, way->tag))
		return count(CAUSE_MALFORMED, XDP_DROP);
	return count(CAUSE_ANSWER, UNLIKELY(tag) ? action | ACTION_AS_IT_IS : action);
}

/* A packet for no service: perhaps the answer of a real server. Returns NOT_AN_ANSWER, or what to do with it; then it
 * has been counted. What may not go on is left to the stack as it came, which answers the server as a router does; only
 * what we know no neighbour for goes there translated. */
SUBPROGRAM int answer(struct xdp_md *ctx, const struct flow *flow, __u32 place)
{
	struct nat_scratch *scratch;
	struct ends *ends;
	struct way *way;
	struct server *server;

	if (!flow)
		return NOT_AN_ANSWER;
	server = answering_server(flow);
	if (!server)
		return NOT_AN_ANSWER;
	scratch = clean_scratch();
	if (!scratch)
		return NOT_AN_ANSWER;
	ends = &scratch->ends;
	way = &scratch->way;
	if (original_ends(flow, server, ends, scratch))
		return NOT_AN_ANSWER;
	find_way(ends, flow->family, way);
	if (UNLIKELY(!way->ifindex)) {
		count_answer(scratch->server, flow->bytes);
		return count(CAUSE_NO_HOP, rewrite(ctx, ends, flow, place) ? XDP_DROP : XDP_PASS);
	}
	if (UNLIKELY(way->mtu != 0 && flow->bytes > way->mtu) && !is_merged(ctx, flow->bytes))
		return count(CAUSE_TOO_BIG, may_be_cut(ctx, flow) ? XDP_DROP : XDP_PASS);
	if (take_hop(ctx, flow))
		return count(CAUSE_TTL, XDP_PASS);
	if (rewrite(ctx, ends, flow, place))
		return count(CAUSE_MALFORMED, XDP_DROP);
	count_answer(scratch->server, flow->bytes);
	return send_answer(ctx, way, flow->tag);
}

/* Forwarding through a tunnel: the packet becomes the content of another one, which is addressed to the real server.
 * Outer headers are those that IPVS makes: TOS and TTL of the packet, its DF bit when it has one, no option. What is
 * too big for the tunnel is answered as a router answers it. */
#pragma once
#include "director.h"
#include "flow.h"
#include "hash.h"
#include "packet.h"

#define OVERHEAD_GUE (sizeof(struct udp) + sizeof(struct gue))
#define GRE_CHECKSUM HTONS(0x8000)
#define MTU_V6_MIN 1280
#define QUOTE_V4 548  /* an ICMP packet of 576 bytes: RFC 1812, 4.3.2.3 */
#define QUOTE_V6 1232 /* an ICMPv6 packet of 1280 bytes: RFC 4443, 2.4 */
#define ICMP_SIZE 8
#define ANSWER_TTL 64
#define INTERNETWORK_CONTROL 0xC0

struct icmp {
	__u8 type;
	__u8 code;
	__u16 checksum;
	__u32 mtu; /* IPv4: in the lower half */
};

/* What the outer headers say of the packet. */
struct inner {
	__u32 length;
	__u32 hash; /* of the flow; the same for all fragments */
	__u16 fragment; /* DF, or nothing */
	__u8 protocol;
	__u8 service;
	__u8 ttl;
	__u8 may_be_cut;
};

INLINE int read_inner(struct xdp_md *ctx, struct inner *inner)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip4 = data + ETHERNET_SIZE;
	struct ipv6 *ip6 = data + ETHERNET_SIZE;
	__u32 word, *ports = 0;

	if ((void *)(ip4 + 1) > end)
		return -1;
	if (ip4->version_and_size >> 4 == 4) {
		inner->length = HTONS(ip4->length);
		inner->protocol = PROTOCOL_IPV4;
		inner->service = ip4->service;
		inner->ttl = ip4->ttl;
		inner->fragment = ip4->fragment & DONT_FRAGMENT;
		inner->may_be_cut = !inner->fragment;
		word = ip4->source ^ rotate_left(ip4->destination, 16);
		if (ip4->version_and_size == 0x45 && !(ip4->fragment & HTONS(0x3FFF)))
			ports = (void *)(ip4 + 1);
	} else {
		if ((void *)(ip6 + 1) > end)
			return -1;
		inner->length = sizeof(*ip6) + HTONS(ip6->payload);
		inner->protocol = PROTOCOL_IPV6;
		inner->service = (__u8)(HTONL(ip6->version_and_flow) >> 20);
		inner->ttl = ip6->hops;
		word = ip6->source[0] ^ ip6->source[1] ^ ip6->source[2] ^ ip6->source[3]
			^ rotate_left(ip6->destination[2] ^ ip6->destination[3], 16);
		if (ip6->next == PROTOCOL_TCP || ip6->next == PROTOCOL_UDP)
			ports = (void *)(ip6 + 1);
	}
	if (ports && (void *)(ports + 1) <= end)
		word ^= *ports;
	inner->hash = client_hash(word);
	return 0;
}

/* The sum of the whole packet, or -1. A packet whose own checksum covers it needs no pass over its bytes: with the
 * pseudo header its segment adds up to nothing, and so does a header of IPv4. */
INLINE int sum_inner(struct xdp_md *ctx, const struct inner *inner)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip4 = data + ETHERNET_SIZE;
	struct ipv6 *ip6 = data + ETHERNET_SIZE;
	__u64 pseudo, header = 0;
	__u32 next;
	struct udp *udp;

	if (inner->protocol == PROTOCOL_IPV4) {
		if ((void *)(ip4 + 1) > end)
			return -1;
		if (ip4->version_and_size != 0x45 || (ip4->fragment & HTONS(0x3FFF)))
			return sum_frame(ctx, ETHERNET_SIZE, inner->length);
		next = ip4->protocol;
		pseudo = (__u64)ip4->source + ip4->destination + HTONS((__u16)(inner->length - sizeof(*ip4)));
		udp = (void *)(ip4 + 1);
	} else {
		if ((void *)(ip6 + 1) > end)
			return -1;
		next = ip6->next;
		pseudo = sum_words(ip6->source, 8) + ip6->payload;
		header = sum_words(ip6, 10);
		udp = (void *)(ip6 + 1);
	}
	if (next != PROTOCOL_TCP && next != PROTOCOL_UDP)
		return sum_frame(ctx, ETHERNET_SIZE, inner->length);
	if ((void *)(udp + 1) > end)
		return -1;
	if (next == PROTOCOL_UDP && udp->checksum == 0)
		return sum_frame(ctx, ETHERNET_SIZE, inner->length);
	pseudo += HTONS((__u16)next);
	return (int)fold(header + (~fold(pseudo) & 0xFFFF));
}

/* Leaves of the frame so much that it is an answer's quotation, and makes room for the headers in front of it.
 * Returns 0, or -1 when that cannot be done. */
INLINE int make_quote(struct xdp_md *ctx, __u32 packet, __u32 quote, int headers)
{
	__u32 linear = (__u32)(ctx->data_end - ctx->data);
	__u32 whole = ETHERNET_SIZE + packet;

	whole = linear > whole ? linear : whole;
	if (whole < ETHERNET_SIZE + quote)
		return -1;
	if (bpf_xdp_adjust_tail(ctx, (int)(ETHERNET_SIZE + quote) - (int)whole))
		return -1;
	return bpf_xdp_adjust_head(ctx, -headers) ? -1 : 0;
}

/* Errors are for single hosts only (RFC 1122, 3.2.2). */
INLINE int is_host4(__u32 address)
{
	__u32 first = address & 0xFF;

	return first != 0 && first != 127 && first < 224;
}

INLINE void turn_ethernet(__u16 *frame, const __u16 *addresses, __u16 type)
{
	for (int i = 0; i < 3; i++) {
		frame[i] = addresses[3 + i];
		frame[3 + i] = addresses[i];
	}
	frame[6] = type;
}

/* Makes the frame the answer that the packet is too big, from the address that it was for. Returns the cause. */
SUBPROGRAM int answer_too_big4(struct xdp_md *ctx, __u32 mtu)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip = data + ETHERNET_SIZE;
	__u16 addresses[6];
	__u32 client, address, quote;
	struct icmp *icmp;
	int sum;

	if ((void *)(ip + 1) > end)
		return CAUSE_TOO_BIG;
	client = ip->source;
	address = ip->destination;
	quote = HTONS(ip->length);
	if ((ip->fragment & HTONS(0x1FFF)) || !is_host4(client))
		return CAUSE_TOO_BIG;
	quote = quote > QUOTE_V4 ? QUOTE_V4 : quote;
	for (int i = 0; i < 6; i++)
		addresses[i] = ((__u16 *)data)[i];
	if (make_quote(ctx, HTONS(ip->length), quote, sizeof(*ip) + ICMP_SIZE))
		return CAUSE_TOO_BIG;
	sum = sum_frame(ctx, ETHERNET_SIZE + sizeof(*ip) + ICMP_SIZE, quote);
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	ip = data + ETHERNET_SIZE;
	icmp = (void *)(ip + 1);
	if (sum < 0 || (void *)(icmp + 1) > end)
		return CAUSE_TOO_BIG;
	turn_ethernet(data, addresses, ETHERNET_IPV4);
	ip->version_and_size = 0x45;
	ip->service = INTERNETWORK_CONTROL;
	ip->length = HTONS((__u16)(sizeof(*ip) + ICMP_SIZE + quote));
	ip->identification = 0;
	ip->fragment = DONT_FRAGMENT;
	ip->ttl = ANSWER_TTL;
	ip->protocol = PROTOCOL_ICMP;
	ip->checksum = 0;
	ip->source = address;
	ip->destination = client;
	ip->checksum = (__u16)~fold(sum_words(ip, 5));
	icmp->type = 3;
	icmp->code = 4;
	icmp->checksum = 0;
	icmp->mtu = HTONL(mtu & 0xFFFF);
	icmp->checksum = (__u16)~fold(sum_words(icmp, 2) + (__u32)sum);
	return CAUSE_ANSWERED;
}

SUBPROGRAM int answer_too_big6(struct xdp_md *ctx, __u32 mtu)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv6 *ip = data + ETHERNET_SIZE;
	__u16 addresses[6];
	__u32 client[4], address[4], quote;
	struct icmp *icmp;
	__u64 total;
	int sum;

	/* No link of IPv6 has less, and a host would not believe it. */
	if (mtu < MTU_V6_MIN || (void *)(ip + 1) > end)
		return CAUSE_TOO_BIG;
	__builtin_memcpy(client, ip->source, sizeof(client));
	__builtin_memcpy(address, ip->destination, sizeof(address));
	quote = sizeof(*ip) + HTONS(ip->payload);
	if ((client[0] & 0xFF) == 0xFF || (client[0] | client[1] | client[2] | client[3]) == 0)
		return CAUSE_TOO_BIG;
	for (int i = 0; i < 6; i++)
		addresses[i] = ((__u16 *)data)[i];
	/* It is larger than MTU_V6_MIN, so there is as much as is quoted. */
	if (make_quote(ctx, quote, QUOTE_V6, sizeof(*ip) + ICMP_SIZE))
		return CAUSE_TOO_BIG;
	sum = sum_frame(ctx, ETHERNET_SIZE + sizeof(*ip) + ICMP_SIZE, QUOTE_V6);
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	ip = data + ETHERNET_SIZE;
	icmp = (void *)(ip + 1);
	if (sum < 0 || (void *)(icmp + 1) > end)
		return CAUSE_TOO_BIG;
	turn_ethernet(data, addresses, ETHERNET_IPV6);
	ip->version_and_flow = HTONL(0x60000000);
	ip->payload = HTONS(ICMP_SIZE + QUOTE_V6);
	ip->next = PROTOCOL_ICMPV6;
	ip->hops = ANSWER_TTL;
	__builtin_memcpy(ip->source, address, sizeof(address));
	__builtin_memcpy(ip->destination, client, sizeof(client));
	icmp->type = 2;
	icmp->code = 0;
	icmp->checksum = 0;
	icmp->mtu = HTONL(mtu);
	total = sum_words(ip->source, 8) + ip->payload + HTONS(PROTOCOL_ICMPV6);
	icmp->checksum = (__u16)~fold(total + sum_words(icmp, 2) + (__u32)sum);
	return CAUSE_ANSWERED;
}

/* Whether the frame is more than its interface can have received: the kernel has put segments together, which it takes
 * apart again when it sends them. */
INLINE int is_merged(struct xdp_md *ctx, __u32 length)
{
	__u32 interface = ctx->ingress_ifindex;
	__u16 *known = bpf_map_lookup_elem(&interfaces, &interface);

	return known && known[3] != 0 && length > known[3];
}

INLINE void write_outer4(struct ipv4 *ip, const struct server *server, const struct inner *inner, __u32 length, __u8 next)
{
	ip->version_and_size = 0x45;
	ip->service = inner->service;
	ip->length = HTONS((__u16)length);
	/* What may not be cut needs no number (RFC 6864). */
	ip->identification = inner->fragment ? 0 : (__u16)bpf_get_prandom_u32();
	ip->fragment = inner->fragment;
	ip->ttl = inner->ttl;
	ip->protocol = next;
	ip->checksum = 0;
	ip->source = server->source[0];
	ip->destination = server->address[0];
	ip->checksum = (__u16)~fold(sum_words(ip, 5));
}

INLINE void write_outer6(struct ipv6 *ip, const struct server *server, const struct inner *inner, __u32 payload, __u8 next)
{
	ip->version_and_flow = HTONL(0x60000000U | (__u32)inner->service << 20);
	ip->payload = HTONS((__u16)payload);
	ip->next = next;
	ip->hops = inner->ttl;
	__builtin_memcpy(ip->source, server->source, sizeof(ip->source));
	__builtin_memcpy(ip->destination, server->address, sizeof(ip->destination));
}

INLINE int write_gue(void *at, void *end, const struct server *server, const struct inner *inner, __u32 sum)
{
	struct udp *udp = at;
	struct gue *gue = (void *)(udp + 1);
	__u64 total;

	if ((void *)(gue + 1) > end)
		return -1;
	/* The source port tells flows apart for routers and receive queues; from the dynamic ports (RFC 6335). */
	udp->source = HTONS((__u16)(0xC000 | (inner->hash & 0x3FFF)));
	udp->destination = HTONS(server->tunnel_port);
	udp->length = HTONS((__u16)(OVERHEAD_GUE + inner->length));
	udp->checksum = 0;
	gue->version_and_size = 0;
	gue->protocol = inner->protocol;
	gue->flags = 0;
	if (!server->tunnel_checksum)
		return 0;
	total = server->family == 6 ? sum_words(server->source, 4) + sum_words(server->address, 4)
		: (__u64)server->source[0] + server->address[0];
	total += HTONS(PROTOCOL_UDP) + udp->length + sum + sum_words(at, 3);
	udp->checksum = (__u16)~fold(total);
	if (udp->checksum == 0)
		udp->checksum = 0xFFFF;
	return 0;
}

INLINE int write_gre(void *at, void *end, const struct server *server, const struct inner *inner, __u32 sum)
{
	struct gre *gre = at;
	__u16 *checksum = (void *)(gre + 1);

	if ((void *)(gre + 1) > end)
		return -1;
	gre->flags = server->tunnel_checksum ? GRE_CHECKSUM : 0;
	gre->protocol = inner->protocol == PROTOCOL_IPV4 ? ETHERNET_IPV4 : ETHERNET_IPV6;
	if (!server->tunnel_checksum)
		return 0;
	if ((void *)(checksum + 2) > end)
		return -1;
	checksum[0] = 0;
	checksum[1] = 0;
	checksum[0] = (__u16)~fold((__u64)gre->flags + gre->protocol + sum);
	return 0;
}

/* Returns FORWARDABLE, or what became of the packet. Ethernet addresses are the caller's work. */
SUBPROGRAM int encapsulate(struct xdp_md *ctx, const struct server *server)
{
	struct inner inner = {};
	__u32 outer, shim, length;
	__u16 *type;
	void *data, *end, *at;
	__u8 next;
	int sum = 0, error = 0;

	if (!server || read_inner(ctx, &inner))
		return CAUSE_MALFORMED;
	outer = server->family == 6 ? sizeof(struct ipv6) : sizeof(struct ipv4);
	shim = server->tunnel_kind == TUNNEL_GUE ? OVERHEAD_GUE
		: server->tunnel_kind == TUNNEL_GRE ? (server->tunnel_checksum ? 8 : 4) : 0;
	next = server->tunnel_kind == TUNNEL_GUE ? PROTOCOL_UDP
		: server->tunnel_kind == TUNNEL_GRE ? PROTOCOL_GRE : inner.protocol;
	length = inner.length + outer + shim;
	if (UNLIKELY(length > server->mtu) && !is_merged(ctx, inner.length)) {
		if (inner.may_be_cut || server->mtu <= outer + shim)
			return CAUSE_TOO_BIG;
		return inner.protocol == PROTOCOL_IPV4 ? answer_too_big4(ctx, server->mtu - outer - shim)
			: answer_too_big6(ctx, server->mtu - outer - shim);
	}
	if (length > 0xFFFF)
		return CAUSE_TOO_BIG;
	if (server->tunnel_checksum) {
		sum = sum_inner(ctx, &inner);
		if (sum < 0)
			return CAUSE_MALFORMED;
	}
	if (bpf_xdp_adjust_head(ctx, -(int)(outer + shim)))
		return CAUSE_TOO_BIG;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	type = data + 12;
	at = data + ETHERNET_SIZE;
	if (server->family == 6) {
		if (at + sizeof(struct ipv6) > end)
			return CAUSE_MALFORMED;
		*type = ETHERNET_IPV6;
		write_outer6(at, server, &inner, inner.length + shim, next);
		at += sizeof(struct ipv6);
	} else {
		if (at + sizeof(struct ipv4) > end)
			return CAUSE_MALFORMED;
		*type = ETHERNET_IPV4;
		write_outer4(at, server, &inner, length, next);
		at += sizeof(struct ipv4);
	}
	if (server->tunnel_kind == TUNNEL_GUE)
		error = write_gue(at, end, server, &inner, (__u32)sum);
	else if (server->tunnel_kind == TUNNEL_GRE)
		error = write_gre(at, end, server, &inner, (__u32)sum);
	return error ? CAUSE_MALFORMED : FORWARDABLE;
}

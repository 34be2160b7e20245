/* The other end of the director's tunnels, on a real server: takes packets for virtual addresses out of IP in IP, GUE
 * and GRE, and gives what was in them to the stack. No tunnel device is needed. Everything else goes to the stack as it
 * came. */
#include "decapsulator.h"
#include "packet.h"

#define GUE_VERSION 0xC0
#define GUE_CONTROL_AND_SIZE 0x3F
#define GRE_CHECKSUM HTONS(0x8000)
#define CONGESTION 3

/* A packet in its tunnel. */
struct tunnel {
	__u32 source[4]; /* of the outer header; IPv4 as ::ffff:a.b.c.d */
	__u32 offset;    /* of what follows the outer header, then of the packet inside */
	__u32 outer_length;
	__u8 protocol;   /* of what follows: at last 4 or 41 */
	__u8 service;    /* of the outer header */
	__u8 fate;
};

INLINE int count(__u32 fate, __u32 bytes, int action)
{
	struct fate_counter *counter = bpf_map_lookup_elem(&fates, &fate);

	if (counter) {
		counter->packets++;
		counter->bytes += bytes;
	}
	return action;
}

/* What reads a header returns NOT_A_TUNNEL, PLAIN when all is well, or a fate. */
#define NOT_A_TUNNEL -2
#define PLAIN -1

INLINE int is_tunnel(__u8 protocol)
{
	return protocol == PROTOCOL_IPV4 || protocol == PROTOCOL_IPV6 || protocol == PROTOCOL_UDP
		|| protocol == PROTOCOL_GRE;
}

INLINE int read_outer4(struct tunnel *tunnel, void *data, void *end)
{
	struct ipv4 *ip = data + ETHERNET_SIZE;
	__u32 size;

	if ((void *)(ip + 1) > end || !is_tunnel(ip->protocol))
		return NOT_A_TUNNEL;
	size = (ip->version_and_size & 15) * 4;
	tunnel->outer_length = HTONS(ip->length);
	if (ip->version_and_size >> 4 != 4 || size < sizeof(*ip) || tunnel->outer_length < size)
		return NOT_A_TUNNEL;
	/* A part of UDP may be anybody's. */
	if (ip->fragment & HTONS(0x3FFF))
		return ip->protocol == PROTOCOL_UDP ? NOT_A_TUNNEL : FATE_FRAGMENT;
	tunnel->source[2] = HTONL(0xFFFF);
	tunnel->source[3] = ip->source;
	tunnel->offset = ETHERNET_SIZE + size;
	tunnel->protocol = ip->protocol;
	tunnel->service = ip->service;
	return PLAIN;
}

INLINE int read_outer6(struct tunnel *tunnel, void *data, void *end)
{
	struct ipv6 *ip = data + ETHERNET_SIZE;

	if ((void *)(ip + 1) > end || !is_tunnel(ip->next) || *(__u8 *)ip >> 4 != 6)
		return NOT_A_TUNNEL;
	__builtin_memcpy(tunnel->source, ip->source, sizeof(tunnel->source));
	tunnel->outer_length = sizeof(*ip) + HTONS(ip->payload);
	tunnel->offset = ETHERNET_SIZE + sizeof(*ip);
	tunnel->protocol = ip->next;
	tunnel->service = (__u8)(HTONL(ip->version_and_flow) >> 20);
	return PLAIN;
}

INLINE int read_gue(struct tunnel *tunnel, void *data, void *end)
{
	struct udp *udp = data + tunnel->offset;
	struct gue *gue = (void *)(udp + 1);
	struct decapsulation *settings;
	__u32 zero = 0;

	settings = bpf_map_lookup_elem(&decapsulation, &zero);
	if ((void *)(udp + 1) > end || !settings || settings->gue_port == 0
	    || HTONS(udp->destination) != settings->gue_port)
		return NOT_A_TUNNEL;
	tunnel->fate = FATE_GUE;
	if ((void *)(gue + 1) > end || HTONS(udp->length) < sizeof(*udp) + sizeof(*gue))
		return FATE_MALFORMED;
	/* Variant 1 has no header: the first bits of an IP packet say the variant, too. */
	if ((gue->version_and_size & GUE_VERSION) == 0x40) {
		tunnel->protocol = gue->version_and_size >> 4 == 4 ? PROTOCOL_IPV4
			: gue->version_and_size >> 4 == 6 ? PROTOCOL_IPV6 : 0;
		tunnel->offset += sizeof(*udp);
		return tunnel->protocol ? PLAIN : FATE_MALFORMED;
	}
	if ((gue->version_and_size & (GUE_VERSION | GUE_CONTROL_AND_SIZE)) != 0 || gue->flags != 0)
		return FATE_OPTION;
	tunnel->protocol = gue->protocol;
	tunnel->offset += sizeof(*udp) + sizeof(*gue);
	return PLAIN;
}

INLINE int read_gre(struct tunnel *tunnel, void *data, void *end)
{
	struct gre *gre = data + tunnel->offset;

	tunnel->fate = FATE_GRE;
	if ((void *)(gre + 1) > end)
		return FATE_MALFORMED;
	if (gre->flags & ~GRE_CHECKSUM)
		return FATE_OPTION;
	tunnel->protocol = gre->protocol == ETHERNET_IPV4 ? PROTOCOL_IPV4
		: gre->protocol == ETHERNET_IPV6 ? PROTOCOL_IPV6 : 0;
	tunnel->offset += gre->flags ? 2 * sizeof(*gre) : sizeof(*gre);
	return PLAIN;
}

INLINE int read_shim(struct tunnel *tunnel, void *data, void *end)
{
	int result = PLAIN;

	tunnel->fate = FATE_IPIP;
	if (tunnel->protocol == PROTOCOL_UDP)
		result = read_gue(tunnel, data, end);
	else if (tunnel->protocol == PROTOCOL_GRE)
		result = read_gre(tunnel, data, end);
	if (result != PLAIN)
		return result;
	return tunnel->protocol == PROTOCOL_IPV4 || tunnel->protocol == PROTOCOL_IPV6 ? PLAIN : FATE_OTHER;
}

/* The way was congested: the packet inside says so from now on, if its sender can be told (RFC 6040, figure 4). */
INLINE int mark_congestion4(struct ipv4 *ip)
{
	__u32 sum;

	if ((ip->service & CONGESTION) == 0)
		return FATE_CONGESTED;
	/* RFC 1624: the byte is the higher one of its word as this machine reads it. */
	sum = (~ip->checksum & 0xFFFFU) + (~((__u32)ip->service << 8) & 0xFFFFU) + ((ip->service | CONGESTION) << 8);
	ip->service |= CONGESTION;
	ip->checksum = (__u16)~fold(sum);
	return PLAIN;
}

INLINE int mark_congestion6(struct ipv6 *ip)
{
	if ((ip->version_and_flow & HTONL((__u32)CONGESTION << 20)) == 0)
		return FATE_CONGESTED;
	ip->version_and_flow |= HTONL((__u32)CONGESTION << 20);
	return PLAIN;
}

/* Looks at the packet inside. Returns PLAIN, or a fate; `length` gets its length. */
INLINE int read_inside(struct tunnel *tunnel, void *data, void *end, __u32 *length)
{
	struct virtual_address wanted = {};
	struct source_prefix source = { .length = 128 };
	struct ipv4 *ip4 = data + tunnel->offset;
	struct ipv6 *ip6 = data + tunnel->offset;
	struct decapsulation *settings;
	__u32 zero = 0;

	if (tunnel->protocol == PROTOCOL_IPV4) {
		if ((void *)(ip4 + 1) > end || ip4->version_and_size >> 4 != 4
		    || (ip4->version_and_size & 15) * 4 < (int)sizeof(*ip4))
			return FATE_MALFORMED;
		*length = HTONS(ip4->length);
		wanted.family = 4;
		wanted.address[0] = ip4->destination;
	} else {
		if ((void *)(ip6 + 1) > end || *(__u8 *)ip6 >> 4 != 6)
			return FATE_MALFORMED;
		*length = sizeof(*ip6) + HTONS(ip6->payload);
		wanted.family = 6;
		__builtin_memcpy(wanted.address, ip6->destination, sizeof(wanted.address));
	}
	if (tunnel->offset - ETHERNET_SIZE + *length > tunnel->outer_length)
		return FATE_MALFORMED;
	if (!bpf_map_lookup_elem(&virtuals, &wanted))
		return FATE_OTHER;
	settings = bpf_map_lookup_elem(&decapsulation, &zero);
	__builtin_memcpy(source.address, tunnel->source, sizeof(source.address));
	if (!settings || (settings->is_restricted && !bpf_map_lookup_elem(&sources, &source)))
		return FATE_SOURCE;
	if ((tunnel->service & CONGESTION) != CONGESTION)
		return PLAIN;
	return tunnel->protocol == PROTOCOL_IPV4 ? mark_congestion4(ip4) : mark_congestion6(ip6);
}

INLINE int take_out(struct xdp_md *ctx, struct tunnel *tunnel, __u32 length)
{
	__u16 *frame = (void *)(long)ctx->data;
	__u16 addresses[6];

	if ((void *)(frame + 6) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	for (int i = 0; i < 6; i++)
		addresses[i] = frame[i];
	if (bpf_xdp_adjust_head(ctx, (int)tunnel->offset - ETHERNET_SIZE))
		return count(FATE_MALFORMED, length, XDP_PASS);
	frame = (void *)(long)ctx->data;
	if ((void *)(frame + 7) > (void *)(long)ctx->data_end)
		return XDP_PASS;
	for (int i = 0; i < 6; i++)
		frame[i] = addresses[i];
	frame[6] = tunnel->protocol == PROTOCOL_IPV4 ? ETHERNET_IPV4 : ETHERNET_IPV6;
	return count(tunnel->fate, length, XDP_PASS);
}

SEC("xdp.frags")
int decapsulator(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct tunnel tunnel = {};
	__u32 length = 0;
	__u16 type;
	int result;

	if (data + ETHERNET_SIZE > end)
		return XDP_PASS;
	type = *(__u16 *)(data + 12);
	if (type == ETHERNET_IPV4)
		result = read_outer4(&tunnel, data, end);
	else if (type == ETHERNET_IPV6)
		result = read_outer6(&tunnel, data, end);
	else
		return XDP_PASS;
	if (result == PLAIN)
		result = read_shim(&tunnel, data, end);
	if (result == PLAIN)
		result = read_inside(&tunnel, data, end, &length);
	if (LIKELY(result == NOT_A_TUNNEL))
		return XDP_PASS;
	if (result == PLAIN)
		return take_out(ctx, &tunnel, length);
	return count((__u32)result, tunnel.outer_length,
		result == FATE_SOURCE || result == FATE_CONGESTED ? XDP_DROP : XDP_PASS);
}

char program_license[] SEC("license") = "Apache-2.0";

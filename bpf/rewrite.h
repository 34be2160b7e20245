/* New ends of a packet: addresses and ports are replaced, and the checksums follow the difference (RFC 1624), so that
 * what was wrong before stays wrong. */
#pragma once
#include "flow.h"
#include "packet.h"

struct ends {
	__u32 source[4];
	__u32 destination[4];
	__u16 source_port;
	__u16 destination_port;
};

/* Where the transport header begins in the frame; 0: not in this fragment. */
#define PLACE_OFFSET 0x7FFF
#define PLACE_FRAGMENT 0x8000 /* added: the packet is not whole */

INLINE __u16 changed(__u16 checksum, __u64 difference)
{
	return (__u16)~fold((~checksum & 0xFFFFU) + difference);
}

/* Replaces an address. Returns the difference to the checksums around it. */
INLINE __u64 replace(__u32 *old, const __u32 *new, int words)
{
	__u64 sum = 0;

#pragma clang loop unroll(full)
	for (int i = 0; i < words; i++) {
		sum += (__u64)(__u32)~old[i] + new[i];
		old[i] = new[i];
		/* One after the other, or there would be too much on the stack. */
		OPAQUE(sum);
	}
	return sum;
}

/* Whether the checksum has only the pseudo header in it: the sender has left the rest to an interface, or the kernel
 * has put segments together. Then it is not the complement, and ports are no part of it. A whole one has the same
 * value once in 65536 packets, and is known by the sum over everything. */
INLINE int is_partial(struct xdp_md *ctx, __u16 checksum, __u64 pseudo, __u32 offset, __u32 length)
{
	int sum;

	if (LIKELY(checksum != (__u16)fold(pseudo)))
		return 0;
	sum = sum_frame(ctx, offset, length);
	return sum < 0 || fold(pseudo + (__u32)sum) != 0xFFFF;
}

/* Rewrites the transport header. `difference` is that of the addresses, `pseudo` the sum of the pseudo header. */
INLINE int rewrite_transport(struct xdp_md *ctx, const struct ends *ends, const struct flow *flow, __u32 place,
	__u64 difference, __u64 pseudo, __u32 length)
{
	__u32 offset = place & PLACE_OFFSET;
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u16 *ports = data + aligned(offset);
	__u16 *checksum = ports + (flow->protocol == PROTOCOL_UDP ? 3 : 8);
	int partial = 0;

	if ((void *)(ports + 4) > end || (void *)(checksum + 1) > end)
		return -1;
	if (flow->protocol != PROTOCOL_UDP || *checksum) {
		if (!(place & PLACE_FRAGMENT))
			partial = is_partial(ctx, *checksum, pseudo, offset, length);
		if (partial) {
			*checksum = (__u16)fold(*checksum + difference);
		} else {
			difference += (__u16)~ports[0] + (__u32)(__u16)~ports[1] + ends->source_port + ends->destination_port;
			*checksum = changed(*checksum, difference);
		}
		if (flow->protocol == PROTOCOL_UDP && *checksum == 0)
			*checksum = 0xFFFF;
	}
	ports[0] = ends->source_port;
	ports[1] = ends->destination_port;
	return 0;
}

INLINE int rewrite4(struct xdp_md *ctx, const struct ends *ends, const struct flow *flow, __u32 place)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip = data + ETHERNET_SIZE;
	__u64 difference, pseudo;
	__u32 length;

	if ((void *)(ip + 1) > end)
		return -1;
	length = flow->bytes - ((place & PLACE_OFFSET) - ETHERNET_SIZE);
	pseudo = (__u64)ip->source + ip->destination + HTONS((__u16)flow->protocol) + HTONS((__u16)length);
	difference = replace(&ip->source, ends->source, 1);
	difference += replace(&ip->destination, ends->destination, 1);
	ip->checksum = changed(ip->checksum, difference);
	return place & PLACE_OFFSET ? rewrite_transport(ctx, ends, flow, place, difference, pseudo, length) : 0;
}

INLINE int rewrite6(struct xdp_md *ctx, const struct ends *ends, const struct flow *flow, __u32 place)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv6 *ip = data + ETHERNET_SIZE;
	__u64 difference, pseudo;
	__u32 length;

	if ((void *)(ip + 1) > end)
		return -1;
	length = flow->bytes - ((place & PLACE_OFFSET) - ETHERNET_SIZE);
	pseudo = sum_words(ip->source, 8) + HTONS((__u16)flow->protocol) + HTONS((__u16)length);
	difference = replace(ip->source, ends->source, 4);
	difference += replace(ip->destination, ends->destination, 4);
	return place & PLACE_OFFSET ? rewrite_transport(ctx, ends, flow, place, difference, pseudo, length) : 0;
}

/* Returns 0, or -1 when the headers are not all there, which the caller has seen to. */
SUBPROGRAM int rewrite(struct xdp_md *ctx, const struct ends *ends, const struct flow *flow, __u32 place)
{
	if (!ends || !flow)
		return -1;
	return flow->family == 4 ? rewrite4(ctx, ends, flow, place) : rewrite6(ctx, ends, flow, place);
}

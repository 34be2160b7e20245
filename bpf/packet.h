/* Headers of packets as the programs read and write them, and the sums that protect them. */
#pragma once
#include "kernel.h"

#define ETHERNET_SIZE 14
#define ETHERNET_IPV4 HTONS(0x0800)
#define ETHERNET_IPV6 HTONS(0x86DD)
#define PROTOCOL_ICMP 1
#define PROTOCOL_IPV4 4
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define PROTOCOL_IPV6 41
#define PROTOCOL_GRE 47
#define PROTOCOL_ICMPV6 58
#define DONT_FRAGMENT HTONS(0x4000)
#define BLOCK 512 /* what bpf_csum_diff takes at most */
#define SUMMED_MAX 9216 /* bytes that are summed up at most: a jumbo frame */
#define SUM_OFFSET_MAX 127

/* Headers stand at multiples of four bytes behind the Ethernet header. Where the machine cannot read anything else, the
 * verifier wants to see that. */
INLINE __u32 aligned(__u32 offset)
{
	return ((offset - ETHERNET_SIZE) & 0x1FC) + ETHERNET_SIZE;
}

struct ipv4 {
	__u8 version_and_size;
	__u8 service;
	__u16 length;
	__u16 identification;
	__u16 fragment;
	__u8 ttl;
	__u8 protocol;
	__u16 checksum;
	__u32 source;
	__u32 destination;
};

struct ipv6 {
	__u32 version_and_flow;
	__u16 payload;
	__u8 next;
	__u8 hops;
	__u32 source[4];
	__u32 destination[4];
};

struct udp {
	__u16 source;
	__u16 destination;
	__u16 length;
	__u16 checksum;
};

/* Generic UDP encapsulation, variant 0 without optional fields. */
struct gue {
	__u8 version_and_size;
	__u8 protocol;
	__u16 flags;
};

struct gre {
	__u16 flags;
	__u16 protocol;
};

/* A word of whatever stands there. */
typedef __u32 __attribute__((__may_alias__)) any_word;

/* A sum of 32-bit words, or of 16-bit ones, as 16 bits of one's complement. */
INLINE __u32 fold(__u64 sum)
{
	sum = (sum >> 32) + (sum & 0xFFFFFFFF);
	sum = (sum >> 32) + (sum & 0xFFFFFFFF);
	sum = (sum >> 16) + (sum & 0xFFFF);
	sum = (sum >> 16) + (sum & 0xFFFF);
	return (__u32)((sum >> 16) + (sum & 0xFFFF));
}

INLINE __u64 sum_words(const void *at, int count)
{
	const any_word *words = at;
	__u64 sum = 0;

	for (int i = 0; i < count; i++)
		sum += words[i];
	return sum;
}

/* The same number, of which the verifier knows nothing any more. What it concludes from a sum's range, it would go back
 * over all of the loops for, and not take two ways through them for the same. */
GLOBAL __u32 forget(__u32 number)
{
	OPAQUE(number);
	return number;
}

/* Adds the part of a sum's bytes that a binary digit of their number stands for; larger parts stand before it. */
#define SUM_PART(size) \
	if (length & (size)) { \
		at = data + offset + (length & (0x4000 - 2 * (size))); \
		if (at + (size) > end) \
			return -1; \
		sum = (__u32)bpf_csum_diff(0, 0, at, (size), sum); \
	}

/* The sum of a part of the frame, or -1 when it is not all there. No way through it leaves anything behind but a number
 * of which the verifier knows nothing, so it walks through each part only twice. */
SUBPROGRAM int sum_frame(struct xdp_md *ctx, __u32 offset, __u32 length)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u32 sum = 0, blocks = length / BLOCK;
	void *at;

	if (offset > SUM_OFFSET_MAX || length > SUMMED_MAX)
		return -1;
	if (length & 2) {
		at = data + offset + (length & 0x3FFC);
		if (at + 2 > end)
			return -1;
		sum += *(__u16 *)at;
	}
	if (length & 1) {
		at = data + offset + (length & 0x3FFE);
		if (at + 1 > end)
			return -1;
		sum += *(__u8 *)at;
	}
	sum = forget(sum);
	SUM_PART(4)
	SUM_PART(8)
	SUM_PART(16)
	SUM_PART(32)
	SUM_PART(64)
	SUM_PART(128)
	SUM_PART(256)
	at = data + offset;
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < SUMMED_MAX / BLOCK; i++) {
		if (i >= blocks)
			break;
		if (at + BLOCK > end)
			return -1;
		sum = (__u32)bpf_csum_diff(0, 0, at, BLOCK, sum);
		at += BLOCK;
		OPAQUE(at);
	}
	return (int)forget(fold(sum));
}

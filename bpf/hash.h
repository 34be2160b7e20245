/* SipHash-1-3 of one 32-bit word, cut to 32 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF"), with the
 * key that IPVS's mh scheduler uses, so that this director and a kernel's choose the same server. */
#pragma once
#include "kernel.h"

#define HASH_KEY 2654435761ULL

INLINE __u64 rotate_left(__u64 value, int bits)
{
	return (value << bits) | (value >> (64 - bits));
}

#define SIP_ROUND(v0, v1, v2, v3)                                                                                      \
	do {                                                                                                           \
		v0 += v1;                                                                                              \
		v1 = rotate_left(v1, 13) ^ v0;                                                                         \
		v0 = rotate_left(v0, 32);                                                                              \
		v2 += v3;                                                                                              \
		v3 = rotate_left(v3, 16) ^ v2;                                                                         \
		v0 += v3;                                                                                              \
		v3 = rotate_left(v3, 21) ^ v0;                                                                         \
		v2 += v1;                                                                                              \
		v1 = rotate_left(v1, 17) ^ v2;                                                                         \
		v2 = rotate_left(v2, 32);                                                                              \
	} while (0)

/* A global function: the verifier looks at it once, and takes its result for any number. */
GLOBAL __u32 client_hash(__u32 word)
{
	__u64 block = (4ULL << 56) | word;
	__u64 v0 = 0x736f6d6570736575ULL ^ HASH_KEY;
	__u64 v1 = 0x646f72616e646f6dULL ^ HASH_KEY;
	__u64 v2 = 0x6c7967656e657261ULL ^ HASH_KEY;
	__u64 v3 = 0x7465646279746573ULL ^ HASH_KEY ^ block;

	SIP_ROUND(v0, v1, v2, v3);
	v0 ^= block;
	v2 ^= 0xff;
	SIP_ROUND(v0, v1, v2, v3);
	SIP_ROUND(v0, v1, v2, v3);
	SIP_ROUND(v0, v1, v2, v3);
	return (__u32)(v0 ^ v1 ^ v2 ^ v3);
}

/* What the programs use of the kernel's BPF interface, by the names and numbers of its documentation. No header of the
 * system is included, so the object is the same bytes whatever headers a machine has. */
#pragma once

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
/* The verifier looks at a global function once. One that takes the context cannot be global: kernels without type
 * information of their own do not know its type then. It is looked at again for each call. */
#define GLOBAL __attribute__((noinline))
#define SUBPROGRAM static __attribute__((noinline, unused))
#define LIKELY(x) __builtin_expect(!!(x), 1)
/* Keeps the compiler from computing bounds with what the verifier knows to be a pointer. */
#define OPAQUE(x) __asm__ volatile("" : "+r"(x))
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Map definitions, as libbpf reads them from the type information. */
#define UINT(name, value) int(*name)[value]
#define TYPE(name, type) type *name

#define BPF_MAP_TYPE_HASH 1
#define BPF_MAP_TYPE_ARRAY 2
#define BPF_MAP_TYPE_PERCPU_ARRAY 6
#define BPF_MAP_TYPE_LRU_HASH 9
#define BPF_MAP_TYPE_LPM_TRIE 11
#define BPF_MAP_TYPE_ARRAY_OF_MAPS 12
#define BPF_ANY 0
#define BPF_NOEXIST 1
#define BPF_EXIST 2
#define BPF_F_NO_PREALLOC 1
#define BPF_F_MMAPABLE (1U << 10)
#define BPF_F_INNER_MAP (1U << 12)

#define ERROR_EXISTS -17

#define XDP_DROP 1
#define XDP_PASS 2
#define XDP_TX 3

struct xdp_md {
	__u32 data;
	__u32 data_end;
	__u32 data_meta;
	__u32 ingress_ifindex;
	__u32 rx_queue_index;
	__u32 egress_ifindex;
};

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*bpf_map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;
static long (*bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static __u32 (*bpf_get_prandom_u32)(void) = (void *)7;
static long (*bpf_redirect)(__u32 ifindex, __u64 flags) = (void *)23;
static long (*bpf_csum_diff)(void *from, __u32 from_size, void *to, __u32 to_size, __u32 seed) = (void *)28;
static long (*bpf_xdp_adjust_head)(struct xdp_md *ctx, int delta) = (void *)44;
static long (*bpf_xdp_adjust_tail)(struct xdp_md *ctx, int delta) = (void *)65;
static __u64 (*bpf_ktime_get_coarse_ns)(void) = (void *)160;

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the object is built for little endian"
#endif
#define HTONS(x) ((__u16)__builtin_bswap16(x))
#define HTONL(x) ((__u32)__builtin_bswap32(x))

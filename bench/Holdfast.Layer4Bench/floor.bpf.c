/* What no director can do without: reads the headers of a TCP segment, looks one entry up, and answers. Directors are
 * measured beside it. */
#include "../../bpf/kernel.h"

struct key {
	__u32 client;
	__u32 address;
	__u32 ports;
	__u32 protocol;
};

struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, 262144);
	TYPE(key, struct key);
	TYPE(value, __u64);
} entries SEC(".maps");

SEC("xdp.frags")
int least(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u8 *ip = data + 14;
	struct key key = {};

	if (data + 14 + 20 + 20 > end || *(__u16 *)(data + 12) != HTONS(0x0800) || ip[0] != 0x45 || ip[9] != 6)
		return XDP_PASS;
	key.client = *(__u32 *)(ip + 12);
	key.address = *(__u32 *)(ip + 16);
	key.ports = *(__u32 *)(ip + 20);
	key.protocol = 6;
	return bpf_map_lookup_elem(&entries, &key) ? XDP_TX : XDP_PASS;
}

char program_license[] SEC("license") = "Apache-2.0";

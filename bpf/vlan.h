/* Frames with one VLAN tag: the tag is taken off at the entrance, and put on again when the frame goes back by the same
 * interface or to the stack, so that hardly anything in between knows of it. An answer of NAT leaves in the VLAN of its
 * client, or without a tag, whatever it came with (nat.h). Only where the host has no VLAN interfaces: those
 * have the program themselves, and see no tags. */
#pragma once
#include "director.h"
#include "packet.h"

#define ETHERNET_VLAN HTONS(0x8100)
#define VLAN_SIZE 4

/* Interfaces where frames with a tag are looked at. */
struct {
	UINT(type, BPF_MAP_TYPE_HASH);
	UINT(max_entries, INTERFACES_MAX);
	TYPE(key, __u32);
	TYPE(value, __u32);
} tagged_interfaces SEC(".maps");

/* The tag of a frame: its four bytes, which are never 0; 0: it has none that is looked at. */
INLINE __u32 read_tag(struct xdp_md *ctx)
{
	__u16 *frame = (void *)(long)ctx->data;
	__u32 interface = ctx->ingress_ifindex;

	if (!bpf_map_lookup_elem(&tagged_interfaces, &interface))
		return 0;
	if ((void *)frame + ETHERNET_SIZE + VLAN_SIZE > (void *)(long)ctx->data_end || frame[6] != ETHERNET_VLAN)
		return 0;
	return frame[6] | (__u32)frame[7] << 16;
}

/* Returns 0, or -1 when nothing was done. */
SUBPROGRAM int take_tag(struct xdp_md *ctx)
{
	__u16 *frame = (void *)(long)ctx->data;
	__u16 macs[6];

	if ((void *)frame + ETHERNET_SIZE + VLAN_SIZE > (void *)(long)ctx->data_end)
		return -1;
	for (int i = 0; i < 6; i++)
		macs[i] = frame[i];
	if (bpf_xdp_adjust_head(ctx, VLAN_SIZE))
		return -1;
	frame = (void *)(long)ctx->data;
	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return -1;
	for (int i = 0; i < 6; i++)
		frame[i] = macs[i];
	return 0;
}

SUBPROGRAM int put_tag(struct xdp_md *ctx, __u32 tag)
{
	__u16 *frame = (void *)(long)ctx->data;
	__u16 macs[6];

	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return -1;
	for (int i = 0; i < 6; i++)
		macs[i] = frame[i];
	if (bpf_xdp_adjust_head(ctx, -VLAN_SIZE))
		return -1;
	frame = (void *)(long)ctx->data;
	if ((void *)frame + ETHERNET_SIZE + VLAN_SIZE > (void *)(long)ctx->data_end)
		return -1;
	for (int i = 0; i < 6; i++)
		frame[i] = macs[i];
	frame[6] = (__u16)tag;
	frame[7] = (__u16)(tag >> 16);
	return 0;
}

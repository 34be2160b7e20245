/* Gates of services: whether this node schedules. */
#pragma once
#include "flow.h"
#include "packet.h"

/* A frame for an address that is not on this node, or not yet. Returns -1 when it is sent to our own Ethernet address:
 * then a client takes us for the Active node, and in the moments of a takeover it is right. A frame for the Ethernet
 * address of a virtual router must not reach the stack, which would reset its connection once the address is there. */
INLINE int judge_ajar(const struct flow *flow)
{
	__u32 interface = flow->ifindex;
	const __u16 *frame = flow->destination, *own;

	own = bpf_map_lookup_elem(&interfaces, &interface);
	if (own && frame[0] == own[0] && frame[1] == own[1] && frame[2] == own[2])
		return -1;
	return count(CAUSE_INACTIVE, frame[0] == HTONS(0x0000) && frame[1] == HTONS(0x5E00) ? XDP_DROP : XDP_PASS);
}

/* What a service's gate says of a packet of a known connection. Returns -1 when it may go on, or an action. Where the
 * gate is closed this node is a real server, and gets what another director sends it: connections of which we are the
 * server. One of another server can only come from a client that takes us for the Active node, in the moment of a
 * takeover before the gate is open. */
INLINE int judge_gate(const struct flow *flow, const struct server *server)
{
	__u32 id = server->service;
	struct service *service = bpf_map_lookup_elem(&services, &id);

	if (!service)
		return count(CAUSE_INACTIVE, XDP_PASS);
	if (LIKELY(service->flags & SERVICE_ACTIVE))
		return -1;
	if (!(service->flags & SERVICE_AJAR) && (server->flags & SERVER_LOCAL))
		return count(CAUSE_INACTIVE, XDP_PASS);
	return judge_ajar(flow);
}

/* What the director knows of a packet, and what it counts of it. */
#pragma once
#include "director.h"
#include "packet.h"

/* What a TCP segment tells the state machine; FIRST_COLUMN and so on are IPVS's order. */
#define EVENT_SYN 0
#define EVENT_FIN 1
#define EVENT_ACK 2
#define EVENT_RST 3
#define EVENT_NONE 4

struct flow {
	__u32 client[4];
	__u32 address[4];
	__u16 client_port;
	__u16 port;
	__u8 protocol;
	__u8 family;
	__u8 event;
	__u8 is_continuation; /* a fragment behind the first: no TCP flags */
	__u32 identification;
	__u32 bytes;   /* of the IP packet */
	__u32 tag;     /* of the VLAN, as read_tag says it */
	__u32 ifindex; /* by which it came in; for gates, as what follows: set where it may be asked for */
	__u16 destination[3]; /* of the frame */
};

#define FORWARDABLE -1 /* instead of a cause: the packet is as the server wants it */

/* What to do with a packet. */
struct verdict {
	struct server *server; /* null: `action` */
	int action;
};

#define ACTION_NO_SERVICE 8 /* not counted yet: for no service, perhaps an answer */
#define ACTION_AS_IT_IS 16  /* added to an action: the frame has the VLAN tag that it shall have */

INLINE int count(__u32 cause, int action)
{
	__u64 *counter = bpf_map_lookup_elem(&causes, &cause);

	if (counter)
		(*counter)++;
	return action;
}

INLINE void count_packet(__u32 server, __u32 bytes, int is_new)
{
	struct counters *counters = bpf_map_lookup_elem(&server_counters, &server);

	if (counters) {
		counters->connections += is_new;
		counters->packets++;
		counters->bytes += bytes;
	}
}

/* Counts an answer of a server. */
INLINE void count_answer(__u32 server, __u32 bytes)
{
	struct counters *counters = bpf_map_lookup_elem(&server_counters, &server);

	if (counters) {
		counters->out_packets++;
		counters->out_bytes += bytes;
	}
}

/* Sends a frame, which is as the server wants it, to the server. */
INLINE int send_to(struct xdp_md *ctx, const struct server *server)
{
	__u16 *frame = (void *)(long)ctx->data;

	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return count(CAUSE_MALFORMED, XDP_PASS);
	for (int i = 0; i < 6; i++)
		frame[i] = server->macs[i];
	if (server->ifindex == ctx->ingress_ifindex)
		return count(CAUSE_SENT_BACK, XDP_TX);
	return count(CAUSE_REDIRECTED, bpf_redirect(server->ifindex, 0));
}

/* The director: chooses a real server for each packet to a virtual service, and sends the frame on to it (direct
 * routing). What it does not know goes to the stack untouched. docs/decisions/0009-xdp-plane.md says why. */
#include "connection.h"
#include "director.h"
#include "flow.h"
#include "icmp.h"
#include "nat.h"
#include "packet.h"
#include "sync.h"
#include "tunnel.h"
#include "vlan.h"

#define EXTENSIONS_MAX 6

/* Ports, and what TCP says. Returns 0, or -1 when the header is cut off. */
INLINE int read_transport(struct flow *flow, void *at, void *end)
{
	__u16 *ports = at;
	__u8 *bytes = at, flags;

	if (at + 8 > end)
		return -1;
	flow->client_port = ports[0];
	flow->port = ports[1];
	flow->event = EVENT_NONE;
	if (flow->protocol == PROTOCOL_UDP)
		return 0;
	if (at + 20 > end || bytes[12] >> 4 < 5)
		return -1;
	flags = bytes[13];
	flow->event = flags & 4 ? EVENT_RST : flags & 2 ? EVENT_SYN : flags & 1 ? EVENT_FIN
		: flags & 16 ? EVENT_ACK : EVENT_NONE;
	return 0;
}

/* Ports of a fragment: kept by the first, known to the others. Returns 0, or -1 when they are not known. */
GLOBAL int follow_fragment(struct flow *flow)
{
	struct fragment_key key = {};
	struct fragment_ports ports = {}, *known;

	if (!flow)
		return -1;
	__builtin_memcpy(key.client, flow->client, sizeof(key.client));
	__builtin_memcpy(key.address, flow->address, sizeof(key.address));
	key.identification = flow->identification;
	key.protocol = flow->protocol;
	if (!flow->is_continuation) {
		ports.client_port = flow->client_port;
		ports.port = flow->port;
		bpf_map_update_elem(&fragments, &key, &ports, BPF_ANY);
		return 0;
	}
	known = bpf_map_lookup_elem(&fragments, &key);
	if (!known)
		return -1;
	flow->client_port = known->client_port;
	flow->port = known->port;
	flow->event = EVENT_NONE;
	return 0;
}

/* A fragment without ports: dropped when it is for an address of ours, for a part of a packet is of no use to the
 * stack. */
INLINE int judge_fragment(struct flow *flow)
{
	struct address_key key = { .family = flow->family };

	__builtin_memcpy(key.address, flow->address, sizeof(key.address));
	return bpf_map_lookup_elem(&addresses, &key) ? count(CAUSE_FRAGMENT, XDP_DROP)
		: count(CAUSE_NO_SERVICE, XDP_PASS);
}

/* What is neither TCP nor UDP. `offset`: of what follows the header of IP. */
INLINE int judge_foreign(struct xdp_md *ctx, const struct flow *flow, __u32 offset)
{
	int action = NOT_OURS;

	if (flow->protocol == (flow->family == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6))
		action = judge_error(ctx, flow->family, offset, flow->bytes, flow->tag);
	return action == NOT_OURS ? count(CAUSE_NOT_TRANSPORT, XDP_PASS) : action;
}

/* A packet for no service of ours. */
INLINE int judge_other(struct xdp_md *ctx, const struct flow *flow, __u32 place)
{
	int action = answer(ctx, flow, place);

	return action == NOT_AN_ANSWER ? count(CAUSE_NO_SERVICE, XDP_PASS) : action;
}

/* Sends the frame to the server. The caller has seen to the TTL. */
INLINE int forward(struct xdp_md *ctx, const struct verdict *verdict, const struct flow *flow, __u32 place)
{
	struct server *server = verdict->server;

	if (server->forwarding != FORWARDING_DIRECT) {
		int cause;

		if (server->forwarding == FORWARDING_NAT) {
			remember_hop(ctx, flow);
			cause = translate(ctx, flow, server, place);
		} else {
			cause = encapsulate(ctx, server);
		}
		if (cause != FORWARDABLE)
			return count((__u32)cause, cause == CAUSE_ANSWERED ? XDP_TX : XDP_DROP);
	}
	return send_to(ctx, server);
}

/* What speaks against forwarding to a server that was found; -1: nothing. */
INLINE int obstacle(struct server *server, __u8 ttl)
{
	if (server->flags & SERVER_LOCAL)
		return count(CAUSE_LOCAL, XDP_PASS);
	if (ttl <= 1)
		return count(CAUSE_TTL, XDP_DROP);
	return server->flags & SERVER_RESOLVED ? -1 : count(CAUSE_NO_NEIGHBOR, XDP_DROP);
}

INLINE int direct4(struct xdp_md *ctx, void *data, void *end, __u32 tag)
{
	struct ipv4 *ip = data + ETHERNET_SIZE;
	struct flow flow = { .family = 4, .tag = tag };
	struct verdict verdict;
	__u32 size, fragment, sum, place;
	int action;

	if ((void *)(ip + 1) > end || ip->version_and_size >> 4 != 4)
		return count(CAUSE_MALFORMED, XDP_PASS);
	size = (ip->version_and_size & 15) * 4;
	flow.bytes = HTONS(ip->length);
	if (size < sizeof(*ip) || flow.bytes < size)
		return count(CAUSE_MALFORMED, XDP_PASS);
	flow.protocol = ip->protocol;
	if (flow.protocol != PROTOCOL_TCP && flow.protocol != PROTOCOL_UDP)
		return ip->fragment & HTONS(0x3FFF) ? count(CAUSE_NOT_TRANSPORT, XDP_PASS)
			: judge_foreign(ctx, &flow, ETHERNET_SIZE + size);
	flow.client[0] = ip->source;
	flow.address[0] = ip->destination;
	flow.identification = ip->identification;
	fragment = HTONS(ip->fragment) & 0x3FFF;
	flow.is_continuation = (fragment & 0x1FFF) != 0;
	if (!flow.is_continuation && read_transport(&flow, (void *)ip + size, end))
		return count(CAUSE_MALFORMED, XDP_PASS);
	if (UNLIKELY(fragment) && follow_fragment(&flow))
		return judge_fragment(&flow);
	verdict = find_server4(ctx, &flow);
	place = (flow.is_continuation ? 0 : ETHERNET_SIZE + size) | (fragment ? PLACE_FRAGMENT : 0);
	if (!verdict.server)
		return verdict.action == ACTION_NO_SERVICE ? judge_other(ctx, &flow, place) : verdict.action;
	action = obstacle(verdict.server, ip->ttl);
	if (action >= 0)
		return action;
	/* RFC 1624: one less in the high byte of its word is 0x0100 more in the sum. */
	ip->ttl--;
	sum = ip->checksum + 1U;
	ip->checksum = (__u16)(sum + (sum >> 16));
	return forward(ctx, &verdict, &flow, place);
}

/* Walks over the extension headers. Returns the offset of the transport header, or 0 when there is none in reach;
 * `fragmented` says whether a fragment header stands on the way. */
INLINE __u32 walk_extensions(struct flow *flow, void *data, void *end, int *fragmented, int *malformed)
{
	__u32 offset = ETHERNET_SIZE + sizeof(struct ipv6);
	__u8 next = flow->protocol;

	for (int i = 0; i < EXTENSIONS_MAX + 1; i++) {
		__u8 *header = data + offset;

		if (next == PROTOCOL_TCP || next == PROTOCOL_UDP) {
			flow->protocol = next;
			return offset;
		}
		if (next != 0 && next != 43 && next != 44 && next != 60)
			return 0;
		if (i == EXTENSIONS_MAX)
			return 0;
		if ((void *)(header + 8) > end) {
			*malformed = 1;
			return 0;
		}
		if (next == 44) {
			__u16 place = HTONS(*(__u16 *)(header + 2));

			*fragmented = (place & 0xFFF9) != 0;
			flow->identification = *(__u32 *)(header + 4);
			flow->is_continuation = (place & 0xFFF8) != 0;
			offset += 8;
			if (flow->is_continuation) {
				flow->protocol = header[0];
				return offset;
			}
		} else {
			offset += (header[1] + 1U) * 8;
		}
		next = header[0];
	}
	return 0;
}

INLINE int direct6(struct xdp_md *ctx, void *data, void *end, __u32 tag)
{
	struct ipv6 *ip = data + ETHERNET_SIZE;
	struct flow flow = { .family = 6, .tag = tag };
	int fragmented = 0, malformed = 0, action;
	struct verdict verdict;
	__u32 offset, place;

	if ((void *)(ip + 1) > end || *(__u8 *)ip >> 4 != 6)
		return count(CAUSE_MALFORMED, XDP_PASS);
	flow.protocol = ip->next;
	flow.bytes = sizeof(*ip) + HTONS(ip->payload);
	__builtin_memcpy(flow.client, ip->source, sizeof(flow.client));
	__builtin_memcpy(flow.address, ip->destination, sizeof(flow.address));
	offset = walk_extensions(&flow, data, end, &fragmented, &malformed);
	if (malformed)
		return count(CAUSE_MALFORMED, XDP_PASS);
	if (offset == 0)
		return judge_foreign(ctx, &flow, ETHERNET_SIZE + sizeof(*ip));
	if (flow.is_continuation && flow.protocol != PROTOCOL_TCP && flow.protocol != PROTOCOL_UDP)
		return count(CAUSE_NOT_TRANSPORT, XDP_PASS);
	if (!flow.is_continuation && read_transport(&flow, data + offset, end))
		return count(CAUSE_MALFORMED, XDP_PASS);
	if (UNLIKELY(fragmented) && follow_fragment(&flow))
		return judge_fragment(&flow);
	verdict = find_server6(ctx, &flow);
	place = (flow.is_continuation ? 0 : offset) | (fragmented ? PLACE_FRAGMENT : 0);
	if (!verdict.server)
		return verdict.action == ACTION_NO_SERVICE ? judge_other(ctx, &flow, place) : verdict.action;
	action = obstacle(verdict.server, ip->hops);
	if (action >= 0)
		return action;
	ip->hops--;
	return forward(ctx, &verdict, &flow, place);
}

SEC("xdp.frags")
int director(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u32 tag = 0;
	int action;
	__u16 type;

	if (data + ETHERNET_SIZE > end)
		return count(CAUSE_MALFORMED, XDP_PASS);
	type = *(__u16 *)(data + 12);
	if (UNLIKELY(type == ETHERNET_VLAN)) {
		tag = read_tag(ctx);
		if (!tag || take_tag(ctx))
			return count(CAUSE_NOT_IP, XDP_PASS);
		data = (void *)(long)ctx->data;
		end = (void *)(long)ctx->data_end;
		if (data + ETHERNET_SIZE > end)
			return count(CAUSE_MALFORMED, XDP_DROP);
		type = *(__u16 *)(data + 12);
	}
	action = type == ETHERNET_IPV4 ? direct4(ctx, data, end, tag) : type == ETHERNET_IPV6
		? direct6(ctx, data, end, tag) : count(CAUSE_NOT_IP, XDP_PASS);
	if (LIKELY(!tag))
		return action;
	if (action & ACTION_AS_IT_IS)
		return action & ~ACTION_AS_IT_IS;
	return (action == XDP_PASS || action == XDP_TX) && put_tag(ctx, tag) ? XDP_DROP : action;
}

char program_license[] SEC("license") = "Apache-2.0";

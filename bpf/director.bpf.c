/* The director: chooses a real server for each packet to a virtual service, and sends the frame on to it (direct
 * routing). What it does not know goes to the stack untouched. docs/decisions/0009-xdp-plane.md says why. */
#include "director.h"
#include "hash.h"
#include "packet.h"
#include "tunnel.h"

#define EXTENSIONS_MAX 6
#define FALLBACK_TRIES 256

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
	__u32 bytes; /* of the IP packet */
};

/* What to do with a packet. */
struct verdict {
	struct server *server; /* null: `action` */
	int action;
};

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

/* One row for each event, four bits for each state, the state in the lowest bits first: IPVS's table for connections
 * of which only the client's side is seen. A reset does not end what is only half open. */
INLINE __u32 next_state(__u32 state, __u32 event)
{
	__u64 row = event == EVENT_SYN ? 0x33333333113ULL
		: event == EVENT_FIN ? 0x59876545246ULL
		: event == EVENT_ACK ? 0x19676541211ULL
		: event == EVENT_RST ? 0x69866663666ULL : 0;

	return event >= EVENT_NONE || state >= STATES ? state : (__u32)(row >> (4 * state)) & 15;
}

INLINE void refresh(struct connection *connection, const struct flow *flow, __u64 now)
{
	__u32 zero = 0, state = 0;
	struct settings *times = bpf_map_lookup_elem(&settings, &zero);
	__u64 expires;

	if (!times)
		return;
	expires = now + times->udp_timeout;
	if (flow->protocol == PROTOCOL_TCP) {
		state = next_state(connection->state, flow->event);
		if (state >= STATES)
			return;
		expires = now + times->timeout[state];
	}
	/* The clock is coarse: most packets change nothing, and leave the cache line clean. */
	if (connection->state != state)
		connection->state = state;
	if (connection->expires != expires)
		connection->expires = expires;
}

INLINE __u32 table_slot(void *table, __u32 slot)
{
	__u32 index = 1 + slot / 4;
	__u64 *word = bpf_map_lookup_elem(table, &index);

	return word ? (*word >> (16 * (slot & 3))) & 0xFFFF : NO_SERVER_INDEX;
}

INLINE struct server *usable(__u32 index, __u32 service)
{
	struct server *server = bpf_map_lookup_elem(&servers, &index);

	return server && server->service == service && (server->flags & SERVER_TAKES_NEW) ? server : 0;
}

/* Tries further slots as IPVS does, and then any server that takes new connections. */
GLOBAL __u32 fall_back(__u32 service, __u32 word, __u32 first, __u32 size)
{
	void *table = bpf_map_lookup_elem(&tables, &service);
	struct service *settings_of = bpf_map_lookup_elem(&services, &service);

	if (!table || !settings_of || size == 0)
		return NO_SERVER_INDEX;
	for (__u32 i = 0; i < FALLBACK_TRIES; i++) {
		__u32 offset = first + i;
		__u32 index;

		if (i >= size)
			break;
		offset = offset >= size ? offset - size : offset;
		index = table_slot(table, client_hash(word + offset) % size);
		if (usable(index, service))
			return index;
	}
	return settings_of->last_resort;
}

INLINE __u32 choose(struct service *service, __u32 id, const struct flow *flow)
{
	__u32 zero = 0, size, word, slot, index;
	void *table = bpf_map_lookup_elem(&tables, &id);
	__u64 *header, *cursor;

	if (!table)
		return NO_SERVER_INDEX;
	header = bpf_map_lookup_elem(table, &zero);
	size = header ? (__u32)*header : 0;
	if (size == 0)
		return NO_SERVER_INDEX;
	if (service->choose == CHOOSE_SEQUENCE) {
		cursor = bpf_map_lookup_elem(&cursors, &id);
		if (!cursor)
			return NO_SERVER_INDEX;
		return table_slot(table, (__u32)__sync_fetch_and_add(cursor, 1) % size);
	}
	word = flow->family == 4 ? flow->client[0]
		: flow->client[0] ^ flow->client[1] ^ flow->client[2] ^ flow->client[3];
	word = HTONL(word);
	if (service->flags & SERVICE_HASH_PORT)
		word += HTONS(flow->client_port);
	slot = client_hash(word) % size;
	index = table_slot(table, slot);
	if (usable(index, id) || !(service->flags & SERVICE_FALLBACK))
		return index;
	return fall_back(id, word, slot, size);
}

/* Chooses for a packet of no known connection. Returns a server's index, or one of these. */
#define CHOICE_PASS -1
#define CHOICE_DROP -2
#define CHOICE_ONE_PACKET 0x10000 /* added to the index: no connection is stored */
#define CHOICE_AJAR 0x20000       /* added to the index: only if the frame is for our Ethernet address */

GLOBAL int schedule(const struct flow *flow, int server_was_removed)
{
	struct service_key wanted = {};
	struct service *service;
	__u32 *id, number, index;

	if (!flow)
		return CHOICE_DROP;
	wanted.port = flow->port;
	wanted.protocol = flow->protocol;
	wanted.family = flow->family;
	__builtin_memcpy(wanted.address, flow->address, sizeof(wanted.address));
	id = bpf_map_lookup_elem(&service_ids, &wanted);
	if (!id) {
		wanted.port = 0;
		id = bpf_map_lookup_elem(&service_ids, &wanted);
	}
	if (!id)
		return count(CAUSE_NO_SERVICE, CHOICE_PASS);
	number = *id;
	service = bpf_map_lookup_elem(&services, &number);
	if (!service || !(service->flags & (SERVICE_ACTIVE | SERVICE_AJAR)))
		return count(CAUSE_INACTIVE, CHOICE_PASS);
	if (flow->protocol == PROTOCOL_TCP && flow->event != EVENT_SYN) {
		if (server_was_removed)
			return count(CAUSE_SERVER_GONE, CHOICE_DROP);
		if (!(service->flags & SERVICE_SLOPPY) || flow->event == EVENT_RST)
			return count(CAUSE_UNKNOWN_FLOW, CHOICE_PASS);
	}
	index = choose(service, number, flow);
	if (!usable(index, number))
		return count(CAUSE_NO_SERVER, CHOICE_DROP);
	return index | (service->flags & SERVICE_ONE_PACKET ? CHOICE_ONE_PACKET : 0)
		| (service->flags & SERVICE_ACTIVE ? 0 : CHOICE_AJAR);
}

/* A frame for an address that is not on this node, or not yet. Returns -1 when it is sent to our own Ethernet address:
 * then a client takes us for the Active node, and in the moments of a takeover it is right. A frame for the Ethernet
 * address of a virtual router must not reach the stack, which would reset its connection once the address is there. */
INLINE int judge_ajar(struct xdp_md *ctx)
{
	__u16 *frame = (void *)(long)ctx->data;
	__u32 interface = ctx->ingress_ifindex;
	__u16 *own;

	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return count(CAUSE_MALFORMED, XDP_PASS);
	own = bpf_map_lookup_elem(&interfaces, &interface);
	if (own && frame[0] == own[0] && frame[1] == own[1] && frame[2] == own[2])
		return -1;
	return count(CAUSE_INACTIVE, frame[0] == HTONS(0x0000) && frame[1] == HTONS(0x5E00) ? XDP_DROP : XDP_PASS);
}

INLINE struct verdict begin(struct xdp_md *ctx, struct flow *flow, void *connections, const void *key, int server_was_removed, __u64 now)
{
	struct verdict verdict = { .server = 0, .action = XDP_PASS };
	struct connection fresh = {};
	int choice = schedule(flow, server_was_removed);
	__u32 index = choice & 0xFFFF;

	if (choice < 0) {
		verdict.action = choice == CHOICE_PASS ? XDP_PASS : XDP_DROP;
		return verdict;
	}
	if (choice & CHOICE_AJAR) {
		verdict.action = judge_ajar(ctx);
		if (verdict.action >= 0)
			return verdict;
		verdict.action = XDP_PASS;
	}
	verdict.server = bpf_map_lookup_elem(&servers, &index);
	if (!verdict.server)
		return verdict;
	count_packet(index, flow->bytes, 1);
	if (choice & CHOICE_ONE_PACKET)
		return verdict;
	fresh.server = index;
	fresh.generation = verdict.server->generation;
	refresh(&fresh, flow, now);
	if (bpf_map_update_elem(connections, key, &fresh, BPF_ANY))
		count(CAUSE_NOT_STORED, 0);
	return verdict;
}

INLINE struct verdict find_server(struct xdp_md *ctx, struct flow *flow, void *connections, const void *key)
{
	struct verdict verdict = { .server = 0, .action = XDP_PASS };
	struct connection *connection = bpf_map_lookup_elem(connections, key);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct service *service;
	struct server *server;
	int removed = 0;
	__u32 index, number;

	if (!connection || connection->expires <= now)
		return begin(ctx, flow, connections, key, 0, now);
	index = connection->server;
	server = bpf_map_lookup_elem(&servers, &index);
	/* UDP goes to another server at once; a TCP connection is lost, and only its client's SYN begins a new one. */
	if (!server || server->generation != connection->generation)
		removed = 1;
	/* A SYN on what has ended: the client uses its port again. */
	else if (flow->event != EVENT_SYN || connection->state < STATE_FIN_WAIT || connection->state > STATE_CLOSE)
		goto known;
	return begin(ctx, flow, connections, key, removed, now);
known:
	number = server->service;
	service = bpf_map_lookup_elem(&services, &number);
	if (!service || !(service->flags & (SERVICE_ACTIVE | SERVICE_AJAR))) {
		count(CAUSE_INACTIVE, 0);
		return verdict;
	}
	if (UNLIKELY(!(service->flags & SERVICE_ACTIVE))) {
		verdict.action = judge_ajar(ctx);
		if (verdict.action >= 0)
			return verdict;
	}
	refresh(connection, flow, now);
	count_packet(index, flow->bytes, 0);
	verdict.server = server;
	return verdict;
}

INLINE struct verdict find_server4(struct xdp_md *ctx, struct flow *flow)
{
	struct connection_key4 key = {
		.client = flow->client[0],
		.address = flow->address[0],
		.client_port = flow->client_port,
		.port = flow->port,
		.protocol = flow->protocol,
	};

	return find_server(ctx, flow, &connections4, &key);
}

INLINE struct verdict find_server6(struct xdp_md *ctx, struct flow *flow)
{
	struct connection_key6 key = {
		.client_port = flow->client_port,
		.port = flow->port,
		.protocol = flow->protocol,
	};

	__builtin_memcpy(key.client, flow->client, sizeof(key.client));
	__builtin_memcpy(key.address, flow->address, sizeof(key.address));
	return find_server(ctx, flow, &connections6, &key);
}

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

/* Sends the frame to the server. The caller has seen to the TTL. */
INLINE int forward(struct xdp_md *ctx, struct server *server)
{
	__u16 *frame;

	if (server->forwarding == FORWARDING_TUNNEL) {
		int cause = encapsulate(ctx, server);

		if (cause != ENCAPSULATED)
			return count((__u32)cause, cause == CAUSE_ANSWERED ? XDP_TX : XDP_DROP);
	}
	frame = (void *)(long)ctx->data;
	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end)
		return count(CAUSE_MALFORMED, XDP_PASS);
	for (int i = 0; i < 6; i++)
		frame[i] = server->macs[i];
	if (server->ifindex == ctx->ingress_ifindex)
		return count(CAUSE_SENT_BACK, XDP_TX);
	return count(CAUSE_REDIRECTED, bpf_redirect(server->ifindex, 0));
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

INLINE int direct4(struct xdp_md *ctx, void *data, void *end)
{
	struct ipv4 *ip = data + ETHERNET_SIZE;
	struct flow flow = { .family = 4 };
	struct verdict verdict;
	__u32 size, fragment, sum;
	int action;

	if ((void *)(ip + 1) > end || ip->version_and_size >> 4 != 4)
		return count(CAUSE_MALFORMED, XDP_PASS);
	size = (ip->version_and_size & 15) * 4;
	flow.bytes = HTONS(ip->length);
	if (size < sizeof(*ip) || flow.bytes < size)
		return count(CAUSE_MALFORMED, XDP_PASS);
	flow.protocol = ip->protocol;
	if (flow.protocol != PROTOCOL_TCP && flow.protocol != PROTOCOL_UDP)
		return count(CAUSE_NOT_TRANSPORT, XDP_PASS);
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
	if (!verdict.server)
		return verdict.action;
	action = obstacle(verdict.server, ip->ttl);
	if (action >= 0)
		return action;
	/* RFC 1624: one less in the high byte of its word is 0x0100 more in the sum. */
	ip->ttl--;
	sum = ip->checksum + 1U;
	ip->checksum = (__u16)(sum + (sum >> 16));
	return forward(ctx, verdict.server);
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

INLINE int direct6(struct xdp_md *ctx, void *data, void *end)
{
	struct ipv6 *ip = data + ETHERNET_SIZE;
	struct flow flow = { .family = 6 };
	int fragmented = 0, malformed = 0, action;
	struct verdict verdict;
	__u32 offset;

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
		return count(CAUSE_NOT_TRANSPORT, XDP_PASS);
	if (flow.is_continuation && flow.protocol != PROTOCOL_TCP && flow.protocol != PROTOCOL_UDP)
		return count(CAUSE_NOT_TRANSPORT, XDP_PASS);
	if (!flow.is_continuation && read_transport(&flow, data + offset, end))
		return count(CAUSE_MALFORMED, XDP_PASS);
	if (UNLIKELY(fragmented) && follow_fragment(&flow))
		return judge_fragment(&flow);
	verdict = find_server6(ctx, &flow);
	if (!verdict.server)
		return verdict.action;
	action = obstacle(verdict.server, ip->hops);
	if (action >= 0)
		return action;
	ip->hops--;
	return forward(ctx, verdict.server);
}

SEC("xdp.frags")
int director(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u16 type;

	if (data + ETHERNET_SIZE > end)
		return count(CAUSE_MALFORMED, XDP_PASS);
	type = *(__u16 *)(data + 12);
	if (type == ETHERNET_IPV4)
		return direct4(ctx, data, end);
	if (type == ETHERNET_IPV6)
		return direct6(ctx, data, end);
	return count(CAUSE_NOT_IP, XDP_PASS);
}

char program_license[] SEC("license") = "Apache-2.0";

/* A client, servers and a switch that keep nothing in mind, so that what connections cost is what their balancer costs.
 * Each answers a segment with what must come next, by the numbers that stand in the segment; the last one of a
 * connection is answered with the first one of the next. Nothing is sent a second time: what is lost stays away. */
#include "../../bpf/packet.h"

#define BPF_MAP_TYPE_DEVMAP 14
#define PORT HTONS(80)
#define FIRST_CLIENT 0x0A400000U /* 10.64.0.0 */
#define CLIENT_BITS 6
#define FIRST_PORT 1024
#define PORTS 64000
#define EPOCH_STEP 0x01000000U
#define SERVER_SEQUENCE 0x10000U
#define FIN 1
#define SYN 2
#define RST 4
#define PUSH 8
#define ACK 16

static long (*bpf_redirect_map)(void *map, __u64 key, __u64 flags) = (void *)51;

struct tcp {
	__u16 source;
	__u16 destination;
	__u32 sequence;
	__u32 acknowledgment;
	__u8 size; /* in the upper half, words */
	__u8 flags;
	__u16 window;
	__u16 checksum;
	__u16 urgent;
};

/* Of the client: whom it asks, and how far it goes. Of a server: who asks the virtual address. */
struct course {
	__u64 limit;
	__u32 address;
	__u16 mac[3];
	__u16 unused;
};

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, 1);
	TYPE(key, __u32);
	TYPE(value, struct course);
} courses SEC(".maps");

#define BEGUN 0
#define ENDED 1
#define REFUSED 2

struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, 3);
	TYPE(key, __u32);
	TYPE(value, __u64);
} counters SEC(".maps");

/* By the last byte of an Ethernet address. */
struct {
	UINT(type, BPF_MAP_TYPE_DEVMAP);
	UINT(max_entries, 256);
	TYPE(key, __u32);
	TYPE(value, __u32);
} ports SEC(".maps");

struct segment {
	__u32 source;
	__u32 destination;
	__u16 source_port;
	__u16 destination_port;
	__u32 sequence; /* this and the next in the machine's order */
	__u32 acknowledgment;
	__u32 payload; /* bytes */
	__u8 flags;
};

INLINE __u64 add_to(__u32 index, __u64 number)
{
	__u64 *counter = bpf_map_lookup_elem(&counters, &index);

	return counter ? __sync_fetch_and_add(counter, number) : 0;
}

INLINE struct course *course(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&courses, &zero);
}

/* Returns 0, or -1 when it is no TCP segment. */
INLINE int read(struct xdp_md *ctx, struct segment *seen)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip = data + ETHERNET_SIZE;
	struct tcp *tcp = (void *)(ip + 1);

	if ((void *)(tcp + 1) > end || *(__u16 *)(data + 12) != ETHERNET_IPV4 || ip->version_and_size != 0x45
	    || ip->protocol != PROTOCOL_TCP)
		return -1;
	seen->source = ip->source;
	seen->destination = ip->destination;
	seen->source_port = tcp->source;
	seen->destination_port = tcp->destination;
	seen->sequence = HTONL(tcp->sequence);
	seen->acknowledgment = HTONL(tcp->acknowledgment);
	seen->flags = tcp->flags;
	seen->payload = HTONS(ip->length) - sizeof(*ip) - (tcp->size >> 4) * 4;
	return 0;
}

/* Makes the frame one segment, with one byte or none, and sends it back by its interface. */
INLINE int write(struct xdp_md *ctx, const struct segment *new, const __u16 *to, const __u16 *from)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	long difference = ETHERNET_SIZE + sizeof(struct ipv4) + sizeof(struct tcp) + new->payload - (end - data);
	__u16 *frame;
	struct ipv4 *ip;
	struct tcp *tcp;
	__u64 sum;

	if (difference && bpf_xdp_adjust_tail(ctx, (int)difference))
		return XDP_DROP;
	frame = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	ip = (void *)frame + ETHERNET_SIZE;
	tcp = (void *)(ip + 1);
	if ((void *)(tcp + 1) > end)
		return XDP_DROP;
	for (int i = 0; i < 3; i++) {
		frame[i] = to[i];
		frame[3 + i] = from[i];
	}
	*ip = (struct ipv4){ .version_and_size = 0x45, .length = HTONS(40 + (__u16)new->payload),
		.fragment = DONT_FRAGMENT, .ttl = 64, .protocol = PROTOCOL_TCP, .source = new->source,
		.destination = new->destination };
	ip->checksum = (__u16)~fold(sum_words(ip, 5));
	*tcp = (struct tcp){ .source = new->source_port, .destination = new->destination_port,
		.sequence = HTONL(new->sequence), .acknowledgment = HTONL(new->acknowledgment), .size = 0x50,
		.flags = new->flags, .window = HTONS(32000) };
	sum = sum_words(tcp, 5) + new->source + new->destination + HTONS(PROTOCOL_TCP)
		+ HTONS(20 + (__u16)new->payload);
	if (new->payload) {
		__u8 *byte = (void *)(tcp + 1);

		if ((void *)(byte + 1) > end)
			return XDP_DROP;
		*byte = 'x';
		sum += 'x';
	}
	tcp->checksum = (__u16)~fold(sum);
	return XDP_TX;
}

/* The segment that goes back where another came from. */
INLINE struct segment back(const struct segment *seen, __u8 flags, __u32 payload)
{
	return (struct segment){
		.source = seen->destination,
		.destination = seen->source,
		.source_port = seen->destination_port,
		.destination_port = seen->source_port,
		.sequence = seen->acknowledgment,
		.acknowledgment = seen->sequence + seen->payload + ((seen->flags & (SYN | FIN)) != 0),
		.flags = flags,
		.payload = payload,
	};
}

/* The first segment of a connection. Its number is a multiple of four, so that an answer's number says what of the
 * client's it answers: 1 the first segment, 2 the byte, 3 the end. */
INLINE struct segment first(__u64 number, __u32 address)
{
	__u32 round = (__u32)(number >> CLIENT_BITS);

	return (struct segment){
		.source = HTONL(FIRST_CLIENT + ((__u32)number & ((1 << CLIENT_BITS) - 1))),
		.destination = address,
		.source_port = HTONS((__u16)(FIRST_PORT + round % PORTS)),
		.destination_port = PORT,
		.sequence = round / PORTS * EPOCH_STEP,
		.flags = SYN,
	};
}

SEC("xdp")
int client(struct xdp_md *ctx)
{
	struct course *own = course();
	struct segment seen, next;
	__u64 number;
	__u16 from[3];

	if (!own || read(ctx, &seen) || seen.source_port != PORT)
		return XDP_PASS;
	for (int i = 0; i < 3; i++)
		from[i] = ((__u16 *)(long)ctx->data)[i];
	if (seen.flags & RST) {
		add_to(REFUSED, 1);
		return XDP_DROP;
	}
	if (seen.flags & SYN) {
		next = back(&seen, ACK | PUSH, 1);
	} else if (seen.flags & FIN) {
		next = back(&seen, ACK | FIN, 0);
	} else {
		if (seen.payload || (seen.acknowledgment & 3) != 3)
			return XDP_DROP;
		add_to(ENDED, 1);
		number = add_to(BEGUN, 0);
		if (number >= own->limit)
			return XDP_DROP;
		number = add_to(BEGUN, 1);
		next = first(number, own->address);
	}
	return write(ctx, &next, own->mac, from);
}

/* Takes the outer header of IPIP off. */
INLINE int unwrap(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ipv4 *ip = data + ETHERNET_SIZE;
	__u16 header[ETHERNET_SIZE / 2];

	if ((void *)(ip + 1) > end || *(__u16 *)(data + 12) != ETHERNET_IPV4 || ip->protocol != PROTOCOL_IPV4)
		return 0;
	__builtin_memcpy(header, data, sizeof(header));
	if (bpf_xdp_adjust_head(ctx, sizeof(*ip)))
		return -1;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + sizeof(header) > end)
		return -1;
	__builtin_memcpy(data, header, sizeof(header));
	return 0;
}

SEC("xdp")
int server(struct xdp_md *ctx)
{
	struct course *own = course();
	struct segment seen, next;
	__u16 to[3], from[3];

	if (!own || unwrap(ctx) || read(ctx, &seen) || seen.destination_port != PORT)
		return XDP_PASS;
	for (int i = 0; i < 3; i++) {
		from[i] = ((__u16 *)(long)ctx->data)[i];
		to[i] = seen.destination == own->address ? own->mac[i] : ((__u16 *)(long)ctx->data)[3 + i];
	}
	if (seen.flags & RST)
		return XDP_DROP;
	if (seen.flags & SYN) {
		next = back(&seen, SYN | ACK, 0);
		next.sequence = SERVER_SEQUENCE;
	} else if (seen.payload) {
		next = back(&seen, ACK | PUSH | FIN, 1);
	} else if (seen.flags & FIN) {
		next = back(&seen, ACK, 0);
	} else {
		return XDP_DROP;
	}
	return write(ctx, &next, to, from);
}

SEC("xdp")
int wire(struct xdp_md *ctx)
{
	__u8 *frame = (void *)(long)ctx->data;

	if ((void *)frame + ETHERNET_SIZE > (void *)(long)ctx->data_end || *(__u16 *)(frame + 12) != ETHERNET_IPV4)
		return XDP_PASS;
	return (int)bpf_redirect_map(&ports, frame[5], XDP_PASS);
}

char program_license[] SEC("license") = "Apache-2.0";

/* States of connections, and how long they last. */
#pragma once
#include "load.h"

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

/* A SYN on what has ended: the client uses its port again. */
INLINE int is_used_again(const struct connection *connection, __u32 event)
{
	return event == EVENT_SYN && connection->state >= STATE_FIN_WAIT && connection->state <= STATE_CLOSE;
}

/* The state after a packet. */
INLINE __u32 state_after(__u32 state, const struct flow *flow)
{
	return flow->protocol == PROTOCOL_TCP ? next_state(state, flow->event) : STATE_NONE;
}

/* When a connection ends that is in a state from now on. */
INLINE __u64 expiry(__u32 state, const struct flow *flow, __u64 now)
{
	__u32 zero = 0;
	struct settings *times = bpf_map_lookup_elem(&settings, &zero);

	if (!times)
		return now;
	if (flow->protocol != PROTOCOL_TCP)
		return now + times->udp_timeout;
	return state < STATES ? now + times->timeout[state] : now;
}

INLINE void refresh(struct connection *connection, const struct flow *flow, __u64 now)
{
	__u32 before = connection->state, state = state_after(before, flow);
	__u64 expires = expiry(state, flow, now);

	/* The clock is coarse: most packets change nothing, and leave the cache line clean. */
	if (before != state) {
		before = __sync_lock_test_and_set(&connection->state, state);
		count_change(connection->server, before, state, flow->protocol);
	}
	if (connection->expires != expires)
		connection->expires = expires;
}

/* Takes a connection out of its table, and of what its server has. */
INLINE void retire(void *table, const void *key, struct connection *connection, __u32 protocol)
{
	__u32 server = connection->server, generation = connection->generation;
	__u32 state = __sync_lock_test_and_set(&connection->state, STATE_GONE);

	if (state == STATE_GONE)
		return;
	count_end(server, generation, state, protocol);
	bpf_map_delete_elem(table, key);
}

/* How many connections a server has, for the schedulers that choose by it, and for thresholds. Each change of a
 * connection's state is one exchange in memory, and who has made it counts it: so the numbers are exact, whichever
 * processors see the packets. */
#pragma once
#include "flow.h"

INLINE int is_active(__u32 state, __u32 protocol)
{
	return state == STATE_ESTABLISHED && protocol == PROTOCOL_TCP;
}

/* Counts a connection that begins. */
INLINE void count_begin(__u32 server, __u32 state, __u32 protocol)
{
	struct load *load = bpf_map_lookup_elem(&loads, &server);

	if (load)
		__sync_fetch_and_add(is_active(state, protocol) ? &load->active : &load->inactive, 1);
}

/* Counts one that has ended. What belongs to a server that was removed does not count. */
INLINE void count_end(__u32 server, __u32 generation, __u32 state, __u32 protocol)
{
	struct load *load = bpf_map_lookup_elem(&loads, &server);
	struct server *owner = bpf_map_lookup_elem(&servers, &server);

	if (load && owner && owner->generation == generation && state != STATE_GONE)
		__sync_fetch_and_add(is_active(state, protocol) ? &load->active : &load->inactive, -1);
}

/* Counts a change of state. */
INLINE void count_change(__u32 server, __u32 from, __u32 to, __u32 protocol)
{
	struct load *load;

	if (from == STATE_GONE || is_active(from, protocol) == is_active(to, protocol))
		return;
	load = bpf_map_lookup_elem(&loads, &server);
	if (!load)
		return;
	__sync_fetch_and_add(&load->active, is_active(to, protocol) ? 1 : -1);
	__sync_fetch_and_add(&load->inactive, is_active(to, protocol) ? -1 : 1);
}

/* Whether a server has as many connections as it may have, with the hysteresis of its two thresholds; without a lower
 * one, it takes new ones again below three quarters. */
INLINE int is_overloaded(const struct server *server, struct load *load)
{
	__u64 total = (__u64)load->active + load->inactive;
	__u64 upper = server->upper_threshold, lower = server->lower_threshold;

	if (upper == 0)
		return 0;
	if (total >= upper) {
		load->is_overloaded = 1;
		return 1;
	}
	if (load->is_overloaded && (lower ? total < lower : total * 4 < upper * 3))
		load->is_overloaded = 0;
	return load->is_overloaded != 0;
}

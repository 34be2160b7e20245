/* Schedulers that choose by what the servers have to do: lc, wlc, sed, nq, fo, ovf, twos, lblc and lblcr. They look at
 * the servers of the service, each of which has one slot of its table; twos draws from slots by weight. */
#pragma once
#include "load.h"
#include "table.h"

/* So many servers are looked at for a new connection; of more, those behind a slot by lot. */
#define SCAN_MAX 1024
#define DRAWS_MAX 16
#define LBLCR_NANOSECONDS (24 * 3600 * 1000000000ULL)

/* Further rules of the search. */
#define RULE_HALF_IDLE 100 /* any with less than half as many established connections as its weight */
#define RULE_SET 101       /* as WLC, of the set of LBLCR */
#define RULE_SET_MOST 102  /* the opposite; none when the set has one member */

INLINE __u64 overhead(const struct load *load)
{
	return ((__u64)load->active << 8) + load->inactive;
}

/* What a search has found. */
struct best {
	__u64 cost;
	__u64 weight;
	__u32 index;
	__u32 members; /* servers that were compared */
};

#define SEARCH_ENDS 1

/* Compares a server with the best so far; of those that are equal, the first stays. A global function, as branches in
 * the body of a loop count against the verifier's limit once for each turn. */
GLOBAL int compare(struct best *best, __u32 id, __u32 rule, __u32 index)
{
	struct load *load = bpf_map_lookup_elem(&loads, &index);
	struct server *server = usable(index, id);
	__u64 cost, weight;

	if (!best || !server || !load)
		return 0;
	weight = server->weight;
	if (rule == CHOOSE_NQ ? load->active == 0 : rule == RULE_HALF_IDLE && load->active * 2ULL < weight) {
		best->index = index;
		return SEARCH_ENDS;
	}
	if (rule == RULE_HALF_IDLE
	    || (rule == CHOOSE_OVF ? load->active > weight : rule >= RULE_SET && !load->is_in_set))
		return 0;
	best->members++;
	cost = rule == CHOOSE_SED || rule == CHOOSE_NQ ? load->active + 1ULL
		: rule == CHOOSE_FO || rule == CHOOSE_OVF ? 1 : overhead(load);
	if (rule == CHOOSE_LC)
		weight = 1;
	if (best->index != NO_SERVER_INDEX && (rule == RULE_SET_MOST ? cost * best->weight <= best->cost * weight
		: cost * best->weight >= best->cost * weight))
		return 0;
	best->index = index;
	best->cost = cost;
	best->weight = weight;
	return 0;
}

/* The server that is the best by the rule. Slots behind the last one of the table's last word hold no server. */
GLOBAL __u32 find_best(__u32 id, __u32 rule)
{
	void *table = bpf_map_lookup_elem(&tables, &id);
	__u32 size = table ? table_size(table) : 0, words = (size + 3) / 4, first = 0;
	struct best best = {};

	best.index = NO_SERVER_INDEX;
	if (!table || words == 0)
		return NO_SERVER_INDEX;
	if (words > SCAN_MAX / 4)
		first = bpf_get_prandom_u32();
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < SCAN_MAX / 4; i++) {
		__u32 index = 1 + (first + i) % words;
		__u64 *word = bpf_map_lookup_elem(table, &index);

		if (i >= words || !word)
			break;
		if (compare(&best, id, rule, *word & 0xFFFF) == SEARCH_ENDS
		    || compare(&best, id, rule, (*word >> 16) & 0xFFFF) == SEARCH_ENDS
		    || compare(&best, id, rule, (*word >> 32) & 0xFFFF) == SEARCH_ENDS
		    || compare(&best, id, rule, *word >> 48) == SEARCH_ENDS)
			break;
	}
	return rule == RULE_SET_MOST && best.members < 2 ? NO_SERVER_INDEX : best.index;
}

/* The better one of two that are drawn by lot, by weight. */
GLOBAL __u32 choose_of_two(__u32 id)
{
	void *table = bpf_map_lookup_elem(&tables, &id);
	__u32 size = table ? table_size(table) : 0;
	struct best best = {};

	best.index = NO_SERVER_INDEX;
	if (!table || size == 0)
		return NO_SERVER_INDEX;
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < DRAWS_MAX && best.members < 2; i++)
		compare(&best, id, CHOOSE_TWOS, table_slot(table, bpf_get_prandom_u32() % size));
	return best.members ? best.index : find_best(id, CHOOSE_WLC);
}

/* Whether a server has more established connections than its weight while another one has less than half of its own. */
INLINE int should_spread(__u32 id, const struct server *server, const struct load *load)
{
	return load->active > server->weight && find_best(id, RULE_HALF_IDLE) != NO_SERVER_INDEX;
}

/* The cursor holds the server of the service's address: its index, and its generation in the upper half. */
GLOBAL __u32 choose_local(__u32 id)
{
	__u64 *cursor = bpf_map_lookup_elem(&cursors, &id);
	struct server *server;
	struct load *load;
	__u32 index;

	if (!cursor)
		return NO_SERVER_INDEX;
	index = (__u32)*cursor;
	server = usable(index, id);
	load = bpf_map_lookup_elem(&loads, &index);
	if (server && load && server->generation == *cursor >> 32 && !should_spread(id, server, load))
		return index;
	index = find_best(id, CHOOSE_WLC);
	server = bpf_map_lookup_elem(&servers, &index);
	if (server)
		*cursor = (__u64)server->generation << 32 | index;
	return index;
}

/* The cursor holds when the set has changed last. A set that has not grown for a day loses its busiest server. */
GLOBAL __u32 choose_of_set(__u32 id)
{
	__u64 *cursor = bpf_map_lookup_elem(&cursors, &id);
	__u64 now = bpf_ktime_get_coarse_ns();
	struct server *server;
	struct load *load;
	__u32 index, most;

	if (!cursor)
		return NO_SERVER_INDEX;
	if (now - *cursor > LBLCR_NANOSECONDS) {
		most = find_best(id, RULE_SET_MOST);
		load = bpf_map_lookup_elem(&loads, &most);
		if (load)
			load->is_in_set = 0;
		*cursor = now;
	}
	index = find_best(id, RULE_SET);
	server = bpf_map_lookup_elem(&servers, &index);
	load = bpf_map_lookup_elem(&loads, &index);
	if (server && load && !should_spread(id, server, load))
		return index;
	index = find_best(id, CHOOSE_WLC);
	load = bpf_map_lookup_elem(&loads, &index);
	if (load && !load->is_in_set) {
		load->is_in_set = 1;
		*cursor = now;
	}
	return index;
}

INLINE __u32 choose_by_load(__u32 id, __u32 rule)
{
	return rule == CHOOSE_TWOS ? choose_of_two(id) : rule == CHOOSE_LBLC ? choose_local(id)
		: rule == CHOOSE_LBLCR ? choose_of_set(id) : find_best(id, rule);
}

/* The table of a service, and which of its servers may get something new. */
#pragma once
#include "load.h"

INLINE __u32 table_slot(void *table, __u32 slot)
{
	__u32 index = 1 + slot / 4;
	__u64 *word = bpf_map_lookup_elem(table, &index);

	return word ? (*word >> (16 * (slot & 3))) & 0xFFFF : NO_SERVER_INDEX;
}

INLINE struct server *usable(__u32 index, __u32 service)
{
	struct server *server = bpf_map_lookup_elem(&servers, &index);
	struct load *load;

	if (!server || server->service != service || !(server->flags & SERVER_TAKES_NEW))
		return 0;
	if (server->upper_threshold == 0)
		return server;
	load = bpf_map_lookup_elem(&loads, &index);
	return load && !is_overloaded(server, load) ? server : 0;
}

/* The same for bodies of loops: a global function is one step there for the verifier. */
GLOBAL int is_usable(__u32 index, __u32 service)
{
	return usable(index, service) != 0;
}

INLINE __u32 table_size(void *table)
{
	__u32 zero = 0;
	__u64 *header = bpf_map_lookup_elem(table, &zero);

	return header ? (__u32)*header : 0;
}

INLINE __u32 last_resort(__u32 id)
{
	struct service *service = bpf_map_lookup_elem(&services, &id);

	return service ? service->last_resort : NO_SERVER_INDEX;
}

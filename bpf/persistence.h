/* Persistence: a client, or a net of clients, stays with its server. What IPVS calls a template says which. A new one
 * is young until its client has shown a second packet of a connection, so that clients that do not exist push out no
 * others; ipvsadm shows the others as ASSURED. */
#pragma once
#include "flow.h"

INLINE int fill_template_key(struct template_key *key, const struct flow *flow, __u32 id)
{
	struct service *service = bpf_map_lookup_elem(&services, &id);
	__u32 mask;

	if (!service)
		return -1;
	mask = service->netmask;
	key->service = id;
	key->generation = service->generation;
	if (flow->family == 4) {
		key->client[0] = flow->client[0] & (mask ? HTONL(mask) : ~0U);
		return 0;
	}
	mask = mask ? mask : 128;
	for (__u32 i = 0; i < 4; i++) {
		__u32 bits = mask > 32 * i ? mask - 32 * i : 0;

		key->client[i] = bits >= 32 ? flow->client[i]
			: bits == 0 ? 0 : flow->client[i] & HTONL(~0U << (32 - bits));
	}
	return 0;
}

/* The server of the flow's client, for a new connection, which makes its template last longer; NO_SERVER_INDEX: none.
 * A server that is draining or overloaded keeps its clients, as with IPVS (expire_quiescent_template 0). */
GLOBAL __u32 find_template(const struct flow *flow, __u32 id)
{
	__u64 now = bpf_ktime_get_coarse_ns();
	struct template_key key = {};
	struct template *template;
	struct service *service = bpf_map_lookup_elem(&services, &id);
	struct server *server;
	__u32 index;

	if (!flow || !service || fill_template_key(&key, flow, id))
		return NO_SERVER_INDEX;
	template = bpf_map_lookup_elem(&templates, &key);
	if (!template)
		template = bpf_map_lookup_elem(&young_templates, &key);
	if (!template || template->expires <= now)
		return NO_SERVER_INDEX;
	index = template->server;
	server = bpf_map_lookup_elem(&servers, &index);
	if (!server || server->generation != template->generation || server->service != id)
		return NO_SERVER_INDEX;
	template->expires = now + service->persistence_seconds * 1000000000ULL;
	return index;
}

/* Remembers a choice. */
GLOBAL int remember(const struct flow *flow, __u32 id, __u32 index)
{
	struct service *service = bpf_map_lookup_elem(&services, &id);
	struct server *server = bpf_map_lookup_elem(&servers, &index);
	struct template_key key = {};
	struct template template = {}, *known;

	if (!flow || !service || !server || fill_template_key(&key, flow, id))
		return -1;
	template.expires = bpf_ktime_get_coarse_ns() + service->persistence_seconds * 1000000000ULL;
	template.server = index;
	template.generation = server->generation;
	known = bpf_map_lookup_elem(&templates, &key);
	if (!known)
		return (int)bpf_map_update_elem(&young_templates, &key, &template, BPF_ANY);
	*known = template;
	return 0;
}

/* The client has answered: it exists. */
GLOBAL int assure(const struct flow *flow, __u32 id)
{
	struct template_key key = {};
	struct template template = {}, *young;

	if (!flow || fill_template_key(&key, flow, id))
		return -1;
	young = bpf_map_lookup_elem(&young_templates, &key);
	if (!young)
		return 0;
	template = *young;
	bpf_map_update_elem(&templates, &key, &template, BPF_ANY);
	return (int)bpf_map_delete_elem(&young_templates, &key);
}

/* Which connection synchronisation daemons should run: for user space only. The program pays nothing for them: the
 * sender walks over the connection tables. */
#pragma once
#include "kernel.h"

struct sync_daemon {
	__u32 role; /* IPVS's number; 0: it does not run */
	__u8 interface[16];
	__u32 sync_id;
	__u32 length_max; /* bytes of a datagram; 0: not said */
	__u32 group[4];   /* network order */
	__u16 port;       /* host order; 0: not said */
	__u8 ttl;         /* 0: not said */
	__u8 family;      /* of the group: 4 or 6; 0: not said */
};

/* The sender, then the receiver. */
struct {
	UINT(type, BPF_MAP_TYPE_ARRAY);
	UINT(max_entries, 2);
	TYPE(key, __u32);
	TYPE(value, struct sync_daemon);
} sync_daemons SEC(".maps");

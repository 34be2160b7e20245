/* Lets the original's checker run on a kernel without IPVS: its netlink calls succeed and do nothing. */
typedef int (*callback)(void *message, void *argument);
static callback callbacks[16];
static void *arguments[16];

int genl_ctrl_resolve(void *socket, const char *name) { return 30; }

int nl_socket_modify_cb(void *socket, int type, int kind, callback function, void *argument)
{
    if (type >= 0 && type < 16) {
        callbacks[type] = function;
        arguments[type] = argument;
    }
    return 0;
}

int nl_send_auto(void *socket, void *message) { return 1; }

int nl_recvmsgs_default(void *socket)
{
    if (callbacks[4]) /* acknowledged */
        callbacks[4](0, arguments[4]);
    if (callbacks[1]) /* finished */
        callbacks[1](0, arguments[1]);
    return 0;
}

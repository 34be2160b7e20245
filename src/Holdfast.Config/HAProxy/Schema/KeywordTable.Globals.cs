namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Words of the global section.</summary>
internal static partial class KeywordTable
{
    /// <summary>Class and place (G), then names. A plus behind the class: newer than 2.6.</summary>
    private static string GlobalRows => Text("""
        b G: ca-base chroot crt-base daemon default-path group gid user uid hard-stop-after h1-case-adjust
        b G: h1-case-adjust-file log
        b G: log-tag master-worker maxconn maxconnrate maxsessrate maxsslconn maxsslrate nbthread pidfile presetenv
        b G: resetenv
        b G: server-state-base server-state-file set-var set-var-fmt setenv spread-checks max-spread-checks
        b G: ssl-default-bind-ciphers
        b G: ssl-default-bind-ciphersuites ssl-default-bind-curves ssl-default-bind-options ssl-default-server-ciphers
        b G: ssl-default-server-ciphersuites ssl-default-server-options ssl-dh-param-file stats tune.bufsize
        b G: tune.http.maxhdr
        b G: tune.maxrewrite ulimit-n unix-bind unsetenv external-check insecure-fork-wanted strict-limits
        b G: tune.http.logurilen tune.http.cookielen ssl-load-extra-files ssl-load-extra-del-ext issuers-chain-path
        b G: tune.ssl.lifetime
        b G: maxcomprate maxcompcpuusage pp2-never-send-local h1-accept-payload-with-any-method
        b G: grace close-spread-time
        b G: tune.vars.global-max-size tune.vars.proc-max-size tune.vars.reqres-max-size tune.vars.sess-max-size
        b G: tune.vars.txn-max-size tune.vars.check-max-size ssl-skip-self-issued-ca
        s G: ssl-server-verify insecure-setuid-wanted
        c G: description node log-send-hostname localpeer
        C G: quiet debug set-dumpable expose-experimental-directives zero-warning mworker-max-reloads
        F G: busy-polling cpu-map numa-cpu-mapping fd-hard-limit maxpipes maxzlibmem noepoll noevports nogetaddrinfo
        F G: nokqueue no-memory-trimming
        F G: nopoll noreuseport nosplice profiling.tasks ssl-mode-async thread-group thread-groups tune.buffers.limit
        F G: tune.buffers.reserve tune.chksize tune.comp.maxlevel tune.fail-alloc tune.fd.edge-triggered
        F G: tune.idle-pool.shared
        F G: tune.idletimer tune.listener.multi-queue tune.maxaccept tune.maxpollevents tune.pattern.cache-size
        F G: tune.pipesize
        F G: tune.pool-high-fd-ratio tune.pool-low-fd-ratio tune.rcvbuf.client tune.rcvbuf.server tune.recv_enough
        F G: tune.runqueue-depth tune.sched.low-latency tune.sndbuf.client tune.sndbuf.server tune.ssl.cachesize
        F G: tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size tune.ssl.default-dh-param
        F G: tune.ssl.force-private-cache
        F G: tune.ssl.hard-maxrecord tune.ssl.maxrecord tune.ssl.ssl-ctx-cache-size tune.peers.max-updates-at-once
        F G: tune.h2.header-table-size tune.h2.initial-window-size tune.h2.max-concurrent-streams
        F G: tune.h2.max-frame-size
        F G: tune.lua.forced-yield tune.lua.maxmem tune.lua.service-timeout tune.lua.session-timeout
        F G: tune.lua.task-timeout
        F G: tune.quic.frontend.conn-tx-buffers.limit tune.quic.frontend.max-idle-timeout
        F G: tune.quic.frontend.max-streams-bidi
        F G: tune.quic.retry-threshold httpclient.resolvers.id httpclient.resolvers.prefer
        B G: lua-load lua-load-per-thread lua-prepend-path tune.ssl.keylog ssl-engine ssl-propquery ssl-provider
        B G: ssl-provider-path
        B G: 51degrees-data-file 51degrees-property-name-list 51degrees-property-separator 51degrees-cache-size
        B G: deviceatlas-json-file deviceatlas-log-level deviceatlas-separator deviceatlas-properties-cookie
        B G: wurfl-data-file
        B G: wurfl-information-list wurfl-information-list-separator wurfl-cache-size wurfl-engine-mode
        B G: wurfl-useragent-priority
        B G: cluster-secret h2-workaround-bogus-websocket-clients
        S G: httpclient.ssl.ca-file httpclient.ssl.verify
        w G: nbproc
        F+ G: cpu-policy cpu-set dns-accept-family expose-deprecated-directives force-cfg-parser-pause limited-quic
        F+ G: max-threads-per-group prealloc-fd thread-hard-limit tune.applet.zero-copy-forwarding tune.buffers.small
        F+ G: tune.bufsize.large
        F+ G: tune.bufsize.small tune.cli.max-payload-size tune.disable-fast-forward tune.disable-zero-copy-forwarding
        F+ G: tune.epoll.mask-events tune.events.max-events-at-once tune.glitches.kill.cpu-usage
        F+ G: tune.h1.be.glitches-threshold
        F+ G: tune.h1.fe.glitches-threshold tune.h1.zero-copy-fwd-recv tune.h1.zero-copy-fwd-send
        F+ G: tune.h2.be.glitches-threshold
        F+ G: tune.h2.be.initial-window-size tune.h2.be.max-concurrent-streams tune.h2.be.rxbuf
        F+ G: tune.h2.fe.glitches-threshold
        F+ G: tune.h2.fe.initial-window-size tune.h2.fe.max-concurrent-streams tune.h2.fe.max-rst-at-once
        F+ G: tune.h2.fe.max-total-streams tune.h2.fe.rxbuf tune.h2.log-errors tune.h2.zero-copy-fwd-send
        F+ G: tune.listener.default-shards tune.lua.bool-sample-conversion tune.lua.burst-timeout tune.lua.log.loggers
        F+ G: tune.lua.log.stderr tune.lua.openlibs tune.max-checks-per-thread tune.max-rules-at-once
        F+ G: tune.memory.hot-size
        F+ G: tune.notsent-lowat.client tune.notsent-lowat.server tune.pt.zero-copy-forwarding tune.rcvbuf.backend
        F+ G: tune.rcvbuf.frontend tune.renice.runtime tune.renice.startup tune.ring.queues tune.sndbuf.backend
        F+ G: tune.sndbuf.frontend tune.ssl.certificate-compression tune.ssl.ocsp-update.maxdelay
        F+ G: tune.ssl.ocsp-update.mindelay
        F+ G: tune.takeover-other-tg-connections tune.defaults.purge tune.quic.cc-hystart
        F+ G: tune.quic.cc.cubic.min-losses
        F+ G: tune.quic.conn-buf-limit tune.quic.disable-tx-pacing tune.quic.disable-udp-gso
        F+ G: tune.quic.frontend.default-max-window-size tune.quic.frontend.glitches-threshold
        F+ G: tune.quic.frontend.max-data-size
        F+ G: tune.quic.frontend.max-tx-mem tune.quic.max-frame-loss tune.quic.mem.tx-max tune.quic.reorder-ratio
        F+ G: tune.quic.socket-owner tune.quic.zero-copy-fwd-send tune.quic.listen warn-blocked-traffic-after
        C+ G: anonkey stats-file shm-stats-file shm-stats-file-max-objects profiling.memory stress-level
        B+ G: tune.stick-counters http-err-codes http-fail-codes key-base no-quic ocsp-update.disable ocsp-update.mode
        B+ G: ssl-default-bind-sigalgs ssl-default-bind-client-sigalgs ssl-default-server-sigalgs
        B+ G: ssl-default-server-client-sigalgs ssl-default-server-curves ssl-passphrase-cmd acme.scheduler
        S+ G: ssl-security-level harden.reject-privileged-ports.tcp harden.reject-privileged-ports.quic
        F+ G: httpclient.retries httpclient.timeout.connect
        """u8);
}

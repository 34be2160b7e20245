namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Actions of rules; a star stands for what follows in the same word.</summary>
internal static partial class KeywordTable
{
    /// <summary>Actions of <c>tcp-request connection</c>.</summary>
    private static string ConnectionActionRows => Text("""
        b: accept reject expect-proxy sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* set-dst
        b: set-dst-port
        b: set-src set-src-port set-var* set-var-fmt* silent-drop unset-var* track-sc* set-mark set-tos
        B: expect-netscaler-cip lua.*
        b+: sc-add-gpc* set-fc-mark set-fc-tos
        B+: do-log
        """u8);

    /// <summary>Actions of <c>tcp-request session</c>.</summary>
    private static string SessionActionRows => Text("""
        b: accept reject sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* set-dst set-dst-port
        b: set-src set-src-port set-var* set-var-fmt* silent-drop unset-var* track-sc* set-mark set-tos
        B: lua.*
        b+: sc-add-gpc* set-fc-mark set-fc-tos
        B+: do-log attach-srv
        """u8);

    /// <summary>Actions of <c>tcp-request content</c>.</summary>
    private static string ContentActionRows => Text("""
        b: accept reject capture sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* set-dst set-dst-port
        b: set-src set-src-port set-var* set-var-fmt* silent-drop unset-var* track-sc* set-mark set-tos set-log-level
        F: set-nice
        b: set-priority-class set-priority-offset switch-mode use-service
        B: do-resolve* ot-group send-spoe-group lua.*
        b+: sc-add-gpc* set-fc-mark set-fc-tos set-bc-mark set-bc-tos set-retries
        B+: do-log set-bandwidth-limit
        """u8);

    /// <summary>Actions of <c>tcp-response content</c>.</summary>
    private static string ResponseActionRows => Text("""
        b: accept close reject sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* set-log-level set-mark
        F: set-nice
        b: set-tos set-var* set-var-fmt* silent-drop unset-var*
        B: ot-group send-spoe-group lua.*
        b+: sc-add-gpc* set-fc-mark set-fc-tos
        B+: do-log set-bandwidth-limit
        """u8);

    /// <summary>Actions of <c>http-request</c>.</summary>
    private static string HttpRequestActionRows => Text("""
        b: add-acl* add-header allow auth capture del-acl* del-header del-map* deny disable-l7-retry redirect reject
        b: replace-header
        b: replace-path replace-pathq replace-uri replace-value return sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1*
        b: sc-set-gpt*
        b: sc-set-gpt0* set-dst set-dst-port set-header set-log-level set-map* set-mark set-method set-path
        b: set-pathq
        b: set-priority-class set-priority-offset set-query set-src set-src-port set-timeout set-tos set-uri set-var*
        b: set-var-fmt* silent-drop strict-mode tarpit track-sc* unset-var* use-service wait-for-body normalize-uri
        b: early-hint
        F: set-nice
        B: cache-use do-resolve* ot-group send-spoe-group wait-for-handshake lua.*
        b+: sc-add-gpc* set-fc-mark set-fc-tos set-bc-mark set-bc-tos set-retries pause
        B+: do-log set-bandwidth-limit add-headers-bin del-headers-bin set-headers-bin
        """u8);

    /// <summary>Actions of <c>http-response</c>.</summary>
    private static string HttpResponseActionRows => Text("""
        b: add-acl* add-header allow capture del-acl* del-header del-map* deny redirect replace-header replace-value
        b: return
        b: sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1* sc-set-gpt* sc-set-gpt0* set-header set-log-level set-map* set-mark
        F: set-nice
        b: set-status set-tos set-var* set-var-fmt* silent-drop strict-mode track-sc* unset-var* wait-for-body
        B: cache-store ot-group send-spoe-group lua.*
        b+: sc-add-gpc* set-fc-mark set-fc-tos pause
        B+: do-log set-bandwidth-limit add-headers-bin del-headers-bin set-headers-bin
        """u8);

    /// <summary>Actions of <c>http-after-response</c>.</summary>
    private static string HttpAfterResponseActionRows => Text("""
        b: add-header allow capture del-header replace-header replace-value set-header set-status set-var*
        b: set-var-fmt*
        b: strict-mode unset-var*
        B: ot-group
        b+: del-map* set-map* add-acl* del-acl* set-log-level sc-add-gpc* sc-inc-gpc* sc-inc-gpc0* sc-inc-gpc1*
        b+: sc-set-gpt*
        b+: sc-set-gpt0*
        B+: do-log add-headers-bin del-headers-bin set-headers-bin
        """u8);

    /// <summary>Actions of <c>quic-initial</c>.</summary>
    private static string QuicInitialActionRows => Text("""
        B+: accept reject dgram-drop send-retry
        """u8);
}

namespace Holdfast.Management.Tests;

/// <summary>More commands for both.</summary>
internal static class CommandScripts
{
    /// <summary>Servers that come and go.</summary>
    internal const string Members = """
        add server
        add server be
        add server be/n
        add server nobe/n 127.0.0.1:5
        add server be/s1 127.0.0.1:5
        add server st/n 127.0.0.1:5
        add server be/n1 127.0.0.1:5
        add server be/n1 127.0.0.1:6
        add server be/n2 127.0.0.1:5 cookie xx
        add server be/n2 127.0.0.1:5 weight 700
        add server be/n2 127.0.0.1:5 weight 7 maxconn 5 backup
        add server be/n3 127.0.0.1:5 check inter 60s fall 1
        add server be/n4 127.0.0.1:5 id 77
        add server be/n5 127.0.0.1:5 track be/n1
        add server be/n6 127.0.0.1:5 ssl verify none
        add server be/n/7 127.0.0.1:5
        add server be/n+7 127.0.0.1:5
        show servers state be
        get weight be/n2
        set weight be/n2 3
        get weight be/n2
        enable server be/n1
        set server be/n1 state drain
        set server be/n1 ssl on
        set server be/n4 addr 127.0.0.3 port 7
        enable health be/n1
        show servers state be
        show stat be 4 5
        show stat be 4 6
        show stat be 4 7
        del server
        del server be
        del server nobe/n
        del server be/nn
        del server be/n1
        del server be/s4
        disable server be/n1
        del server be/n1
        del server be/n1
        del server be/n2
        add server be/n1 127.0.0.1:9 weight 5
        show servers state be
        del server be/n1
        del server be/n3
        del server be/n4
        disable server be/s5
        del server be/s5
        get weight be/s5
        user; add server be/x 127.0.0.1:5
        operator; del server be/n6
        """;

    /// <summary>Variables of the process.</summary>
    internal const string Variables = """
        set var proc.x str(a)
        experimental-mode on; set var proc.x str(a\ b); get var proc.x
        experimental-mode on; set var proc.y expr int(7); get var proc.y
        experimental-mode on; set var proc.z fmt x%[var(proc.x)]y; get var proc.z
        experimental-mode on; set var proc.z fmt it's\ #1; get var proc.z
        experimental-mode on; set var txn.y int(7)
        experimental-mode on; set var
        experimental-mode on; set var proc.y
        experimental-mode on; set var proc.y nothing(7)
        experimental-mode on; set var proc.q var(proc.none); get var proc.q
        experimental-mode on; set var proc.x int(3); get var proc.x; set var proc.x bool(true); get var proc.x
        experimental-mode on; set var proc.x ipv4(1.2.3.4); get var proc.x; set var proc.x bin(6162); get var proc.x
        experimental-mode on; set var proc.x int(1),add(2) rest; get var proc.x
        experimental-mode on; set var proc.x int(1),add(2); get var proc.x
        user; experimental-mode on; set var proc.x int(9)
        get var proc.x
        get var
        """;

    /// <summary>Agents, which nobody answers for.</summary>
    internal const string Agents = """
        enable agent be/s1
        disable agent be/s1
        set server be/s1 agent up
        set server be/s1 agent-port
        set server be/s1 agent-addr
        add server be/g1 127.0.0.1:5 agent-check agent-port 9 agent-inter 60s
        set server be/g1 agent-port 7
        set server be/g1 agent up
        set server be/g1 agent-send foo
        show servers state be
        enable agent be/g1
        set server be/g1 agent foo
        set server be/g1 agent-addr foo
        set server be/g1 agent-addr 127.0.0.3
        set server be/g1 agent-port 7
        set server be/g1 agent-port abc
        set server be/g1 agent-send foo
        set server be/g1 agent-send
        disable agent be/g1
        del server be/g1
        """;

    /// <summary>Limits of the process.</summary>
    internal const string Limits = """
        set rate-limit connections global
        set rate-limit connections global -1
        set rate-limit connections global 10
        set rate-limit sessions global 11
        set rate-limit ssl-sessions global 12
        set rate-limit sessions foo 11
        set rate-limit sessions
        """;
}

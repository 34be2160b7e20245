namespace Holdfast.Ipvsadm;

/// <summary>What <c>ipvsadm -h</c> prints after the version.</summary>
internal static class IpvsadmHelp
{
    /// <summary>Commands and options, in our words.</summary>
    internal static string Text(string program) => $"""
        Usage:
          {program} -A|E SERVICE [-s SCHEDULER] [-p [SECONDS]] [-M MASK] [--pe ENGINE] [-b FLAGS] [-o]
          {program} -D SERVICE
          {program} -a|e SERVICE -r SERVER [-g|-i|-m] [-w WEIGHT] [-x UPPER] [-y LOWER] [tunnel options]
          {program} -d SERVICE -r SERVER
          {program} -L|l [SERVICE] [options]      {program} -Z [SERVICE]
          {program} -C                            {program} -S [-n]
          {program} -R                            {program} --set TCP TCPFIN UDP
          {program} --start-daemon master|backup [daemon options]
          {program} --stop-daemon master|backup

        SERVICE is one of
          -t, --tcp-service HOST[:PORT]       -u, --udp-service HOST[:PORT]
              --sctp-service HOST[:PORT]      -f, --fwmark-service MARK [-6, --ipv6]
        Commands
          -A, --add-service     Add a service         -a, --add-server      Add a server
          -E, --edit-service    Change it             -e, --edit-server     Change it
          -D, --delete-service  Remove it             -d, --delete-server   Remove it
          -C, --clear           Remove everything     -L, -l, --list        List (also without any command)
          -S, --save            Print as rules        -R, --restore         Read rules from standard input
          -Z, --zero            Counters to zero          --set             Timeouts in seconds; 0 keeps
              --start-daemon    Start connection synchronisation
              --stop-daemon     Stop it
          -h, --help            Print this            -v, --version         Print the version
        Service
          -s, --scheduler       rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh (default wlc)
          -p, --persistent      A client stays with its server for so many seconds (default 360)
          -M, --netmask         Clients of one network count as one: mask, or prefix length with IPv6
              --pe              Persistence engine: sip
          -b, --sched-flags     flag-1,flag-2,flag-3; sh-fallback,sh-port; mh-fallback,mh-port
          -o, --ops             Schedule each packet (UDP)
        Server
          -r, --real-server     HOST[:PORT]
          -g, --gatewaying      Direct routing (default)
          -i, --ipip            Tunnel                -m, --masquerading    NAT
          -w, --weight          Weight (default 1)
          -x, --u-threshold     Connections from which on it gets no more
          -y, --l-threshold     Connections below which it gets some again
              --tun-type        ipip, gue or gre (default ipip)
              --tun-port        Port of GUE
              --tun-nocsum, --tun-csum, --tun-remcsum   Checksums of GUE and GRE
        Listing
          -n, --numeric         Numbers instead of names
          -c, --connection      Connections               --timeout         Timeouts
              --daemon          Synchronisation           --stats           Counters
              --rate            Rates                     --exact           All digits
              --thresholds      Thresholds                --persistent-conn Persistent clients
              --tun-info        Tunnels                   --nosort          As the kernel has it
              --sort            Sorted, as always
        Daemon
              --syncid          0 to 255 (default 0)      --sync-maxlen     Bytes of a message
              --mcast-interface Interface (default eth0)  --mcast-group     Group (default 224.0.0.81)
              --mcast-port      UDP port (default 8848)   --mcast-ttl       TTL (default 1)

        """;
}

namespace Holdfast.Keepalived;

/// <summary>What <c>keepalived -h</c> and <c>-v</c> print.</summary>
internal static class KeepalivedHelp
{
    /// <summary>The options, in the order of the original, in our words.</summary>
    internal static string Text(string program) => $"""
        Usage: {program} [OPTION...]
          -f, --use-file=FILE          Configuration file (default {KeepalivedOptions.DefaultFile})
          -P, --vrrp                   Run VRRP only
          -C, --check                  Run health checks only
          -B, --no_bfd                 Do not run BFD
              --all                    Start every process, configured or not
          -l, --log-console            Log to standard error
          -D, --log-detail             Log details, too
          -S, --log-facility=([0-7]|local[0-7]|user|daemon)
                                       Facility for syslog (default daemon)
          -g, --log-file[=FILE]        Log to FILE, too (default /tmp/keepalived.log)
          -G, --no-syslog              Do not log to syslog
          -u, --umask=MASK             Mask for the modes of new files: 0 octal, 0x hex
          -X, --release-vips           Remove addresses when told to leave by signal
          -V, --dont-release-vrrp      Leave addresses and routes in place at the end
          -I, --dont-release-ipvs      Leave virtual servers in place at the end
          -R, --dont-respawn           Do not start a crashed process again
          -n, --dont-fork              Stay in the foreground
          -d, --dump-conf              Log the configuration
          -p, --pid=FILE               Pid file of the parent
          -r, --vrrp_pid=FILE          Pid file of the VRRP process
          -c, --checkers_pid=FILE      Pid file of the health checks
          -b, --bfd_pid=FILE           Pid file of BFD
          -a, --address-monitoring     Log every address that comes or goes
          -s, --namespace=NAME         Network namespace to run in
          -m, --core-dump              Allow core dumps
          -M, --core-dump-pattern[=PATTERN]
                                       Set the kernel's pattern for core dumps (default core)
          -e, --all-config             Every included file must exist
          -i, --config-id=ID           Id for lines that begin with @ (default: the host name)
              --signum=NAME            Print the number of the signal for STOP, RELOAD, DATA, STATS,
                                       STATS_CLEAR or JSON
          -t, --config-test[=FILE]     Check the configuration; messages go to FILE or standard error
          -v, --version                Print the version
          -h, --help                   Print this
        Holdfast only:
              --run-dir=DIR            Directory of the control socket (default /run/holdfast)
              --rules=FILE             Run the services of this file of ipvsadm rules, too
              --accept-loss            Load a file whose unsupported keywords would change behaviour
              --log-format=FORMAT      keepalived (default), plain or json

        """;
}

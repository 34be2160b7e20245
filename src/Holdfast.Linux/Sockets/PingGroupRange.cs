using System.Globalization;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.Linux.Sockets;

/// <summary>net.ipv4.ping_group_range: the groups that may open ICMP datagram sockets, of both families.</summary>
public static class PingGroupRange
{
    private const string Path = "/proc/sys/net/ipv4/ping_group_range";

    /// <summary>Lets our own group in, if it is not, in the network namespace of this thread.</summary>
    /// <returns>EACCES or EPERM: it may not be changed by us.</returns>
    public static Errno TryAllow()
    {
        var loopback = new ProbeTarget(IpAddress.V4(127, 0, 0, 1), 0);
        Errno errno = ProbeSocket.Connect(ProbeTransport.Ping, loopback, out int fd);
        if (fd >= 0)
        {
            ProbeSocket.Close(fd);
        }
        if (errno is not (Errno.EACCES or Errno.EPERM))
        {
            return Errno.Success;
        }
        try
        {
            long group = OwnProcess.EffectiveGid;
            string[] words = File.ReadAllText(Path).Split('\t', ' ', '\n');
            long first = long.Parse(words[0], CultureInfo.InvariantCulture);
            long last = long.Parse(words[1], CultureInfo.InvariantCulture);
            (first, last) = first > last ? (group, group) : (Math.Min(first, group), Math.Max(last, group));
            File.WriteAllText(Path, string.Create(CultureInfo.InvariantCulture, $"{first}\t{last}\n"));
            return Errno.Success;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return errno;
        }
    }
}

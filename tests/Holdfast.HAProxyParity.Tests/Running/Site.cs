using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Running;

/// <summary>
/// Where everything of a scenario listens. Both sides have the same ports, on loopback addresses of the same length, so
/// that nothing but the address tells them apart.
/// </summary>
internal sealed partial class Site
{
    private static readonly Lock s_gate = new();
    private static int s_port = 10_000;
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal);

    private Site()
    {
    }

    /// <summary>The address of the original's side, and of ours.</summary>
    public static IReadOnlyList<IPAddress> Addresses { get; } =
    [
        new([127, (byte)(100 + (Environment.ProcessId % 100)), (byte)(100 + (Environment.ProcessId / 100 % 100)), 1]),
        new([127, (byte)(100 + (Environment.ProcessId % 100)), (byte)(100 + (Environment.ProcessId / 100 % 100)), 2]),
    ];

    /// <summary>A port for each placeholder of a configuration that names one, and for each server that acts.</summary>
    public static Site Of(Scenario scenario)
    {
        var site = new Site();
        foreach (Match match in Placeholder().Matches(scenario.Configuration))
        {
            site._ports.TryAdd(match.Groups[1].Value, 0);
        }
        foreach (string name in site._ports.Keys)
        {
            site._ports[name] = FreePort();
        }
        return site;
    }

    /// <summary>A port that is free on both addresses.</summary>
    public static int FreePort()
    {
        lock (s_gate)
        {
            while (true)
            {
                int port = ++s_port;
                if (Addresses.All(a => IsFree(a, port)))
                {
                    return port;
                }
            }
        }
    }

    /// <summary>Where a placeholder listens on a side (0 the original's, 1 ours).</summary>
    public Dictionary<string, EndPoint> Places(int side, string directory, string id)
    {
        var places = new Dictionary<string, EndPoint>(StringComparer.Ordinal);
        foreach ((string name, int port) in _ports)
        {
            places[name] = name[0] == 'u'
                ? new UnixDomainSocketEndPoint(UnixPath(directory, id, name)) : new IPEndPoint(Addresses[side], port);
        }
        return places;
    }

    /// <summary>The configuration of a side.</summary>
    public string Fill(string configuration, int side, string directory, string id)
        => Placeholder().Replace(configuration, match => match.Groups[1].Value is ['u', ..] name
                ? UnixPath(directory, id, name) : $"{Addresses[side]}:{_ports[match.Groups[1].Value]}")
            .Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{address}", Addresses[side].ToString(), StringComparison.Ordinal)
            .Replace("{files}", Path.Combine(ScenarioLibrary.Directory, "files"), StringComparison.Ordinal)
            .Replace("{certificates}", Certificates.Directory, StringComparison.Ordinal);

    private static string UnixPath(string directory, string id, string name) => Path.Combine(directory, id + name);

    private static bool IsFree(IPAddress address, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\{(front\d?|s\d|u\d|us\d)\}")]
    private static partial Regex Placeholder();
}

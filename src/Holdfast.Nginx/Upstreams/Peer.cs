using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Nginx.Upstreams;

/// <summary>One address of an upstream's server, and what is known of it. Guarded by its upstream.</summary>
/// <param name="settings">Its configuration.</param>
/// <param name="index">Its number within the group, from 0.</param>
public sealed class Peer(PeerSettings settings, int index)
{
    /// <summary>Its configuration.</summary>
    public PeerSettings Settings { get; } = settings;

    /// <summary>Its number within the group, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>What the smooth round robin has given it so far, less what it has had.</summary>
    internal int CurrentWeight { get; set; }

    /// <summary>Its weight, less after failures; grows back by one with each choice.</summary>
    internal int EffectiveWeight { get; set; } = settings.Weight;

    /// <summary>Requests that it works on.</summary>
    public int Connections { get; internal set; }

    /// <summary>Failures since it was last seen well.</summary>
    public int Failures { get; internal set; }

    /// <summary>When it failed last, in seconds.</summary>
    internal long FailedAt { get; set; }

    /// <summary>When it failed last, or was tried again after that, in seconds.</summary>
    internal long CheckedAt { get; set; }

    internal byte[] HashedName { get; } = Encoding.UTF8.GetBytes(settings.Name);

    /// <summary>What <c>sticky</c> knows it by: <c>route</c>, or the MD5 of its address in hexadecimal digits.
    /// </summary>
    public byte[] Route { get; } = RouteOf(settings);

    /// <summary>Mean time to answer in milliseconds; 0: it has never answered.</summary>
    internal double MeanTime { get; private set; }

    /// <summary>What <c>least_time</c> compares: how long another request is going to take.</summary>
    internal double TimeCost => MeanTime * (Connections + 1) / Settings.Weight;

    /// <summary>Counts a time to answer, in milliseconds, into the mean: an eighth of it.</summary>
    internal void NoteTime(double milliseconds)
    {
        double time = Math.Max(milliseconds, LeastTimeCounted);
        MeanTime = MeanTime == 0 ? time : MeanTime + ((time - MeanTime) / 8);
    }

    /// <summary>Whether it may be chosen for anybody.</summary>
    internal bool IsEligible(TriedPeers tried, long now) => !Settings.IsDraining && IsUsable(tried, now);

    private const double LeastTimeCounted = 0.01;

#pragma warning disable CA5351 // A name that clients are given, and nothing that is secret.
    private static byte[] RouteOf(PeerSettings settings)
        => settings.Route is { } route ? Encoding.UTF8.GetBytes(route) : Encoding.ASCII.GetBytes(
            Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(settings.Address ?? settings.Name))));
#pragma warning restore CA5351

    /// <summary>Whether it may be chosen for a client that it knows, as a draining one may.</summary>
    internal bool IsUsable(TriedPeers tried, long now) => !Settings.IsDown && !tried.Has(Index)
        && !(Settings.FailuresMax > 0 && Failures >= Settings.FailuresMax && now - CheckedAt <= Settings.FailTimeout)
        && !(Settings.ConnectionsMax > 0 && Connections >= Settings.ConnectionsMax);
}

/// <summary>A line <c>server</c> of an upstream, or one of the addresses of its name.</summary>
/// <param name="Name">As it is written, with its port: what consistent hashing knows it by.</param>
/// <param name="Weight"><c>weight</c>.</param>
/// <param name="FailuresMax"><c>max_fails</c>; 0: they do not count.</param>
/// <param name="FailTimeout"><c>fail_timeout</c> in seconds.</param>
/// <param name="ConnectionsMax"><c>max_conns</c>; 0: no limit.</param>
/// <param name="IsDown"><c>down</c>.</param>
public sealed record PeerSettings(
    string Name, int Weight = 1, int FailuresMax = 1, long FailTimeout = 10, int ConnectionsMax = 0,
    bool IsDown = false)
{
    /// <summary>Where it is, for who connects; null: nobody does.</summary>
    public object? Target { get; init; }

    /// <summary>Its address and port, which the cookie of <c>sticky</c> stands for; null: its name.</summary>
    public string? Address { get; init; }

    /// <summary><c>route</c>; null: none.</summary>
    public string? Route { get; init; }

    /// <summary><c>drain</c>: it gets requests of clients only that it has had before.</summary>
    public bool IsDraining { get; init; }
}

namespace Holdfast.Runtime.Vrrp;

/// <summary>What the command line says to the VRRP process.</summary>
public sealed record VrrpProcessOptions
{
    /// <summary>Whether addresses, routes and rules stay at the end (<c>-V</c>). Default false.</summary>
    public bool KeepsAddresses { get; init; }

    /// <summary>Whether the data dump is logged after the start (<c>-d</c>). Default false.</summary>
    public bool DumpAtStart { get; init; }

    /// <summary>Whether every address that comes or goes is logged (<c>-a</c>). Default false.</summary>
    public bool LogAddresses { get; init; }
}

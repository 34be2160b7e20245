using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Checks.Process;

/// <summary>What the command line says to the checks process.</summary>
public sealed record CheckProcessOptions
{
    /// <summary><c>-I</c>: virtual servers stay when the daemon stops. Default false.</summary>
    public bool KeepsServices { get; init; }

    /// <summary>Directory in which <c>scripts.sock</c> may be. Default /run/holdfast.</summary>
    public string RunDirectory { get; init; } = "/run/holdfast";

    /// <summary>Environment of scripts, NAME=VALUE. Default: none.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The program that knows the launcher's mode. Default: our own.</summary>
    public string Program { get; init; } = SpawnRequest.OwnProgram;

    /// <summary>Opens what forwards packets; null: what <c>#holdfast: plane</c> says. Default null.</summary>
    public PlaneOpener? OpenPlane { get; init; }

    /// <summary>Told of every change of a virtual server; null: nobody is.</summary>
    public Action<KeepalivedModel, ServiceChange>? Told { get; init; }

    /// <summary>Whether it is a process of its own, whose name and priority it sets. Default true.</summary>
    public bool OwnsProcess { get; init; } = true;
}

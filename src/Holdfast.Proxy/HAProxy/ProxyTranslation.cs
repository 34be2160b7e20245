using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Linux.Pcre;

namespace Holdfast.Proxy.HAProxy;

/// <summary>What a translation asks the host about.</summary>
/// <param name="ProcessorCount">Processors, for <c>nbthread</c>'s default.</param>
/// <param name="Resolve">The address of a host name, of family 4, 6 or 0 for any; null: there is none.</param>
public sealed record TranslationFacts(int ProcessorCount, Func<string, int, IpAddress?> Resolve)
{
    /// <summary>The number of a user; null: there is none of that name. Default: none is known.</summary>
    public Func<string, uint?> FindUser { get; init; } = static _ => null;

    /// <summary>The number of a group; null: there is none of that name. Default: none is known.</summary>
    public Func<string, uint?> FindGroup { get; init; } = static _ => null;

    /// <summary>Compiles regular expressions. Default: PCRE2.</summary>
    public IRegexFactory Regex { get; init; } = new PcreFactory();

    /// <summary>A file that the configuration names, as the parser has read it; null: there is none.</summary>
    public Func<string, byte[]?> ReadFile { get; init; } = static _ => null;

    /// <summary>Certificates and keys that the configuration names. Default: there are none.</summary>
    public ITlsFiles TlsFiles { get; init; } = TlsFileSet.Empty;

    /// <summary>A variable of the environment; null: it is not set. Default: none is.</summary>
    public Func<string, string?> ReadEnvironment { get; init; } = static _ => null;

    /// <summary>Name of this host. Default: empty.</summary>
    public string HostName { get; init; } = "";
}

/// <summary>A <c>stats socket</c>.</summary>
/// <param name="Bind">Where it listens.</param>
/// <param name="Settings">How.</param>
/// <param name="Level">user, operator or admin: what its connections may do.</param>
public sealed record StatsSocketOptions(SocketEndpoint Bind, ListenSettings Settings, string Level)
{
    /// <summary>Whether listeners are given to who asks (<c>expose-fd listeners</c>). Default: no.</summary>
    public bool ExposesListeners { get; init; }

    /// <summary>Whether answers begin with their severity: none, number or string. Default: none.</summary>
    public string Severity { get; init; } = "none";
}

/// <summary>As whom, and where, a proxy process runs.</summary>
public sealed record ProcessOptions
{
    /// <summary>User by name or number; null: not changed.</summary>
    public string? User { get; init; }

    /// <summary>Group by name or number; null: not changed.</summary>
    public string? Group { get; init; }

    /// <summary>Directory that becomes its root; null: none.</summary>
    public string? Chroot { get; init; }

    /// <summary>File for the number of the process; null: none.</summary>
    public string? PidFile { get; init; }

    /// <summary>A soft stop ends sessions after so many milliseconds; null: never.</summary>
    public long? HardStopAfter { get; init; }

    /// <summary>Between the wish for a soft stop and the end of listening, in milliseconds. Default 0.</summary>
    public long GraceMilliseconds { get; init; }

    /// <summary>Whether it must not begin without all descriptors that it may need (strict-limits). Default: no.
    /// </summary>
    public bool NeedsLimits { get; init; }

    /// <summary>Whether programs that it starts may gain rights by setuid (insecure-setuid-wanted). Default: no.
    /// </summary>
    public bool MayGainRights { get; init; }

    /// <summary>Where the runtime API is offered. Default: nowhere.</summary>
    public ImmutableArray<StatsSocketOptions> StatsSockets { get; init; } = [];

    /// <summary>Descriptors that it may need at the same time.</summary>
    public ulong DescriptorsMax { get; init; }
}

/// <summary>What a haproxy.cfg means to the engine.</summary>
/// <param name="Options">What the engine does; listeners are not open yet.</param>
/// <param name="Process">As whom it runs.</param>
/// <param name="Problems">What the file asks for and the engine does not carry out: it must not run then.</param>
public sealed record ProxyTranslation(
    Options.ProxyOptions Options, ProcessOptions Process, ImmutableArray<Diagnostic> Problems)
{
    /// <summary>What is left out without harm. Default: nothing.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; init; } = [];

    /// <summary>Services of this process; each has a backend in <see cref="Options"/>. Default: none.</summary>
    public ImmutableArray<Options.ServiceOptions> Services { get; init; } = [];

    /// <summary>The file, for reports and the runtime API. Default: an empty one.</summary>
    public HAProxyModel Model { get; init; } = new();

    /// <summary>The variables that its programs use. Default: none.</summary>
    public VariableTable Variables { get; init; } = new();

    /// <summary>The ACLs and maps that its programs use. Default: none.</summary>
    public PatternRegistry Patterns { get; init; } = new();
}

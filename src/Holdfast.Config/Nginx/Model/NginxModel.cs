using System.Collections.Immutable;
using Holdfast.Primitives;

namespace Holdfast.Config.Nginx.Model;

/// <summary>An nginx.conf with the meaning of its words.</summary>
public sealed record NginxModel
{
    /// <summary>The top level.</summary>
    public MainSettings Main { get; init; } = new();

    /// <summary>events; defaults when the file has none.</summary>
    public EventsSettings Events { get; init; } = new();

    /// <summary>http; null when the file has none.</summary>
    public HttpModel? Http { get; init; }

    /// <summary>stream; null when the file has none.</summary>
    public StreamModel? Stream { get; init; }

    /// <summary>mail; null when the file has none.</summary>
    public MailModel? Mail { get; init; }
}

/// <summary>A line of <c>error_log</c>.</summary>
/// <param name="Target">A path relative to the prefix, <c>stderr</c>, <c>syslog:…</c> or <c>memory:…</c>.</param>
/// <param name="Level">debug, info, notice, warn, error, crit, alert or emerg.</param>
public sealed record ErrorLog(string Target, string Level);

/// <summary>The top level of nginx.conf.</summary>
public sealed record MainSettings
{
    /// <summary><c>worker_processes</c>; 0: <c>auto</c>. Default 1.</summary>
    public int WorkerProcesses { get; init; } = 1;

    /// <summary><c>daemon</c>. Default true.</summary>
    public bool IsDaemon { get; init; } = true;

    /// <summary><c>master_process</c>. Default true.</summary>
    public bool HasMaster { get; init; } = true;

    /// <summary><c>pid</c>, as written; relative to the prefix. Default: null, what the program was built for.
    /// </summary>
    public string? PidFile { get; init; }

    /// <summary><c>user</c>: the user; null: nobody.</summary>
    public string? User { get; init; }

    /// <summary><c>user</c>: the group; null: that of the user's name.</summary>
    public string? Group { get; init; }

    /// <summary><c>error_log</c> lines of the top level; empty: the default.</summary>
    public ImmutableArray<ErrorLog> ErrorLogs { get; init; } = [];

    /// <summary><c>env</c>: names, or NAME=VALUE.</summary>
    public ImmutableArray<string> Environment { get; init; } = [];

    /// <summary><c>worker_rlimit_nofile</c>; null: not set.</summary>
    public int? WorkerOpenFilesMax { get; init; }

    /// <summary><c>worker_shutdown_timeout</c>; null: for ever.</summary>
    public TimeSpan? WorkerShutdownTimeout { get; init; }

    /// <summary><c>worker_priority</c>. Default 0.</summary>
    public int WorkerPriority { get; init; }

    /// <summary><c>working_directory</c>; null: none.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary><c>load_module</c> lines, which are accepted and have no effect.</summary>
    public ImmutableArray<string> Modules { get; init; } = [];
}

/// <summary>The events block.</summary>
public sealed record EventsSettings
{
    /// <summary><c>worker_connections</c>. Default 512.</summary>
    public int WorkerConnections { get; init; } = 512;

    /// <summary>Where the block stands; null when the file has none.</summary>
    public SourceSpan? Span { get; init; }
}

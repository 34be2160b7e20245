using Holdfast.Proxy.Engine;
using Holdfast.Web.Http;
using Holdfast.Web.Logs;
using Holdfast.Web.Mail;
using Holdfast.Web.Streams;

namespace Holdfast.Web.Running;

/// <summary>What a configuration was compiled to: shared by all loops, which change nothing of it but counts.</summary>
public sealed class WebPrograms : IDisposable
{
    private long _connections;

    private WebPrograms(WebConfiguration configuration, WebLogs logs)
    {
        Configuration = configuration;
        Logs = logs;
        ClientsMax = configuration.Model.Events.WorkerConnections;
        Whole = new ConnectionLimit(checked(ClientsMax * configuration.ThreadCount), null);
        Engine = new EngineSettings();
        Errors = logs.Errors(configuration.Model.Main.ErrorLogs, ErrorSink.None);
        Http = configuration.Model.Http is { } http ? new HttpProgram(this, http) : null;
        Stream = configuration.Model.Stream is { } stream ? new StreamPrograms(this, stream) : null;
        Mail = configuration.Model.Mail is { } mail ? new MailPrograms(this, mail) : null;
    }

    /// <summary>What it was compiled from.</summary>
    public WebConfiguration Configuration { get; }

    /// <summary>Where logs go.</summary>
    public WebLogs Logs { get; }

    /// <summary>The error logs of the top level.</summary>
    public ErrorSink Errors { get; }

    /// <summary>The http block; null: there is none.</summary>
    internal HttpProgram? Http { get; }

    /// <summary>The stream block; null: there is none.</summary>
    internal StreamPrograms? Stream { get; }

    /// <summary>The mail block; null: there is none.</summary>
    internal MailPrograms? Mail { get; }

    /// <summary>Sizes and limits of loops.</summary>
    internal EngineSettings Engine { get; }

    /// <summary>Connections of clients of one loop at the same time.</summary>
    internal int ClientsMax { get; }

    /// <summary>Connections of clients of all loops at the same time.</summary>
    internal ConnectionLimit Whole { get; }

    /// <summary>Whether the process ends with its requests.</summary>
    internal bool IsStopping { get; set; }

    /// <summary>Compiles a configuration that was found good.</summary>
    /// <exception cref="InvalidOperationException">A certificate or a setting cannot be used.</exception>
    internal static WebPrograms Compile(WebConfiguration configuration, WebLogs logs) => new(configuration, logs);

    /// <summary>Number of the next connection of a client.</summary>
    internal long NextConnection() => Interlocked.Increment(ref _connections);

    /// <inheritdoc/>
    public void Dispose()
    {
        Http?.Dispose();
        Stream?.Dispose();
        Mail?.Dispose();
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Rules;

namespace Holdfast.Proxy.Programs;

/// <summary>What a frontend does with requests, compiled once for all loops and listeners. Immutable.</summary>
/// <param name="rules">What it has in common with backends.</param>
public sealed class FrontendProgram(ProxyRules rules)
{
    /// <summary>Rules, options, pages.</summary>
    public ProxyRules Rules { get; } = rules;

    /// <summary><c>use_backend</c>; null: none.</summary>
    public CompiledChoices? UseBackend { get; internal init; }

    /// <summary>Name of <c>default_backend</c>; null: none.</summary>
    public byte[]? DefaultBackend { get; internal init; }

    /// <summary><c>monitor-uri</c>; null: none.</summary>
    public byte[]? MonitorUri { get; internal init; }

    /// <summary><c>monitor fail</c>: any of them makes it 503.</summary>
    public ImmutableArray<CompiledCondition> MonitorFail { get; internal init; } = [];

    /// <summary>Captured headers and slots of requests, by number.</summary>
    public ImmutableArray<CapturedHeader> RequestCaptures { get; internal init; } = [];

    /// <summary>The same of responses.</summary>
    public ImmutableArray<CapturedHeader> ResponseCaptures { get; internal init; } = [];

    /// <summary>The most bytes of each of them, by number.</summary>
    internal int[] RequestLengths => field ??= [.. RequestCaptures.Select(static one => one.Length)];

    /// <inheritdoc cref="RequestLengths"/>
    internal int[] ResponseLengths => field ??= [.. ResponseCaptures.Select(static one => one.Length)];

    /// <summary><c>capture cookie</c>: the beginning of its name; null: none.</summary>
    public CapturedHeader? CookieCapture { get; internal init; }

    /// <summary>The format of log lines; null: the short line for each connection.</summary>
    public CompiledLogFormat? LogFormat { get; internal init; }

    /// <summary>
    /// <c>error-log-format</c>, for connections without a request that was understood; null: <see cref="LogFormat"/>.
    /// </summary>
    public CompiledLogFormat? ErrorLogFormat { get; internal init; }

    /// <summary><c>log-format-sd</c>; null: none.</summary>
    public CompiledLogFormat? LogFormatStructured { get; internal init; }

    /// <summary><c>unique-id-format</c>; null: none.</summary>
    public CompiledLogFormat? UniqueId { get; internal init; }

    /// <summary><c>unique-id-header</c>; null: none.</summary>
    public byte[]? UniqueIdHeader { get; internal init; }

    /// <summary>
    /// Whether a variable lives as long as a connection, or an entry is tracked so long: then the context is kept
    /// between requests.
    /// </summary>
    public bool KeepsContext { get; internal init; }

    /// <summary>Pages of <c>http-errors</c> sections, by their names.</summary>
    public FrozenDictionary<string, FrozenDictionary<int, ErrorPage>> Sections { get; internal init; }
        = FrozenDictionary<string, FrozenDictionary<int, ErrorPage>>.Empty;

    /// <summary>What becomes of fields with odd names. Default: they are passed on.</summary>
    public NameRestriction RestrictedNames { get; internal init; }

    /// <summary>Idle connections to servers that a client may have for itself. Default 5.</summary>
    public int SessionConnectionsMax { get; internal init; } = 5;

    /// <summary>Milliseconds that a tarpit holds a request; negative: for ever.</summary>
    public long Tarpit { get; internal init; } = -1;

    /// <summary>Whether something asks for our own end of connections to servers.</summary>
    internal bool NamesOwnEnd { get; init; }

    /// <summary>Whether each request needs a context.</summary>
    internal bool NeedsContext { get; init; }

    /// <summary>A program that only passes requests on.</summary>
    /// <param name="name">The frontend's name.</param>
    public static FrontendProgram Plain(string name) => new(ProxyRules.None(name));

    /// <summary>Whether an option is on.</summary>
    internal bool Has(ProxyOptions option) => Rules.Has(option);
}
